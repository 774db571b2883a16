"""Superbills: for whom there is one, what it says, and that it is on file once."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.actions.money import take_payment
from billing.actions.superbills import make_superbill
from billing.models import Superbill
from billing.review.suggestion import suggest
from billing.review.superbills import Referrer
from emr.actions import Refused
from emr.models import AuditEntry, Coverage, CoverageKind, DocumentEvent
from tests import factories
from tests.billing.signed_notes import EXERCISE, billable_visit, corrected, signed_note
from tests.notes.posts import make_site
from tests.notes.prints import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def charged(practice, dana, bo):
    """A charged note of a patient with a coverage of one kind, and what else they signed."""

    def charged(kind, *, services=(), provider=None, **notice):
        factories.make_cash_price(amount=Decimal("95.00"))
        visit = billable_visit(practice, provider or dana.provider, kind=kind)
        if notice:
            coverage = visit.patient.coverages.get()
            factories.make_notice(visit=visit, coverage=coverage, **notice)
        note = signed_note(visit, services=list(services))
        lines = suggest(note, practice=practice).lines
        charge_note(note=note, lines=lines, reason="", practice=practice, by=bo)
        return note

    return charged


@pytest.fixture
def make(practice, bo):
    def make(note, **fields):
        return make_superbill(note=note, practice=practice, by=bo, **fields)

    return make


def words_of(superbill: Superbill) -> str:
    return text_of(bytes(superbill.document.content))


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


def test_a_superbill_says_all_that_a_payer_asks_for(charged, make, practice):
    note = charged(CoverageKind.SELF_PAY)

    text = words_of(make(note, referrer=Referrer(name="Dr Ngozi Okafor", npi="1245319599")))

    for words in (
        "Superbill",
        "Marlow, Odette",
        "8 March 1951",
        "9 Larkspur Court, Fort Collins, CO 80521",
        "Dana Whitlock, PT, DPT",
        "NPI 1508340712",
        f"NPI {practice.npi} · Tax ID {practice.tax_id}",
        practice.phone,
        "11, office",
        "M54.2",
        "20561",
        "Total charge $95.00",
        "Still owed $95.00",
        "Dr Ngozi Okafor, NPI 1245319599",
        "was signed by Dana Whitlock, PT, DPT on",
    ):
        assert words in text
    assert "PAID IN FULL" not in text
    assert "MEDICARE" not in text


def test_what_is_paid_in_full_says_so(charged, make, practice, fran):
    note = charged(CoverageKind.SELF_PAY)
    take_payment(
        patient=note.visit.patient,
        visit=note.visit,
        amount=Decimal("95.00"),
        method="cash",
        practice=practice,
        by=fran,
    )

    text = words_of(make(note))

    assert "Paid by the patient $95.00 Still owed $0.00 PAID IN FULL" in text


def test_with_option_2_it_is_not_for_medicare_and_names_no_medicare_number(charged, make):
    note = charged(CoverageKind.MEDICARE, state="chosen", option=2)

    superbill = make(note)

    assert superbill.not_for_medicare
    text = words_of(superbill)
    assert "NOT FOR SUBMISSION TO MEDICARE" in text
    assert "1EG4TE5MK73" not in text


def test_a_chiropractors_is_not_for_medicare(charged, make, lee):
    note = charged(CoverageKind.MEDICARE, provider=lee.provider)

    assert "NOT FOR SUBMISSION TO MEDICARE" in words_of(make(note))


def test_only_what_is_on_no_claim_stands_on_it(charged, make):
    note = charged(CoverageKind.MEDICARE, services=[EXERCISE], state="chosen", option=2)

    text = words_of(make(note))

    assert "20561" in text
    assert "97110" not in text


def test_who_has_another_insurance_has_it_on_the_bill(charged, make):
    note = charged(CoverageKind.SELF_PAY)
    factories.make_coverage(
        patient=note.visit.patient,
        payer=factories.make_payer(name="Sunward Mutual"),
        rank=Coverage.Rank.SECONDARY,
        member_number="SM 4471",
        group_number="G-9",
    )

    assert "Sunward Mutual, member SM 4471, group G-9. Insured: Marlow, Odette (self)" in words_of(
        make(note)
    )


def test_there_is_none_where_a_claim_goes_out(charged, make):
    note = charged(CoverageKind.MEDICARE, state="chosen", option=1)

    assert refusal(make, note) == (
        "A claim goes to the payer for this visit: a superbill would ask for it twice."
    )
    assert Superbill.objects.count() == 0


def test_there_is_none_before_the_charges_and_after_they_no_longer_fit(
    practice, dana, make, charged
):
    uncharged = signed_note(billable_visit(practice, dana.provider, kind=CoverageKind.SELF_PAY))
    outdated = charged(CoverageKind.SELF_PAY)
    corrected(outdated, [make_site("upper-trapezius:right")])

    assert refusal(make, uncharged) == (
        "Charge the visit first: the superbill lists what was charged."
    )
    assert refusal(make, outdated) == (
        "Charge the visit again first: what is on record changed since."
    )


def test_one_that_says_the_same_is_made_once(charged, make, practice, fran):
    note = charged(CoverageKind.SELF_PAY)

    first, second = make(note), make(note)
    take_payment(
        patient=note.visit.patient,
        amount=Decimal("95.00"),
        method="cash",
        practice=practice,
        by=fran,
    )

    assert first == second
    assert make(note) != first
    assert AuditEntry.objects.filter(verb="superbill made").count() == 2


def test_the_desk_makes_it_opens_it_and_hands_it_over(charged, fran_client):
    note = charged(CoverageKind.SELF_PAY)

    made = fran_client.post(f"/billing/notes/{note.pk}/superbill/")
    superbill = Superbill.objects.get()
    opened = fran_client.get(f"/billing/superbills/{superbill.pk}/")
    fran_client.post(f"/billing/superbills/{superbill.pk}/copy/", {"what": "paper copy"})

    assert (made.status_code, made.headers["Location"]) == (
        302,
        f"/billing/notes/{note.pk}/superbill/",
    )
    assert opened.content == bytes(superbill.document.content)
    assert DocumentEvent.objects.get().document == superbill.document


def test_where_a_claim_goes_out_the_page_says_why_there_is_none(charged, fran_client):
    note = charged(CoverageKind.MEDICARE, state="chosen", option=1)

    response = fran_client.post(f"/billing/notes/{note.pk}/superbill/")

    assert response.status_code == 409
    assert "a superbill would ask for it twice" in response.text
