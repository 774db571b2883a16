"""What the patient banner shows: the same on the chart, on a note and on every form about them."""

from collections.abc import Iterable
from datetime import date

from emr.chips import Chip, Tone
from emr.models import Patient


def banner_of(patient: Patient, *, day: date, chips: Iterable[Chip] = ()) -> dict:
    """Context of emr/_patient_banner.html, in two queries; `chips` follow those of who pays."""
    return {
        "patient": patient,
        "alerts": list(patient.alerts.filter(ended_at=None)),
        "chips": [*payer_chips(patient, day), *chips],
        "today": day,
        "age": patient.age_on(day),
    }


def payer_chips(patient: Patient, day: date) -> list[Chip]:
    coverages = list(patient.coverages.in_force_on(day).select_related("payer"))
    if not coverages:
        return [Chip(tone=Tone.WARN, word="No coverage")]
    found = [Chip(tone=Tone.INFO, sign="$", word=coverages[0].payer.name)]
    if any(coverage.qmb for coverage in coverages):
        found.append(Chip(tone=Tone.WARN, word="QMB: owes no cost sharing"))
    return found
