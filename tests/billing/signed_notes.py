"""Signed notes of visits that can be charged: who pays is known, consent is signed, prices hold."""

import json
from decimal import Decimal

from django.utils import timezone

from billing.models import ClaimSubmitter
from emr.models import CoverageKind
from notes.models import Addendum, AddendumKind, Note
from tests import factories
from tests.billing.ready_claims import HOME, able_to_bill, make_submitter
from tests.notes.posts import make_content

FEES = {"20560": "65.00", "20561": "85.00", "97110": "40.00", "97140": "38.00"}
EXERCISE = {"code": "97110", "minutes": 15, "text": "Deep neck flexors"}
MANUAL = {"code": "97140", "minutes": 20, "text": "Joint mobilisation of C5"}


def set_fees() -> None:
    for code, amount in FEES.items():
        factories.make_fee(code=code, amount=Decimal(amount))


def billable_visit(practice, provider, *, kind=CoverageKind.COMMERCIAL, consent=True, **fields):
    """A visit today whose claim lacks nothing but what the note brings; no `kind`, no coverage."""
    if not ClaimSubmitter.objects.exists():
        able_to_bill(practice)
        make_submitter()
        set_fees()
    patient = factories.make_patient(**HOME)
    number = "1EG4TE5MK73" if kind == CoverageKind.MEDICARE else "FRH555201"
    if kind:
        payer = factories.make_payer(kind=kind, electronic_id="04112")
        factories.make_coverage(patient=patient, payer=payer, member_number=number)
    if consent:
        factories.make_consent(patient=patient)
    return factories.make_visit(patient=patient, provider=provider, **fields)


def signed_note(visit, **content) -> Note:
    """Three muscles, unless other content is given."""
    note = factories.make_note(visit=visit, content=make_content(**content))
    return factories.sign(note)


def corrected(note: Note, sites: list[dict]) -> Addendum:
    """The whole list of muscles, as an addendum brings it."""
    return _added(note, AddendumKind.CORRECTED_MUSCLES, sites)


def entered_in_error(note: Note) -> Addendum:
    return _added(note, AddendumKind.ENTERED_IN_ERROR, None)


def _added(note, kind, sites) -> Addendum:
    counted = {"muscle_count": len(sites), "needle_count": 2 * len(sites)} if sites else {}
    return factories.make_addendum(
        note=note,
        kind=kind,
        snapshot=json.dumps({"sites": sites}),
        snapshot_sha256=f"{note.addenda.count():064}",
        signed_at=timezone.now(),
        **counted,
    )
