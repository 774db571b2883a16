"""What goes to the patient's account: nothing that they must not pay, nothing while something stops it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.actions.money import take_payment
from billing.models import ChargeSheet, Claim, Party, Payment
from billing.review.asking import ask_of
from billing.review.patients_lines import MEDICARE_FIRST, QMB, STOPPED
from billing.review.suggestion import suggest
from consent.models import Kind
from emr.actions import Refused
from emr.models import CoverageKind
from tests import factories
from tests.billing.balances import balance_of, balance_of_note
from tests.billing.signed_notes import EXERCISE, billable_visit, signed_note

pytestmark = pytest.mark.django_db
NEEDLING = STOPPED.format(codes="20561")


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def visit_of(practice, dana):
    def visit_of(kind, **coverage):
        visit = billable_visit(practice, dana.provider, kind=kind)
        visit.patient.coverages.update(**coverage)
        return visit

    return visit_of


@pytest.fixture
def qmb(visit_of):
    """Option 2 of an ABN, by a patient who owes no cost sharing."""
    visit = visit_of(CoverageKind.MEDICARE, qmb=True)
    coverage = visit.patient.coverages.get()
    factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=2)
    return visit


@pytest.fixture
def charge(practice, bo):
    def charge(note, lines=None, *, reason=""):
        lines = suggest(note, practice=practice).lines if lines is None else lines
        return charge_note(note=note, lines=lines, reason=reason, practice=practice, by=bo)

    return charge


def agreed(visit, *, days_before=0):
    day = factories.today() - timedelta(days=days_before)
    factories.make_notice(
        visit=visit,
        coverage=visit.patient.coverages.get(),
        kind=Kind.AGREEMENT,
        state="agreed",
        on=day,
    )


def without_agreement(visit, kind):
    if kind == CoverageKind.COMMERCIAL:
        payer = visit.patient.coverages.get().payer
        factories.make_policy(payer=payer, needling="excluded", starts_on=factories.today())


# A qualified Medicare beneficiary


def test_nobody_is_asked_for_the_needling_of_a_qmb_without_a_claim(qmb, practice, charge):
    note = signed_note(qmb, services=[])
    suggestion = suggest(note, practice=practice)

    sheet = charge(note)

    assert suggestion.lines == ()
    assert [line.code for line in suggestion.withheld] == ["20561"]
    assert suggestion.why_withheld.message == QMB.format(codes="20561")
    assert list(sheet.charges.all()) == []
    assert balance_of(qmb.patient, Party.PATIENT) == Decimal("0.00")
    assert not Claim.objects.exists()


def test_what_else_was_done_for_a_qmb_still_goes_on_a_claim(qmb, charge):
    note = signed_note(qmb, services=[EXERCISE])

    charge(note)

    assert [line.code for line in Claim.objects.get().lines] == ["97110"]
    assert balance_of_note(note, Party.PATIENT) == Decimal("0.00")


def test_the_needling_of_a_qmb_is_not_charged_by_hand_either(qmb, practice, charge):
    note = signed_note(qmb, services=[])
    withheld = suggest(note, practice=practice).withheld

    with pytest.raises(Refused) as refused:
        charge(note, withheld, reason="The patient would pay")

    assert str(refused.value) == QMB.format(codes="20561")
    assert not ChargeSheet.objects.exists()


def test_the_desk_takes_nothing_of_a_qmb_whose_note_was_charged(qmb, practice, charge, fran):
    charge(signed_note(qmb, services=[]))

    ask = ask_of(qmb, practice=practice)
    with pytest.raises(Refused):
        take_payment(
            patient=qmb.patient,
            visit=qmb,
            amount=Decimal("85.00"),
            method=Payment.Method.CASH,
            practice=practice,
            by=fran,
        )

    assert (ask.pays, ask.amount) == ("must_not", Decimal("0.00"))
    assert not Payment.objects.exists()


def test_the_page_says_why_nobody_is_charged_and_keeps_that(qmb, bo_client, practice):
    note = signed_note(qmb, services=[])
    address = reverse("billing:charges", args=[note.pk])
    page = bo_client.get(address)

    assert QMB.format(codes="20561") in page.content.decode()
    seen = suggest(note, practice=practice).digest
    posted = {"line-TOTAL_FORMS": "0", "line-INITIAL_FORMS": "0", "seen": seen}
    kept = bo_client.post(address, posted | {"diagnoses": "M54.2"}, follow=True)
    assert "Kept: nobody is charged for this visit." in kept.content.decode()
    assert ChargeSheet.objects.get().charges.count() == 0


# Without an agreement


@pytest.mark.parametrize("kind", [CoverageKind.TRICARE, CoverageKind.COMMERCIAL])
def test_without_an_agreement_the_patient_is_not_charged_for_what_the_plan_excludes(
    kind, visit_of, charge
):
    visit = visit_of(kind)
    without_agreement(visit, kind)

    with pytest.raises(Refused) as refused:
        charge(signed_note(visit, services=[]))

    assert str(refused.value) == NEEDLING
    assert balance_of(visit.patient, Party.PATIENT) == Decimal("0.00")


@pytest.mark.parametrize("kind", [CoverageKind.TRICARE, CoverageKind.COMMERCIAL])
def test_with_an_agreement_the_patient_is_charged(kind, visit_of, charge):
    visit = visit_of(kind)
    without_agreement(visit, kind)
    agreed(visit)

    charge(signed_note(visit, services=[]))

    assert balance_of(visit.patient, Party.PATIENT) == Decimal("85.00")


def test_the_needling_may_be_taken_off_with_a_reason_and_the_rest_is_claimed(
    visit_of, practice, charge
):
    note = signed_note(visit_of(CoverageKind.TRICARE), services=[EXERCISE])
    rest = [each for each in suggest(note, practice=practice).lines if not each.to_patient]

    sheet = charge(note, rest, reason="No agreement was signed")

    assert sheet.reason == "No agreement was signed"
    assert balance_of_note(note, Party.PATIENT) == Decimal("0.00")
    assert balance_of_note(note, Party.PAYER) == Decimal("40.00")


def test_the_page_says_that_the_patient_is_not_charged_while_something_stops_it(
    visit_of, bo_client
):
    note = signed_note(visit_of(CoverageKind.TRICARE), services=[])

    page = bo_client.get(reverse("billing:charges", args=[note.pk]))

    assert NEEDLING in page.content.decode()


# Who pays cash


def test_who_pays_cash_is_not_charged_without_a_consent(practice, dana, charge):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.SELF_PAY, consent=False)
    factories.make_cash_price(amount=Decimal("50.00"))

    with pytest.raises(Refused) as refused:
        charge(signed_note(visit, services=[]))

    assert str(refused.value) == NEEDLING


def test_a_diagnosis_that_no_claim_may_carry_does_not_keep_the_patient_from_being_charged(
    visit_of, practice, bo
):
    visit = visit_of(CoverageKind.SELF_PAY)
    factories.make_cash_price(amount=Decimal("50.00"))
    note = signed_note(visit, services=[])

    charge_note(
        note=note,
        lines=suggest(note, practice=practice).lines,
        diagnoses=["M54.5"],
        reason="As the referral has it",
        practice=practice,
        by=bo,
    )

    assert balance_of(visit.patient, Party.PATIENT) == Decimal("50.00")


def test_who_has_medicare_beside_self_pay_is_not_charged_cash(visit_of, charge):
    visit = visit_of(CoverageKind.SELF_PAY)
    factories.make_cash_price(amount=Decimal("50.00"))
    medicare = factories.make_payer(kind=CoverageKind.MEDICARE)
    factories.make_coverage(patient=visit.patient, payer=medicare, rank=2)

    with pytest.raises(Refused) as refused:
        charge(signed_note(visit, services=[]))

    assert str(refused.value) == MEDICARE_FIRST
