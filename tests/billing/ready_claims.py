"""Claims that are ready, made as a biller makes them, in a practice that can bill."""

from decimal import Decimal

from billing.actions.charges import charge_note
from billing.actions.claims import edit_claim, release_claim
from billing.models import Claim, ClaimSubmitter
from billing.review.suggestion import suggest
from emr.models import CoverageKind, Fee, Practice
from tests import factories
from tests.notes.posts import make_content

HOME = {
    "street": "9 Larkspur Court",
    "city": "Fort Collins",
    "state": "CO",
    "postal_code": "80521",
}
REFERRER = {
    "referrer_last_name": "Okafor",
    "referrer_first_name": "Ngozi",
    "referrer_npi": "1245319599",
}


def able_to_bill(practice: Practice) -> Practice:
    practice.taxonomy, practice.postal_code = "225100000X", "80521-1402"
    practice.save()
    return practice


def make_submitter(**fields) -> ClaimSubmitter:
    return factories.make_claim_submitter(**fields)


def ready_claim(*, by, kind=CoverageKind.MEDICARE, **content) -> Claim:
    """A claim for three muscles at 65.00, charged as suggested; `content` is charted in the note.

    A patient with Medicare signed an ABN and wants the claim; the plan of another payer covers it.
    """
    if not Fee.objects.filter(code="20561").exists():
        factories.make_fee(code="20561", amount=Decimal("65.00"))
    patient = factories.make_patient(**HOME)
    coverage = factories.make_coverage(
        patient=patient,
        payer=factories.make_payer(kind=kind, electronic_id="04112"),
        member_number="1EG4TE5MK73" if kind == CoverageKind.MEDICARE else "FRH 555 201",
    )
    factories.make_consent(patient=patient)
    visit = factories.make_visit(patient=patient)
    if kind == CoverageKind.MEDICARE:
        factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=1)
    note = factories.sign(
        factories.make_note(visit=visit, content=make_content(**{"services": []} | content))
    )
    practice = Practice.objects.get()
    lines = suggest(note, practice=practice).lines
    sheet = charge_note(note=note, lines=lines, reason="", practice=practice, by=by)
    claim = Claim.objects.get(sheet=sheet)
    if kind == CoverageKind.MEDICARE:
        claim = edit_claim(claim=claim, by=by, **REFERRER)
        release_claim(claim=claim, practice=practice, by=by)
    return claim
