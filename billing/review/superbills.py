"""What a superbill says, and for which visits there is one: where the patient pays, on no claim."""

from dataclasses import dataclass
from decimal import Decimal

from billing.review.accounts import NOTHING, settled_notes
from billing.review.letterhead import head_of
from billing.review.lines import lines_of, total_of
from billing.review.suggestion import Suggestion
from emr.models import Coverage, CoverageKind, Diagnosis, Patient, Practice
from notes.models import Note

OFFICE = "11"  # place of service: the practice's own rooms
MEDICARE = (CoverageKind.MEDICARE, CoverageKind.MEDICARE_ADVANTAGE)


@dataclass(frozen=True, kw_only=True)
class Referrer:
    name: str = ""
    npi: str = ""


def why_not(suggestion: Suggestion) -> str:
    """Why the visit has none, as a sentence for the biller; empty where one can be made."""
    if suggestion.in_error:
        return "This note was marked as entered in error: there is nothing to bill."
    if suggestion.sheet is None:
        return "Charge the visit first: the superbill lists what was charged."
    if suggestion.is_outdated:
        return "Charge the visit again first: what is on record changed since."
    lines = lines_of(suggestion.sheet)
    if not lines:
        return "Nothing was charged for this visit."
    if not any(line.to_patient for line in lines):
        return "A claim goes to the payer for this visit: a superbill would ask for it twice."
    return ""


def superbill_says(
    suggestion: Suggestion, *, practice: Practice, referrer: Referrer | None = None
) -> dict:
    """All that a payer asks of an itemised bill, as plain values of today.

    Only the lines that are on no claim: what a payer is asked for already stands on none.
    """
    note, sheet = suggestion.note, suggestion.sheet
    patient, provider = note.visit.patient, note.visit.provider
    lines = [line for line in lines_of(sheet) if line.to_patient]
    total = total_of(lines) or NOTHING
    settled = settled_notes(patient).get(note.pk)
    paid = settled.paid if settled else NOTHING
    left = settled.left if settled else total
    coverages = _coverages(note)
    return {
        "practice": head_of(practice),
        "provider": {
            "name": str(provider.user),
            "credentials": provider.credentials,
            "npi": provider.npi,
        },
        "patient": _patient(patient),
        "day": note.date_of_service.isoformat(),
        "place": OFFICE,
        "diagnoses": _diagnoses(sheet.diagnoses),
        "lines": [
            {
                "code": line.code,
                "label": line.label,
                "modifiers": list(line.modifiers),
                "units": line.units,
                "pointers": list(line.pointers),
                "amount": str(line.amount),
                "within": line.flat and not line.amount,
            }
            for line in lines
        ],
        "total": str(total),
        "adjusted": _text(total - paid - left),
        "paid": str(paid),
        "left": str(left),
        "paid_in_full": left <= 0,
        "referrer": vars(referrer) if referrer and referrer.name else None,
        "insured": [_insured(each) for each in coverages if each.payer.kind not in NO_INSURANCE],
        "not_for_medicare": any(each.payer.kind in MEDICARE for each in coverages),
        "signed": {
            "by": str(note.signed_by),
            "at": note.signed_at.astimezone(practice.zone).isoformat(),
        },
    }


# A Medicare number is on no paper that Medicare is not to see.
NO_INSURANCE = (*MEDICARE, CoverageKind.SELF_PAY)


def _coverages(note: Note) -> list[Coverage]:
    found = Coverage.objects.filter(patient=note.visit.patient_id)
    found = found.in_force_on(note.date_of_service).select_related("payer", "patient")
    return list(found.order_by("rank"))


def _patient(patient: Patient) -> dict:
    town = " ".join(filter(None, [patient.state, patient.postal_code]))
    return {
        "name": str(patient),
        "birth_date": patient.birth_date.isoformat(),
        "record_number": patient.record_number,
        "address": list(
            filter(None, [patient.street, ", ".join(filter(None, [patient.city, town]))])
        ),
        "phone": patient.phone,
    }


def _insured(coverage: Coverage) -> dict:
    subscriber = f"{coverage.subscriber_last_name}, {coverage.subscriber_first_name}".strip(", ")
    return {
        "payer": coverage.payer.name,
        "plan": coverage.plan,
        "member_number": coverage.member_number,
        "group_number": coverage.group_number,
        "subscriber": subscriber or str(coverage.patient),
        "relation": coverage.get_relation_display(),
    }


def _diagnoses(codes: list[str]) -> list[dict]:
    labels = dict(Diagnosis.objects.filter(code__in=codes).values_list("code", "label"))
    return [
        {"number": number, "code": code, "label": labels.get(code, "")}
        for number, code in enumerate(codes, start=1)
    ]


def _text(amount: Decimal) -> str:
    """Empty where there is none."""
    return str(amount) if amount else ""
