"""Claims that are ready as the database sees them, in a practice that can bill."""

from decimal import Decimal

from django.utils import timezone

from billing.actions.steps import take_step
from billing.models import Charge, ChargeSheet, Claim, ClaimSubmitter
from emr.models import CoverageKind, Practice
from emr.rules.claim_states import ClaimState
from notes.content import EMPTY
from tests import factories

HOME = {
    "street": "9 Larkspur Court",
    "city": "Fort Collins",
    "state": "CO",
    "postal_code": "80521",
}
SENDER = {  # as the page posts it
    "name": "Harbour Lane Physical Therapy",
    "identifier": "HARBOUR01",
    "contact_name": "Bo Lindqvist",
    "contact_phone": "970-555-0142",
    "receiver_name": "Clearing House of the Plains",
    "receiver_identifier": "PLAINS",
    "usage": "P",
}


def able_to_bill(practice: Practice) -> Practice:
    practice.taxonomy, practice.postal_code = "225100000X", "80521-1402"
    practice.save()
    return practice


def make_submitter(**fields) -> ClaimSubmitter:
    return ClaimSubmitter.objects.create(pk=1, **SENDER | fields)


def ready_claim(
    *, by, kind=CoverageKind.MEDICARE, lines=(("20561", "GA GP", "65.00"),), state="ready", **fields
) -> Claim:
    """A claim of a signed note, brought as far as the state; `fields` are those of the claim.

    `patient`, `payer` and `coverage` among them are fields of those.
    """
    patient = factories.make_patient(**HOME | fields.pop("patient", {}))
    payer = {"kind": kind, "electronic_id": "04112"} | fields.pop("payer", {})
    coverage = {"payer": factories.make_payer(**payer)} | fields.pop("coverage", {})
    if kind == CoverageKind.MEDICARE:
        coverage = {"member_number": "1EG4TE5MK73"} | coverage
    coverage = factories.make_coverage(patient=patient, **coverage)
    visit = factories.make_visit(patient=patient)
    note = factories.make_signed_note(visit=visit, content=EMPTY)
    sheet = ChargeSheet.objects.create(
        note=note,
        version=1,
        facts_sha256="0" * 64,
        suggestion=[],
        diagnoses=fields.pop("diagnoses", ["M54.2"]),
        made_at=timezone.now(),
        made_by=by,
    )
    for position, (code, modifiers, amount) in enumerate(lines, start=1):
        Charge.objects.create(
            sheet=sheet,
            position=position,
            code=code,
            modifiers=modifiers,
            pointers="1",
            units=1,
            fee=Decimal(amount),
            amount=Decimal(amount),
            suggested=True,
        )
    referrer = {
        "referrer_last_name": "Okafor",
        "referrer_first_name": "Ngozi",
        "referrer_npi": "1245319599",
    }
    claim = Claim.objects.create(
        note=note,
        coverage=coverage,
        sheet=sheet,
        control_number=f"HL{sheet.pk:06}",
        opened_at=timezone.now(),
        opened_by=by,
        **referrer | fields,
    )
    take_step(claim=claim, to=ClaimState.HELD, by=by)
    if state == ClaimState.READY:
        take_step(claim=claim, to=ClaimState.READY, by=by)
    return claim
