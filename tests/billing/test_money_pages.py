"""The pages of money: taking it, an account and its ledger, a day, and the worklists."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.desk.money import balances_due, credits_due, superbills_to_hand_over, visits_to_pay
from billing.models import Payment, Posting, Refund
from billing.review.suggestion import suggest
from billing.review.takings import takings_of
from emr.models import AuditEntry, CoverageKind, VisitState
from tests import factories
from tests.billing.signed_notes import billable_visit, signed_note
from tests.notes.prints import text_of

pytestmark = pytest.mark.django_db
PAID = {"amount": "95.00", "method": "cash", "reference": ""}
ACCOUNT_QUERIES, PAYMENTS_QUERIES = 16, 8
# The desk's lists: what each asks the database, however many wait on it.
LIST_QUERIES = {
    visits_to_pay: 18,
    balances_due: 5,
    credits_due: 5,
    superbills_to_hand_over: 1,
}


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def visit(practice, dana):
    """Of a patient who is here and pays $95 without insurance."""
    factories.make_cash_price(amount=Decimal("95.00"))
    return billable_visit(
        practice, dana.provider, kind=CoverageKind.SELF_PAY, state=VisitState.ARRIVED
    )


def charged(visit, practice, by):
    note = signed_note(visit, services=[])
    lines = suggest(note, practice=practice).lines
    return charge_note(note=note, lines=lines, reason="", practice=practice, by=by)


def entry_in(page: str) -> str:
    return re.search(r'name="entry" value="([^"]+)"', page)[1]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_desk_sees_what_to_ask_for_takes_it_and_sends_the_page_twice(fran_client, visit):
    address = reverse("billing:pay-visit", args=[visit.pk])
    page = fran_client.get(address).text
    form = PAID | {"entry": entry_in(page)}

    first = fran_client.post(address, form)
    second = fran_client.post(address, form)

    assert 'name="amount" value="95.00"' in page
    payment = Payment.objects.get()
    for response in (first, second):
        assert response.headers["Location"] == reverse("billing:payment", args=[payment.pk])
    assert Posting.objects.count() == 1


def test_a_page_that_is_sent_again_with_another_amount_is_refused(fran_client, visit):
    address = reverse("billing:pay-visit", args=[visit.pk])
    form = PAID | {"entry": entry_in(fran_client.get(address).text)}
    fran_client.post(address, form)

    response = fran_client.post(address, form | {"amount": "5.00"})

    assert response.status_code == 409
    assert "This form was sent before" in response.text
    assert Posting.objects.count() == 1


def test_the_superbill_of_a_charged_visit_is_one_click_from_chart_and_account(
    fran_client, dana_client, visit, practice, bo
):
    note = charged(visit, practice, bo).note
    link = f'href="{reverse("billing:superbills", args=[note.pk])}"'

    account = fran_client.get(reverse("billing:account", args=[visit.patient_id])).text
    card = reverse("billing:of-patient", args=[visit.patient_id])

    assert link in account
    assert link in fran_client.get(card).text
    assert link not in dana_client.get(card).text


def test_what_must_not_be_asked_comes_back_with_the_reason(fran_client, practice, dana):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICAID)
    address = reverse("billing:pay-visit", args=[visit.pk])
    page = fran_client.get(address).text

    response = fran_client.post(address, PAID | {"entry": entry_in(page), "in_advance": "on"})

    assert "Do not ask for this visit: Medicaid patients are not asked to pay." in words(page)
    assert response.status_code == 409
    assert "Take at most what the account owes: $0.00." in response.text
    assert Payment.objects.count() == 0


def test_a_visit_that_does_not_take_place_leads_to_the_account(fran_client, visit):
    visit.state = VisitState.NO_SHOW
    visit.save()

    response = fran_client.get(reverse("billing:pay-visit", args=[visit.pk]))

    assert response.headers["Location"] == reverse("billing:account", args=[visit.patient_id])


def test_a_refund_stands_beside_its_payment(fran_client, visit):
    payment = factories.make_payment(visit=visit, amount=Decimal("95.00"))
    address = reverse("billing:payment", args=[payment.pk])
    page = fran_client.get(address).text
    refund = PAID | {"amount": "5.00", "reason": "Five too much", "entry": entry_in(page)}

    fran_client.post(reverse("billing:refund-payment", args=[payment.pk]), refund)

    assert Refund.objects.get().amount == Decimal("5.00")
    after = words(fran_client.get(address).text)
    assert "$90.00 of this payment is left" in after
    assert "Five too much" in after


def test_the_account_shows_each_entry_with_the_balance_after_it(
    bo_client, fran_client, visit, practice, bo
):
    charged(visit, practice, bo)
    address = reverse("billing:pay-visit", args=[visit.pk])
    entry = entry_in(fran_client.get(address).text)
    fran_client.post(address, PAID | {"amount": "40.00", "entry": entry})

    page = words(bo_client.get(reverse("billing:account", args=[visit.patient_id])).text)

    assert "Patient owes now $55.00 Paid in advance $0.00 To give back $0.00" in page
    payment, charge = page.index("Payment by the patient"), page.index("Charge 20561")
    assert payment < charge
    assert "−$40.00 $55.00" in page
    assert "+$95.00 $95.00" in page


def test_the_statement_tells_the_patient_what_is_owed_and_what_is_with_the_payer(
    fran_client, visit, practice, bo
):
    charged(visit, practice, bo)
    factories.make_posting(
        kind="insurance payment", party="payer", amount=5, patient=visit.patient, by=bo
    )

    response = fran_client.get(reverse("billing:statement", args=[visit.patient_id]))

    text = text_of(response.content)
    assert "Please pay $95.00" in text
    assert "$5.00 is with your payer" in text
    assert "Charge: 20561" in text


def test_a_day_adds_up_by_way_of_payment(fran_client, practice):
    today = factories.today()
    now = {"received_on": today, "received_at": timezone.now()}
    cash = factories.make_payment(amount=Decimal("95.00"), **now)
    factories.make_payment(amount=Decimal("65.00"), method="card", reference="4471", **now)
    factories.make_payment()
    factories.make_refund(
        payment=cash, amount=Decimal("20.00"), refunded_on=today, refunded_at=timezone.now()
    )

    takings = takings_of(today)
    page = words(fran_client.get(reverse("billing:payments")).text)

    assert takings.by_method == [
        ("Cash", Decimal("75.00")),
        ("Card", Decimal("65.00")),
        ("Check", Decimal("0.00")),
    ]
    assert "Together $140.00" in page
    assert AuditEntry.objects.get(verb="payments read").details == {"rows": 3}


# Worklists


def rows_of(list_of, user) -> list[tuple[str, str]]:
    return [(str(row.patient), row.what) for row in list_of(factories.today(), user)]


def test_who_is_here_and_may_be_asked_waits_to_be_paid(visit, practice, dana, fran, fran_client):
    must_not = billable_visit(
        practice, dana.provider, kind=CoverageKind.MEDICAID, state=VisitState.ARRIVED
    )
    assert rows_of(visits_to_pay, fran) == [("Marlow, Odette", "$95.00 for the visit")]
    assert must_not.patient != visit.patient

    address = reverse("billing:pay-visit", args=[visit.pk])
    fran_client.post(address, PAID | {"entry": entry_in(fran_client.get(address).text)})

    assert rows_of(visits_to_pay, fran) == []


def test_what_is_owed_and_what_is_to_give_back_wait_until_they_are_settled(fran):
    owing, rich, even = (factories.make_patient(last_name=name) for name in ("Ash", "Bay", "Cole"))
    note = factories.make_signed_note(visit=factories.make_visit(patient=owing))
    charge = factories.make_charge(sheet=factories.make_charge_sheet(note=note))
    factories.make_posting(charge=charge)
    for patient in (rich, even):
        payment = factories.make_payment(patient=patient)
        factories.make_posting(kind="payment", amount=-65, patient=patient, payment=payment)
    refund = factories.make_refund(payment=payment, amount=Decimal("65.00"))
    factories.make_posting(kind="refund", amount=65, patient=even, payment=payment, refund=refund)

    assert [what for _, what in rows_of(balances_due, fran)] == ["$65.00 owed"]
    assert [(name.partition(",")[0], what) for name, what in rows_of(credits_due, fran)] == [
        ("Bay", "$65.00 to give back")
    ]


def test_a_superbill_waits_until_it_is_handed_over(fran, fran_client, practice):
    superbill = factories.make_superbill()
    [row] = superbills_to_hand_over(factories.today(), fran)

    fran_client.post(
        reverse("emr:hand-over", args=["superbill-copy"]), {"document": superbill.document_id}
    )

    assert row.document == superbill.document_id
    assert superbills_to_hand_over(factories.today(), fran) == []


def one_of_each(practice, provider) -> None:
    """A row on every list."""
    visit = billable_visit(practice, provider, kind=None, state=VisitState.DONE)
    patient = visit.patient
    payer = factories.make_payer(kind=CoverageKind.SELF_PAY)
    factories.make_coverage(patient=patient, payer=payer)
    factories.make_superbill()
    charge = factories.make_charge()
    factories.make_posting(charge=charge)
    paid = factories.make_payment()
    factories.make_posting(kind="payment", amount=-65, patient=paid.patient, payment=paid)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("list_of", LIST_QUERIES, ids=lambda each: each.__name__)
def test_a_list_asks_the_database_the_same_for_one_row_and_for_three(
    practice, dana, fran, list_of, number, django_assert_num_queries
):
    factories.make_cash_price(amount=Decimal("95.00"))
    for _ in range(number):
        one_of_each(practice, dana.provider)

    with django_assert_num_queries(LIST_QUERIES[list_of]):
        rows = list_of(factories.today(), fran)

    assert len(rows) == number


@pytest.mark.parametrize("number", [1, 3])
def test_the_account_asks_the_database_the_same(
    bo_client, visit, number, django_assert_num_queries
):
    for place in range(number):
        visits = {"patient": visit.patient, "start": factories.at(8) - timedelta(days=place)}
        note = factories.make_signed_note(visit=factories.make_visit(**visits))
        sheet = factories.make_charge_sheet(note=note)
        factories.make_posting(charge=factories.make_charge(sheet=sheet))
        factories.make_superbill(sheet=sheet)
        payment = factories.make_payment(patient=visit.patient)
        factories.make_posting(kind="payment", amount=-65, patient=visit.patient, payment=payment)
    address = reverse("billing:account", args=[visit.patient_id])
    bo_client.get(address)

    with django_assert_num_queries(ACCOUNT_QUERIES):
        page = bo_client.get(address).text

    assert page.count("Payment by the patient") == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_day_asks_the_database_the_same(fran_client, practice, number, django_assert_num_queries):
    for _ in range(number):
        factories.make_payment(received_on=factories.today())
    fran_client.get(reverse("billing:payments"))

    with django_assert_num_queries(PAYMENTS_QUERIES):
        page = fran_client.get(reverse("billing:payments")).text

    assert page.count('class="patient-link"') == number
