"""Charging a signed note: the lines that are suggested, those that are chosen, and where they go."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.actions.charges import CHANGED, WITH_PAYER, charge_note
from billing.actions.claims import reject_claim
from billing.actions.steps import take_step
from billing.models import ChargeSheet, Claim, Frequency, Party, Posting
from billing.review.ledger import balance_of_claim
from billing.review.lines import Line
from billing.review.pricing import prices_of
from billing.review.suggestion import choose, suggest
from consent.models import Kind
from emr.actions import Refused
from emr.models import AuditEntry, CoverageKind
from tests import factories
from tests.billing.balances import balance_of, balance_of_note
from tests.billing.signed_notes import (
    EXERCISE,
    MANUAL,
    billable_visit,
    corrected,
    entered_in_error,
    signed_note,
)
from tests.notes.posts import make_site

pytestmark = pytest.mark.django_db
LINES = [("97110", 1, "40.00"), ("97140", 1, "38.00"), ("20561", 1, "85.00")]


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def note(practice, dana):
    """Two timed services and three muscles, for a commercial plan of which nothing is known."""
    visit = billable_visit(practice, dana.provider)
    return signed_note(visit, services=[EXERCISE, MANUAL])


@pytest.fixture
def charge(note, practice, bo):
    """Charges the note; with the suggested lines unless others are given."""

    def charge(lines=None, *, reason="", **fields):
        if lines is None:
            lines = suggest(note, practice=practice).lines
        return charge_note(
            note=note, lines=lines, reason=reason, practice=practice, by=bo, **fields
        )

    return charge


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


def charged(sheet):
    return [(each.code, each.units, str(each.amount)) for each in sheet.charges.all()]


def sent(claim, by):
    take_step(claim=claim, to="sent", by=by, on_paper=True)
    Claim.objects.filter(pk=claim.pk).update(sent_at=timezone.now())
    return Claim.objects.get(pk=claim.pk)


# The suggestion


def test_the_suggestion_has_a_price_and_a_reason_for_each_code_its_units_and_its_modifiers(
    note, practice
):
    suggestion = suggest(note, practice=practice)

    assert [(each.code, each.units, str(each.amount)) for each in suggestion.lines] == LINES
    assert [{reason.about for reason in each.reasons} for each in suggestion.lines] == [
        {each.code, "units", *each.modifiers} for each in suggestion.lines
    ]
    assert suggestion.total == Decimal("163.00")
    assert [each.pointers for each in suggestion.lines] == [(1,), (1,), (1,)]


def test_a_code_without_a_price_is_never_free(note, practice):
    suggestion = suggest(note, practice=practice)

    choice = choose(suggestion, [Line(code="97112")], suggestion.diagnoses)

    assert (choice.unpriced, choice.total, choice.difference) == (["97112"], None, None)


def test_a_code_below_the_count_shows_what_is_given_away(note, practice):
    suggestion = suggest(note, practice=practice)
    below = [
        replace(each, code="20560") if each.code == "20561" else each for each in suggestion.lines
    ]

    choice = choose(suggestion, below, suggestion.diagnoses)

    assert choice.lost_by_code == Decimal("20.00")
    assert choice.difference == Decimal("-20.00")


@pytest.mark.parametrize(
    ("codes", "fees", "expected"),
    [
        (["97110", "20561"], {"": "50.00"}, [("0.00", True), ("50.00", True)]),
        (["97110", "97140"], {"": "50.00"}, [("50.00", True), ("0.00", True)]),
        (["97110", "20561"], {"20561": "60.00"}, [(None, False), ("60.00", False)]),
        (
            ["97110", "20561"],
            {"": "50.00", "20561": "60.00"},
            [("50.00", True), ("60.00", False)],
        ),
        ([], {"": "50.00"}, []),
    ],
)
def test_the_price_of_a_visit_stands_once_on_the_needling_else_on_the_first_line(
    codes, fees, expected
):
    prices = prices_of(codes, {code: Decimal(fee) for code, fee in fees.items()})

    told = [(None if each.fee is None else str(each.fee), each.flat) for each in prices]
    assert told == expected


# Charging


def test_charging_keeps_the_lines_beside_the_suggestion_and_posts_them_to_the_payer(
    charge, note, bo
):
    sheet = charge()

    assert charged(sheet) == LINES
    assert [each["code"] for each in sheet.suggestion] == ["97110", "97140", "20561"]
    assert (sheet.version, sheet.diagnoses, sheet.reason) == (1, ["M54.2"], "")
    claim = Claim.objects.get()
    assert (claim.note, claim.sheet, claim.frequency) == (note, sheet, Frequency.ORIGINAL)
    assert balance_of_claim(claim, Party.PAYER) == Decimal("163.00")
    assert balance_of(note.visit.patient, Party.PATIENT) == Decimal("0.00")
    entry = AuditEntry.objects.get(verb="note charged")
    assert (entry.actor_id, entry.patient_id) == (bo.pk, note.visit.patient_id)
    assert entry.details == {"note": note.pk, "version": 1, "lines": 3, "as_suggested": True}


def test_a_claim_that_nothing_stops_is_ready_at_once(charge):
    charge()

    assert Claim.objects.get().state == "ready"


def test_the_next_claim_brings_the_referrer_of_the_last_for_the_same_condition(
    charge, note, practice, bo
):
    charge()
    Claim.objects.update(referrer_last_name="Okafor", referrer_npi="1245319599")
    visit = factories.make_visit(
        patient=note.visit.patient, provider=note.visit.provider, start=factories.at(14)
    )
    same, other = (
        signed_note(visit, diagnoses=[{"code": code, "label": code}])
        for code in ("M54.2", "M79.18")
    )

    for each in (same, other):
        lines = suggest(each, practice=practice).lines
        charge_note(note=each, lines=lines, reason="", practice=practice, by=bo)

    referrers = dict(Claim.objects.values_list("note", "referrer_last_name"))
    assert referrers == {note.pk: "Okafor", same.pk: "Okafor", other.pk: ""}


def test_without_a_consent_the_claim_is_held(practice, dana, bo):
    note = signed_note(billable_visit(practice, dana.provider, consent=False))

    charge_note(
        note=note,
        lines=suggest(note, practice=practice).lines,
        reason="",
        practice=practice,
        by=bo,
    )

    assert Claim.objects.get().state == "held"


def test_who_pays_themselves_gets_the_charges_on_their_own_account(practice, dana, bo):
    note = signed_note(
        billable_visit(practice, dana.provider, kind=CoverageKind.SELF_PAY), services=[EXERCISE]
    )
    factories.make_cash_price(amount=Decimal("50.00"))

    sheet = charge_note(
        note=note,
        lines=suggest(note, practice=practice).lines,
        reason="",
        practice=practice,
        by=bo,
    )

    assert [(each.code, str(each.amount), each.flat) for each in sheet.charges.all()] == [
        ("97110", "0.00", True),
        ("20561", "50.00", True),
    ]
    assert not Claim.objects.exists()
    assert balance_of(note.visit.patient, Party.PATIENT) == Decimal("50.00")
    assert Posting.objects.get().charge.code == "20561"


def test_where_no_claim_goes_out_for_the_needling_the_rest_is_still_claimed(practice, dana, bo):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.TRICARE)
    coverage = visit.patient.coverages.get()
    factories.make_notice(visit=visit, coverage=coverage, kind=Kind.AGREEMENT, state="agreed")
    note = signed_note(visit, services=[EXERCISE])

    sheet = charge_note(
        note=note,
        lines=suggest(note, practice=practice).lines,
        reason="",
        practice=practice,
        by=bo,
    )

    assert [(each.code, each.to_patient) for each in sheet.charges.all()] == [
        ("97110", False),
        ("20561", True),
    ]
    assert [each.code for each in Claim.objects.get().lines] == ["97110"]
    assert balance_of_note(note, Party.PAYER) == Decimal("40.00")
    assert balance_of_note(note, Party.PATIENT) == Decimal("85.00")


def test_other_lines_need_a_reason_and_keep_it(charge, note, practice):
    other = suggest(note, practice=practice).lines[:1]

    words = refusal(charge, other)
    sheet = charge(other, reason="The plan pays for exercise only.")

    assert words == "Say why other lines were chosen than those suggested."
    assert sheet.reason == "The plan pays for exercise only."
    assert charged(sheet) == LINES[:1]
    assert [each.suggested for each in sheet.charges.all()] == [True]


def test_a_line_with_another_modifier_is_not_the_suggested_one(charge, note, practice):
    first, *rest = suggest(note, practice=practice).lines

    sheet = charge([replace(first, modifiers=("CQ",)), *rest], reason="An assistant did it.")

    assert [each.suggested for each in sheet.charges.all()] == [False, True, True]


def test_nothing_may_be_charged_with_a_reason(charge):
    sheet = charge([], reason="Courtesy visit")

    assert charged(sheet) == []
    assert not Claim.objects.exists()
    assert not Posting.objects.exists()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([Line(code="97112")], "No price holds on that day for 97112: set one first."),
    ],
)
def test_what_has_no_price_is_not_charged(charge, lines, words):
    assert refusal(charge, lines, reason="Instead") == words
    assert not ChargeSheet.objects.exists()


def test_nobody_on_record_as_who_pays_is_asked_for_nothing(practice, dana, bo):
    note = signed_note(billable_visit(practice, dana.provider, kind=""))
    factories.make_cash_price()
    lines = suggest(note, practice=practice).lines

    words = refusal(charge_note, note=note, lines=lines, reason="", practice=practice, by=bo)

    assert words == "Nobody is on record as who pays on that day: add a coverage first."


def test_a_draft_is_not_charged(visit, practice, bo):
    draft = factories.make_note(visit=visit)

    words = refusal(charge_note, note=draft, lines=[], reason="x", practice=practice, by=bo)

    assert words == "Charges come from signed notes: this one is not signed yet."


def test_the_same_lines_are_charged_once(charge):
    charge()

    assert refusal(charge) == "These very lines are charged already."
    assert ChargeSheet.objects.count() == 1


def test_what_changed_since_the_page_was_shown_is_looked_at_once_more(charge, note, practice):
    seen = suggest(note, practice=practice).digest
    corrected(note, [make_site()])

    assert refusal(charge, seen=seen) == CHANGED


# Charging again


def test_a_corrected_list_outdates_the_charges_and_an_open_claim_takes_the_new_ones(
    charge, note, practice
):
    charge()
    corrected(note, [make_site()])
    outdated = suggest(note, practice=practice)

    sheet = charge()

    assert outdated.is_outdated
    assert not suggest(note, practice=practice).is_outdated
    assert sheet.version == 2
    assert charged(sheet)[-1] == ("20560", 1, "65.00")
    claim = Claim.objects.get()
    assert (claim.sheet, claim.state) == (sheet, "ready")
    assert balance_of_note(note, Party.PAYER) == Decimal("143.00")


def test_a_late_entry_outdates_nothing(charge, note, practice):
    charge()

    factories.make_addendum(note=note, signed_at=timezone.now())

    assert not suggest(note, practice=practice).is_outdated


def test_while_the_payer_has_the_claim_nothing_is_charged_again(charge, note, bo):
    charge()
    sent(Claim.objects.get(), bo)
    corrected(note, [make_site()])

    assert refusal(charge) == WITH_PAYER
    assert ChargeSheet.objects.count() == 1


def test_an_answered_claim_goes_on_as_a_correction(charge, note, bo):
    charge()
    first = sent(Claim.objects.get(), bo)
    take_step(claim=first, to="paid", by=bo)
    corrected(note, [make_site()])

    sheet = charge()

    second = Claim.objects.exclude(pk=first.pk).get()
    assert first.state == "paid"
    assert Claim.objects.get(pk=first.pk).state == "corrected"
    assert (second.replaces, second.sheet, second.frequency) == (first, sheet, "7")
    assert second.state == "held"  # the payer's number is not known
    assert balance_of_claim(first, Party.PAYER) == Decimal("0.00")
    assert balance_of_claim(second, Party.PAYER) == Decimal("143.00")


def test_a_rejected_claim_goes_out_anew_as_an_original(charge, note, bo):
    charge()
    first = sent(Claim.objects.get(), bo)
    reject_claim(claim=first, reason="Unknown member", by=bo)
    corrected(note, [make_site()])

    charge()

    second = Claim.objects.exclude(pk=first.pk).get()
    assert (second.frequency, second.replaces, second.state) == ("1", first, "ready")


def test_a_note_in_error_takes_its_charges_back(charge, note, practice):
    charge()
    entered_in_error(note)

    sheet = charge([])

    assert suggest(note, practice=practice).lines == ()
    assert charged(sheet) == []
    assert Claim.objects.get().state == "dropped"
    assert balance_of_note(note, Party.PAYER) == Decimal("0.00")


def test_a_note_in_error_is_charged_for_nothing(charge, note):
    entered_in_error(note)

    words = refusal(charge, [Line(code="20561", pointers=(1,))], reason="All the same")

    assert words == "This note was marked as entered in error: nothing is charged for it."


def test_the_payer_is_asked_to_undo_a_claim_whose_note_was_in_error(charge, note, bo):
    charge()
    first = sent(Claim.objects.get(), bo)
    take_step(claim=first, to="paid", by=bo)
    entered_in_error(note)

    charge([])

    void = Claim.objects.exclude(pk=first.pk).get()
    assert (void.frequency, void.sheet, void.state) == ("8", first.sheet, "held")
    assert balance_of_note(note, Party.PAYER) == Decimal("0.00")


def test_another_payer_gets_a_claim_of_its_own(charge, note):
    charge()
    first = Claim.objects.get()
    patient = note.visit.patient
    patient.coverages.update(rank=2)
    other = factories.make_payer(electronic_id="60054")
    coverage = factories.make_coverage(patient=patient, payer=other, member_number="W1")

    charge()

    second = Claim.objects.exclude(pk=first.pk).get()
    assert Claim.objects.get(pk=first.pk).state == "dropped"
    assert (second.coverage, second.frequency) == (coverage, "1")
    assert balance_of_claim(first, Party.PAYER) == Decimal("0.00")
    assert balance_of_claim(second, Party.PAYER) == Decimal("163.00")
