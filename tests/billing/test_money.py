"""Money at the desk: what there is to ask for, payments with their receipts, and refunds."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.actions.money import give_refund, take_payment
from billing.models import Party, Payment, Posting, Refund
from billing.review.accounts import account_of, left_of, settled_notes
from billing.review.asking import ask_of
from billing.review.suggestion import suggest
from emr.actions import Refused, move_visit
from emr.models import AuditEntry, CoverageKind, DocumentEvent, VisitState
from tests import factories
from tests.billing.balances import balance_of
from tests.billing.signed_notes import billable_visit, entered_in_error, signed_note
from tests.notes.prints import text_of

pytestmark = pytest.mark.django_db
CASH = Payment.Method.CASH


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def visit(practice, dana):
    """Of a patient who pays $95 for a visit without insurance."""
    factories.make_cash_price(amount=Decimal("95.00"))
    return billable_visit(practice, dana.provider, kind=CoverageKind.SELF_PAY)


@pytest.fixture
def medicare(practice, dana):
    """A visit with Medicare, and a function by which its patient chooses an option of the ABN."""
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE)

    def choose(option: int):
        coverage = visit.patient.coverages.get()
        factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=option)

    visit.choose = choose
    return visit


@pytest.fixture
def take(practice, fran):
    def take(visit, amount, *, at_visit=True, **fields):
        paid_for = visit if at_visit else None
        given = {"patient": visit.patient, "visit": paid_for, "method": CASH} | fields
        return take_payment(amount=Decimal(amount), practice=practice, by=fran, **given)

    return take


@pytest.fixture
def give(fran):
    def give(payment, amount, **fields):
        given = {"method": CASH, "reason": "Paid twice"} | fields
        return give_refund(payment=payment, amount=Decimal(amount), by=fran, **given)

    return give


@pytest.fixture
def charge(practice, bo):
    def charge(note):
        lines = suggest(note, practice=practice).lines
        return charge_note(note=note, lines=lines, reason="", practice=practice, by=bo)

    return charge


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


def asked(visit, practice) -> tuple[str, str, str]:
    ask = ask_of(visit, practice=practice)
    return ask.pays, str(ask.price), str(ask.amount)


# What there is to ask for


def test_who_pays_themselves_is_asked_for_the_cash_price_of_the_visit(visit, practice):
    assert asked(visit, practice) == ("may", "95.00", "95.00")
    assert ask_of(visit, practice=practice).why == "The patient pays without insurance."


def test_what_was_paid_for_the_visit_is_not_asked_again(visit, practice, take):
    take(visit, "40.00")

    assert asked(visit, practice) == ("may", "95.00", "55.00")


def test_once_it_is_charged_the_account_says_what_is_asked(visit, practice, take, charge):
    take(visit, "40.00")

    charge(signed_note(visit, services=[]))

    assert asked(visit, practice) == ("may", "None", "55.00")
    assert account_of(visit.patient).owed == Decimal("55.00")


def test_an_advance_for_one_visit_pays_no_other(visit, practice, dana, take):
    other = factories.make_visit(
        patient=visit.patient, provider=dana.provider, start=factories.at(16)
    )
    take(other, "95.00")

    assert asked(visit, practice) == ("may", "95.00", "95.00")
    assert account_of(visit.patient).credit == Decimal("0.00")


def test_without_a_valid_abn_a_medicare_patient_is_not_asked(medicare, practice):
    assert asked(medicare, practice)[0] == "must_not"
    assert ask_of(medicare, practice=practice).why == (
        "No valid ABN was signed before the visit: the patient owes nothing for needling."
    )


@pytest.mark.parametrize(
    ("option", "claim", "amount"), [(1, "send", "65.00"), (2, "none", "65.00")]
)
def test_with_an_abn_a_medicare_patient_may_be_asked(medicare, practice, option, claim, amount):
    medicare.choose(option)

    ask = ask_of(medicare, practice=practice)

    assert (ask.pays, ask.claim, str(ask.amount)) == ("may", claim, amount)


def test_nobody_on_record_as_payer_is_for_a_person_to_decide(practice, dana):
    visit = billable_visit(practice, dana.provider, kind=None)

    assert asked(visit, practice)[0] == "look"


# Payments


def test_a_payment_goes_off_the_account_with_a_receipt_and_an_audit_entry(visit, take, fran):
    payment = take(visit, "95.00", method="card", reference="Slip 4471")

    assert balance_of(visit.patient, Party.PATIENT) == Decimal("-95.00")
    posting = Posting.objects.get()
    assert (posting.kind, posting.payment, posting.by) == ("payment", payment, fran)
    assert [each.verb for each in AuditEntry.objects.order_by("pk")] == ["payment taken", "posted"]
    text = text_of(bytes(payment.receipt.content))
    for words in ("Receipt", "$95.00", "Card, number Slip 4471", "Marlow, Odette", "Fran Ibarra"):
        assert words in text
    assert payment.receipt.signed_by == "Harbour Lane Physical Therapy"


def test_a_form_that_is_sent_twice_is_one_payment(visit, take):
    entry = uuid.uuid4()

    first, second = (take(visit, "95.00", entry=entry) for _ in range(2))

    assert first == second
    assert Payment.objects.count() == 1
    assert balance_of(visit.patient, Party.PATIENT) == Decimal("-95.00")


OTHER = "This form was sent before and is on record as ${amount}, cash: nothing more was {done}."


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "94.00"},
        {"method": Payment.Method.CARD, "reference": "4471"},
        {"reference": "Till 2"},
        {"at_visit": False},
        {"patient": None},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_form_that_is_sent_again_with_other_contents_is_refused(visit, take, other):
    entry = uuid.uuid4()
    take(visit, "95.00", entry=entry)
    if "patient" in other:
        other = {"patient": factories.make_patient()}
    again = {"amount": "95.00", "entry": entry} | other

    said = refusal(take, visit, **again)

    assert said.startswith(OTHER.format(amount="95.00", done="taken"))
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("other", [{"amount": "6.00"}, {"reason": "Another"}, {"reference": "7"}])
def test_a_refund_that_is_sent_again_with_other_contents_is_refused(visit, take, give, other):
    payment, entry = take(visit, "95.00"), uuid.uuid4()
    give(payment, "5.00", entry=entry)

    said = refusal(give, payment, **{"amount": "5.00", "entry": entry} | other)

    assert said.startswith(OTHER.format(amount="5.00", done="given back"))
    assert Refund.objects.count() == 1


def test_more_than_there_is_to_ask_for_is_an_advance_or_a_slip_of_the_finger(visit, take):
    said = refusal(take, visit, "950.00")

    assert said == (
        "This is more than there is to ask for now ($95.00): say that it is paid in advance, or"
        " correct the amount."
    )
    assert take(visit, "190.00", in_advance=True).amount == Decimal("190.00")


def test_who_must_not_be_asked_pays_nothing_for_needling_even_in_advance(medicare, take):
    said = refusal(take, medicare, "65.00", in_advance=True)

    assert said == (
        "No valid ABN was signed before the visit: the patient owes nothing for needling. Take at"
        " most what the account owes: $0.00."
    )


def test_a_qmb_pays_what_the_account_owes_and_no_more(medicare, take, practice, bo, charge):
    earlier = medicare.patient
    coverage = earlier.coverages.get()
    medicare.choose(2)
    charge(signed_note(medicare, services=[]))
    owed = balance_of(earlier, Party.PATIENT)
    coverage.qmb = True
    coverage.save()
    later = factories.make_visit(
        patient=earlier, provider=medicare.provider, start=factories.at(16)
    )

    assert ask_of(later, practice=practice).pays == "must_not"
    assert "(QMB)" in refusal(take, later, str(owed + 1), in_advance=True)
    assert take(later, str(owed)).amount == owed
    assert account_of(earlier).owed == Decimal("0.00")


def test_without_a_visit_only_what_is_owed_is_taken(visit, take, charge):
    assert "owes $0.00" in refusal(take, visit, "10.00", at_visit=False)

    charge(signed_note(visit, services=[]))

    assert take(visit, "95.00", at_visit=False).visit is None
    assert account_of(visit.patient).owed == Decimal("0.00")


def test_a_visit_that_does_not_take_place_is_not_paid(visit, take, fran):
    move_visit(visit=visit, to=VisitState.NO_SHOW, by=fran)

    assert refusal(take, visit, "95.00") == (
        "This visit does not take place: take the payment on the account."
    )


@pytest.mark.parametrize(
    "reference",
    ["4111 1111 1111 1111", "4111-1111-1111-1111", "card 378282246310005", "4111111111111111"],
)
def test_a_card_number_is_never_kept(visit, take, reference):
    with pytest.raises(ValidationError) as refused:
        take(visit, "95.00", method="card", reference=reference)

    assert refused.value.messages == [
        "This looks like a card number, which is never kept: give the number of the slip."
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0.00"}, "Give an amount in dollars and cents, above zero."),
        ({"amount": "-5.00"}, "Give an amount in dollars and cents, above zero."),
        ({"amount": "5.001"}, "Give an amount in dollars and cents, above zero."),
        ({"method": "barter"}, "Say how it was paid."),
        ({"method": "check"}, "Give the number of the card slip or the check."),
    ],
)
def test_what_is_no_payment_is_refused(visit, take, fields, words):
    given = {"amount": "95.00"} | fields

    with pytest.raises(ValidationError) as refused:
        take(visit, given.pop("amount"), **given)

    assert refused.value.messages == [words]
    assert (Payment.objects.count(), Posting.objects.count()) == (0, 0)


# Refunds and credits


def test_a_refund_is_a_row_of_its_own_and_the_payment_stays(visit, take, give):
    payment = take(visit, "95.00")

    refund = give(payment, "30.00")

    assert (refund.amount, left_of(payment)) == (Decimal("30.00"), Decimal("65.00"))
    assert Payment.objects.get().amount == Decimal("95.00")
    assert balance_of(visit.patient, Party.PATIENT) == Decimal("-65.00")
    assert [each.verb for each in AuditEntry.objects.order_by("-pk")[:2]] == [
        "posted",
        "refund given",
    ]


def test_no_more_goes_back_than_came_in(visit, take, give):
    payment = take(visit, "95.00")
    give(payment, "90.00")

    assert refusal(give, payment, "5.01") == (
        "Of this payment $5.00 is left: no more can be given back."
    )
    give(payment, "5.00")
    assert left_of(payment) == Decimal("0.00")


def test_a_refund_says_why_and_counts_once(visit, take, give):
    payment, entry = take(visit, "95.00"), uuid.uuid4()

    assert refusal(give, payment, "5.00", reason=" – ") == "Say why it is given back."
    first, second = (give(payment, "5.00", entry=entry) for _ in range(2))

    assert first == second
    assert Refund.objects.count() == 1


def test_what_was_paid_for_a_visit_that_never_was_is_a_credit(visit, take, fran):
    take(visit, "95.00")
    assert account_of(visit.patient).credit == Decimal("0.00")

    move_visit(visit=visit, to=VisitState.CANCELLED, by=fran)

    assert account_of(visit.patient).credit == Decimal("95.00")


def test_what_was_paid_for_a_note_entered_in_error_is_a_credit(visit, take):
    take(visit, "95.00")

    entered_in_error(signed_note(visit, services=[]))

    assert account_of(visit.patient).credit == Decimal("95.00")


def test_an_advance_stays_one_until_the_payer_has_answered(medicare, take, charge):
    medicare.choose(1)
    take(medicare, "65.00")

    charge(signed_note(medicare, services=[]))

    account = account_of(medicare.patient)
    assert (account.advance, account.owed, account.credit) == (
        Decimal("65.00"),
        Decimal("0.00"),
        Decimal("0.00"),
    )


# What is paid at a visit for the account


@pytest.fixture
def owing(visit, dana, take, charge):
    """A later visit of $95 of a patient who still owes $40 for an earlier one."""
    take(visit, "55.00")
    visit.charged = charge(signed_note(visit, services=[])).note
    return factories.make_visit(
        patient=visit.patient, provider=dana.provider, start=factories.at(16)
    )


def figures(patient) -> tuple[str, str, str]:
    account = account_of(patient)
    return str(account.owed), str(account.advance), str(account.credit)


def test_what_is_taken_for_the_account_at_a_visit_reaches_the_account(owing, practice, take):
    assert asked(owing, practice) == ("may", "95.00", "135.00")

    payment = take(owing, "135.00")

    assert figures(owing.patient) == ("0.00", "95.00", "0.00")
    assert asked(owing, practice) == ("may", "95.00", "0.00")
    assert [str(each.left) for each in settled_notes(owing.patient).values()] == ["0.00"]
    text = " ".join(text_of(bytes(payment.receipt.content)).split())
    assert "$95.00 for the visit of" in text
    assert "$40.00 for what was owed on the account." in text


def test_it_stays_so_when_the_note_is_charged(visit, owing, take, charge):
    take(owing, "135.00")

    later = charge(signed_note(owing, services=[])).note

    assert figures(owing.patient) == ("0.00", "0.00", "0.00")
    settled = settled_notes(owing.patient)
    assert {note: str(each.paid) for note, each in settled.items()} == {
        visit.charged.pk: "95.00",
        later.pk: "95.00",
    }


def test_a_visit_that_is_charged_is_paid_before_the_rest(owing, take, charge):
    charge(signed_note(owing, services=[]))

    payment = take(owing, "135.00")

    assert figures(owing.patient) == ("0.00", "0.00", "0.00")
    text = " ".join(text_of(bytes(payment.receipt.content)).split())
    assert "$95.00 for the visit of" in text
    assert "$40.00 for what was owed on the account." in text


@pytest.mark.parametrize(
    ("amount", "owed", "advance"),
    [("50.00", "40.00", "50.00"), ("100.00", "35.00", "95.00"), ("200.00", "0.00", "160.00")],
)
def test_the_visit_comes_first_then_what_is_owed_and_the_rest_stays(
    owing, take, amount, owed, advance
):
    take(owing, amount, in_advance=True)

    assert figures(owing.patient) == (owed, advance, "0.00")


def test_while_the_payer_has_not_answered_only_the_price_is_kept(medicare, take, charge):
    medicare.choose(1)
    factories.make_posting(
        charge=factories.make_charge(
            sheet=factories.make_charge_sheet(
                note=factories.make_signed_note(
                    visit=factories.make_visit(
                        patient=medicare.patient, start=factories.at(9) - timedelta(days=20)
                    )
                )
            )
        )
    )
    take(medicare, "130.00")
    before = figures(medicare.patient)

    charge(signed_note(medicare, services=[]))

    assert before == figures(medicare.patient) == ("0.00", "65.00", "0.00")


# What pays what


def test_a_payment_at_a_visit_pays_that_visit_and_the_rest_what_is_open_longest(
    visit, dana, take, charge
):
    first = charge(signed_note(visit, services=[])).note
    later = factories.make_visit(
        patient=visit.patient, provider=dana.provider, start=factories.at(16)
    )
    second = charge(signed_note(later, services=[])).note
    take(later, "95.00")
    take(visit, "45.00", at_visit=False)

    settled = settled_notes(visit.patient)

    assert {note: (str(each.paid), str(each.left)) for note, each in settled.items()} == {
        first.pk: ("45.00", "50.00"),
        second.pk: ("95.00", "0.00"),
    }


def test_copies_of_a_receipt_are_on_record(visit, take, fran_client):
    payment = take(visit, "95.00")

    fran_client.post(f"/billing/payments/{payment.pk}/copy/", {"what": "paper copy"})

    assert DocumentEvent.objects.get().document == payment.receipt
