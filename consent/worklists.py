"""Who has consented: the consent of a day, and the consent chip of each visit."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.dateformat import format as date_format

from consent.models import Consent
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.models import Patient, User, Visit, VisitState


def consent_on(patient: Patient, day: date) -> Consent | None:
    """The newest consent in force on the day, or None: never signed, or withdrawn by then."""
    signed = Consent.objects.filter(patient=patient, outcome="signed", signed_on__lte=day)
    return signed.exclude(withdrawal__withdrawn_on__lte=day).first()


def consent_is_withdrawn(patient: Patient, day: date) -> bool:
    """Whether what the patient had signed by the day was all withdrawn by then."""
    signed = Consent.objects.filter(patient=patient, signed_on__lte=day)
    return signed.exists() and consent_on(patient, day) is None


def consent_chips(visits: Sequence[Visit], user: User) -> dict[int, Chip]:
    """The state of the patient's consent on the day of each visit, in one query."""
    given = defaultdict(list)
    patients = {visit.patient_id for visit in visits}
    for consent in Consent.objects.filter(patient__in=patients).select_related("withdrawal"):
        given[consent.patient_id].append(consent)
    consents_of = addresses("consent:of-patient")
    return {
        visit.pk: _chip(visit, given[visit.patient_id], consents_of(visit.patient_id))
        for visit in visits
    }


def _chip(visit: Visit, consents: list[Consent], url: str) -> Chip:
    day = visit.date_of_service
    signed = [consent for consent in consents if consent.signed_on <= day]
    valid = [c for c in signed if not hasattr(c, "withdrawal") or c.withdrawal.withdrawn_on > day]
    if valid:
        return Chip(tone=Tone.OK, word=f"On file {date_format(valid[0].signed_on, 'j M Y')}")
    if visit.state in (VisitState.CANCELLED, VisitState.NO_SHOW):
        return Chip(tone=Tone.MUTE, word="Not needed")
    word = "Withdrawn" if signed else "Missing"
    return Chip(tone=Tone.STOP, word=word, url=url, needs=True)
