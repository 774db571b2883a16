"""Claims that take the place of others: rejected, voided, written off, and charged again."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.actions.claims import (
    correct_claim,
    drop_claim,
    number_at_payer,
    reject_claim,
    write_off_claim,
)
from billing.actions.postings import Kind, post, transfer_to_patient
from billing.actions.steps import take_step
from billing.models import Claim, Frequency, Party
from billing.review.ledger import balance_of_claim
from billing.review.lines import Line
from billing.review.suggestion import suggest
from emr.actions import Refused
from tests import factories
from tests.billing.balances import balance_of, balance_of_note
from tests.billing.signed_notes import billable_visit, entered_in_error, signed_note

pytestmark = pytest.mark.django_db
NUMBER = "2026000111"
UNDONE = "The payer answered that it is undone: charge the note again instead."
LOWER = Line(code="20560", pointers=(1,))


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def note(practice, dana):
    """Three muscles, 85.00, for a commercial plan of which nothing is known."""
    return signed_note(billable_visit(practice, dana.provider), services=[])


@pytest.fixture
def charge(note, practice, bo):
    """Charges the note as suggested, or by other lines; answers the newest claim."""

    def charge(*lines):
        chosen = lines or suggest(note, practice=practice).lines
        reason = "Counted anew" if lines else ""
        charge_note(note=note, lines=chosen, reason=reason, practice=practice, by=bo)
        return Claim.objects.filter(note=note).first()

    return charge


@pytest.fixture
def first(charge, bo):
    """Paid with 52.00; 13.00 of the 85.00 went to the patient, 20.00 is open."""
    return paid(charge(), bo)


def step(claim: Claim, *states: str, by) -> Claim:
    for state in states:
        take_step(claim=claim, to=state, by=by, on_paper=state == "sent")
    if "sent" in states:
        Claim.objects.filter(pk=claim.pk).update(sent_at=timezone.now())
    return Claim.objects.get(pk=claim.pk)


def paid(claim: Claim, by) -> Claim:
    claim = step(claim, "sent", "paid", by=by)
    patient, note = claim.coverage.patient, claim.note
    post(
        patient=patient,
        party=Party.PAYER,
        kind=Kind.INSURANCE_PAYMENT,
        amount=Decimal("-52.00"),
        by=by,
        note=note,
        claim=claim,
    )
    transfer_to_patient(patient=patient, note=note, claim=claim, amount=Decimal("13.00"), by=by)
    return claim


def rejected(claim: Claim, by) -> Claim:
    claim = step(claim, *(["ready"] if claim.state == "held" else []), "sent", by=by)
    reject_claim(claim=claim, reason="Bad postal code", by=by)
    return Claim.objects.get(pk=claim.pk)


def corrected(claim: Claim, by, **fields) -> Claim:
    return correct_claim(claim=claim, reason="Put right", by=by, **fields)


def told(claim: Claim) -> tuple:
    return (claim.frequency, claim.payer_control_number, claim.replaces_id)


def owed(note) -> tuple[Decimal, Decimal]:
    return balance_of_note(note, Party.PAYER), balance_of(note.visit.patient, Party.PATIENT)


# Rejected


def test_a_rejected_replacement_goes_out_again_as_a_replacement(first, bo):
    second = rejected(corrected(first, bo, payer_control_number=NUMBER), bo)

    third = corrected(second, bo)

    assert told(third) == (Frequency.REPLACEMENT, NUMBER, second.pk)
    with pytest.raises(Refused, match="It takes the place of a claim that the payer answered"):
        drop_claim(claim=third, reason="Not needed", by=bo)


def test_a_rejected_original_goes_out_again_as_an_original(charge, bo):
    second = rejected(charge(), bo)

    third = corrected(second, bo)

    assert told(third) == (Frequency.ORIGINAL, "", second.pk)


def test_a_rejected_void_goes_out_again_as_a_void_that_charges_nothing(first, note, bo):
    second = rejected(corrected(first, bo, payer_control_number=NUMBER, void=True), bo)

    third = corrected(second, bo)

    assert told(third) == (Frequency.VOID, NUMBER, second.pk)
    assert third.sheet == first.sheet
    assert owed(note) == (Decimal("-52.00"), Decimal("0.00"))


def test_a_rejected_replacement_of_a_note_in_error_still_asks_the_payer_to_undo_what_it_has(
    first, note, practice, bo
):
    second = rejected(corrected(first, bo, payer_control_number=NUMBER), bo)
    entered_in_error(note)

    charge_note(note=note, lines=[], reason="", practice=practice, by=bo)

    third = Claim.objects.get(replaces=second)
    assert told(third) == (Frequency.VOID, NUMBER, second.pk)
    assert third.sheet == first.sheet
    assert owed(note) == (Decimal("-52.00"), Decimal("0.00"))


def test_charging_again_while_a_void_sits_rejected_replaces_what_the_payer_has(
    first, note, charge, bo
):
    second = rejected(corrected(first, bo, payer_control_number=NUMBER, void=True), bo)

    third = charge(LOWER)

    assert told(third) == (Frequency.REPLACEMENT, NUMBER, second.pk)
    assert [each.code for each in third.lines] == ["20560"]
    assert owed(note) == (Decimal("13.00"), Decimal("0.00"))


# Voided


@pytest.mark.parametrize("answer", ["paid", "denied"])
def test_an_answered_void_is_not_corrected(answer, first, bo, bo_client):
    second = corrected(first, bo, payer_control_number=NUMBER, void=True)
    second = step(second, "ready", "sent", answer, by=bo)

    with pytest.raises(Refused, match=UNDONE):
        corrected(second, bo)

    page = bo_client.get(reverse("billing:claim", args=[second.pk]))
    assert "Correct it" not in page.content.decode()


def test_charging_again_after_a_void_was_answered_opens_a_new_original(first, note, charge, bo):
    second = corrected(first, bo, payer_control_number=NUMBER, void=True)
    step(second, "ready", "sent", "paid", by=bo)

    third = charge(LOWER)

    assert told(third) == (Frequency.ORIGINAL, "", None)


# Written off


def test_charging_again_after_a_write_off_replaces_the_claim_and_takes_back_what_was_decided(
    first, note, charge, bo
):
    step(first, "denied", by=bo)
    write_off_claim(claim=first, reason="Nothing to be had", by=bo)
    written_off = owed(note)

    second = charge(LOWER)

    assert written_off == (Decimal("0.00"), Decimal("13.00"))
    assert told(second) == (Frequency.REPLACEMENT, number_at_payer(first), first.pk)
    assert second.state == "held"  # the payer's number is not known
    assert owed(note) == (Decimal("13.00"), Decimal("0.00"))
    assert Claim.objects.get(pk=first.pk).state == "written off"


def test_a_note_in_error_undoes_a_claim_that_was_written_off(first, note, practice, bo):
    step(first, "denied", by=bo)
    write_off_claim(claim=first, reason="Nothing to be had", by=bo)
    entered_in_error(note)

    charge_note(note=note, lines=[], reason="", practice=practice, by=bo)

    void = Claim.objects.get(replaces=first)
    assert (void.frequency, void.sheet) == (Frequency.VOID, first.sheet)
    assert owed(note) == (Decimal("-52.00"), Decimal("0.00"))


def test_charging_again_after_a_rejected_claim_was_written_off_opens_a_new_original(
    note, charge, bo
):
    second = rejected(charge(), bo)
    write_off_claim(claim=second, reason="Given up", by=bo)

    third = charge(LOWER)

    assert told(third) == (Frequency.ORIGINAL, "", None)
    assert owed(note) == (Decimal("65.00"), Decimal("0.00"))


def test_a_replacement_is_written_off_but_for_what_the_payer_paid_of_the_first(first, note, bo):
    second = rejected(corrected(first, bo, payer_control_number=NUMBER), bo)

    write_off_claim(claim=second, reason="Given up", by=bo)

    assert balance_of_claim(first, Party.PAYER) == Decimal("-52.00")
    assert balance_of_claim(second, Party.PAYER) == Decimal("52.00")
    assert owed(note)[0] == Decimal("0.00")


def test_another_payer_undoes_the_first_and_gets_a_claim_of_its_own(first, note, charge, bo):
    step(first, "denied", by=bo)
    write_off_claim(claim=first, reason="Nothing to be had", by=bo)
    patient = note.visit.patient
    patient.coverages.update(rank=2)
    factories.make_coverage(
        patient=patient, payer=factories.make_payer(electronic_id="60054"), member_number="W1"
    )

    newest = charge()

    void = Claim.objects.get(replaces=first)
    assert void.frequency == Frequency.VOID
    assert told(newest) == (Frequency.ORIGINAL, "", None)
    assert newest.coverage != first.coverage
