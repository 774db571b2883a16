"""What an imported remittance posts, decides and moves; the same one posts nothing twice."""

from decimal import Decimal

import pytest

from billing.actions.decisions import decide, write_off_adjustment
from billing.actions.remittances import (
    PostedBeforeError,
    import_remittance,
    leave_unmatched,
    match_claim,
    upload_file,
)
from billing.actions.steps import take_step
from billing.models import (
    Adjustment,
    Claim,
    CollectionDecision,
    Party,
    Posting,
    Remittance,
    RemittanceClaim,
)
from billing.review.ledger import balance_of_claim
from consent.models import Kind as NoticeKind
from emr.actions import Refused
from emr.models import CoverageKind, PayerPolicy, Practice, Profession
from emr.rules.claim_states import ClaimState
from emr.rules.notice_states import NoticeState
from tests import factories
from tests.billing.balances import balance_of
from tests.billing.remitted import (
    answered_claim,
    answered_line,
    charges_of,
    file_of,
    one_line,
    prepaid,
    remittance_of,
    second_payer,
    sent_claim,
    transaction,
)

pytestmark = pytest.mark.django_db
COLLECT = CollectionDecision.Decision.COLLECT
WRITE_OFF = CollectionDecision.Decision.DO_NOT_COLLECT


@pytest.fixture
def claim(bo):
    return sent_claim(by=bo)


def brought_in(raw: bytes, *, by) -> list[Remittance]:
    file = upload_file(raw=raw, by=by)
    return import_remittance(file=file, practice=Practice.objects.get(), by=by)


def abn_for(claim, **fields):
    note = claim.note
    return factories.make_notice(
        visit=note.visit, coverage=claim.coverage, state=NoticeState.CHOSEN, option=1, **fields
    )


def agreement_for(claim):
    return factories.make_notice(
        visit=claim.note.visit,
        coverage=claim.coverage,
        kind=NoticeKind.AGREEMENT,
        state=NoticeState.AGREED,
    )


def policy_of(claim, **fields):
    return PayerPolicy.objects.create(
        payer=claim.coverage.payer,
        needling="investigational",
        source="Policy 7, 2026",
        starts_on="2024-01-01",
        recorded_by=claim.opened_by,
        recorded_at=factories.SOME_TIME,
        **fields,
    )


def postings(claim) -> list[tuple[str, str, str]]:
    """All but the charges: party, kind, amount."""
    rows = Posting.objects.filter(claim=claim).exclude(kind="charge").order_by("pk")
    return [(row.party, row.kind, f"{row.amount:.2f}") for row in rows]


def state_of(claim) -> str:
    return Claim.objects.get(pk=claim.pk).state.value


def balances(claim) -> tuple[Decimal, Decimal]:
    patient = claim.coverage.patient
    return balance_of_claim(claim, Party.PAYER), balance_of(patient, Party.PATIENT)


def decisions() -> list[tuple[str, bool]]:
    return list(CollectionDecision.objects.values_list("decision", "by_rule"))


# Paid


def test_a_line_that_is_paid_and_cut_to_the_contract_leaves_the_payer_owing_nothing(claim, bo):
    brought_in(remittance_of(one_line(claim, paid="40", why="CO 45 25"), total="40"), by=bo)

    assert postings(claim) == [
        ("payer", "insurance payment", "-40.00"),
        ("payer", "contractual", "-25.00"),
    ]
    assert balances(claim) == (Decimal("0.00"), Decimal("0.00"))
    assert state_of(claim) == "paid"


def test_a_deductible_goes_to_the_patient_and_the_claim_counts_as_paid(claim, bo):
    brought_in(remittance_of(one_line(claim, why="PR 1 65")), by=bo)

    assert postings(claim) == [("payer", "transfer", "-65.00"), ("patient", "transfer", "65.00")]
    assert balances(claim) == (Decimal("0.00"), Decimal("65.00"))
    assert state_of(claim) == "paid"


def test_a_ga_line_that_medicare_pays_leaves_the_prepaid_patient_a_credit(claim, bo):
    abn_for(claim)
    prepaid(claim, "65.00", by=bo)

    brought_in(remittance_of(one_line(claim, paid="65"), total="65"), by=bo)

    assert balances(claim) == (Decimal("0.00"), Decimal("-65.00"))
    assert decisions() == []


# Denied for necessity, Medicare


@pytest.mark.parametrize(
    ("policy", "posted", "open_amounts"),
    [
        ("look", [], 1),
        ("collect", [("payer", "transfer", "-65.00"), ("patient", "transfer", "65.00")], 0),
        ("never", [("payer", "write-off", "-65.00")], 0),
    ],
)
def test_pr_50_with_an_abn_goes_by_the_policy_of_the_practice(
    policy, posted, open_amounts, claim, bo
):
    Practice.objects.update(necessity_denials=policy)
    abn_for(claim)

    brought_in(remittance_of(one_line(claim, why="PR 50 65")), by=bo)

    assert postings(claim) == posted
    assert Adjustment.objects.filter(decision=None).count() == open_amounts
    assert state_of(claim) == "denied"


def test_pr_50_without_an_abn_is_never_the_patients(claim, bo):
    Practice.objects.update(necessity_denials="collect")

    brought_in(remittance_of(one_line(claim, why="PR 50 65")), by=bo)

    assert postings(claim) == [("payer", "write-off", "-65.00")]
    assert decisions() == [("do_not_collect", True)]


def test_an_abn_signed_after_the_service_shifts_nothing(claim, bo):
    Practice.objects.update(necessity_denials="collect")
    abn_for(claim, on=factories.today() + factories.timedelta(days=1))

    brought_in(remittance_of(one_line(claim, why="PR 50 65")), by=bo)

    assert postings(claim) == [("payer", "write-off", "-65.00")]


def test_an_abn_for_needling_says_nothing_of_another_line(bo):
    Practice.objects.update(necessity_denials="collect")
    claim = sent_claim(by=bo, lines=[("20561", "GA GP", "65.00"), ("97110", "GP", "40.00")])
    abn_for(claim)
    needling, exercise = charges_of(claim)

    brought_in(
        remittance_of(
            answered_claim(
                claim,
                answered_line(needling, why="PR 50 65"),
                answered_line(exercise, why="PR 50 40"),
            )
        ),
        by=bo,
    )

    assert balances(claim) == (Decimal("0.00"), Decimal("65.00"))
    assert ("payer", "write-off", "-40.00") in postings(claim)


def test_co_50_of_a_gz_line_is_not_the_patients_and_waits_for_an_appeal_or_a_write_off(bo):
    claim = sent_claim(by=bo, lines=[("20561", "GZ GP", "65.00")])

    brought_in(remittance_of(one_line(claim, why="CO 50 65")), by=bo)

    assert postings(claim) == []
    decision = CollectionDecision.objects.get()
    assert (decision.decision, decision.next_step) == ("do_not_collect", "appeal")

    write_off_adjustment(
        adjustment=decision.adjustment,
        reason="Nothing to appeal with",
        practice=Practice.objects.get(),
        by=bo,
    )

    assert postings(claim) == [("payer", "write-off", "-65.00")]
    assert balances(claim) == (Decimal("0.00"), Decimal("0.00"))


def test_a_chiropractors_needling_is_excluded_by_law_and_the_patient_pays(bo):
    provider = factories.make_provider(profession=Profession.DC)
    claim = sent_claim(by=bo, provider=provider, lines=[("20561", "GY", "65.00")])

    brought_in(remittance_of(one_line(claim, why="PR 96 65", remarks="N425")), by=bo)

    assert balances(claim) == (Decimal("0.00"), Decimal("65.00"))


def test_a_patient_with_qmb_is_never_billed(bo):
    patient = factories.make_patient()
    payer = factories.make_payer(kind=CoverageKind.MEDICARE)
    coverage = factories.make_coverage(patient=patient, payer=payer, qmb=True)
    claim = sent_claim(by=bo, patient=patient, coverage=coverage)

    brought_in(remittance_of(one_line(claim, paid="45", why="PR 2 20"), total="45"), by=bo)

    assert balances(claim) == (Decimal("20.00"), Decimal("0.00"))
    assert CollectionDecision.objects.get().next_step == "bill_medicaid"


# Commercial


@pytest.mark.parametrize(
    ("agreed", "waiver_allowed", "patient_owes", "decided"),
    [
        (False, True, "0.00", [("do_not_collect", True)]),
        (True, None, "0.00", []),
        (True, False, "0.00", [("do_not_collect", True)]),
        (True, True, "65.00", [("collect", True)]),
    ],
)
def test_an_investigational_denial_goes_by_agreement_and_contract(
    agreed, waiver_allowed, patient_owes, decided, bo
):
    claim = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL, lines=[("20561", "GP", "65.00")])
    policy_of(claim, waiver_allowed=waiver_allowed)
    if agreed:
        agreement_for(claim)

    brought_in(remittance_of(one_line(claim, why="PR 55 65")), by=bo)

    assert balances(claim)[1] == Decimal(patient_owes)
    assert decisions() == decided


def test_where_another_payer_follows_a_person_looks_before_the_patient_is_billed(claim, bo):
    second_payer(claim)

    brought_in(remittance_of(one_line(claim, paid="45", why="PR 2 20"), total="45"), by=bo)

    assert balances(claim) == (Decimal("20.00"), Decimal("0.00"))
    assert decisions() == []


def test_a_claim_that_was_forwarded_waits_for_the_payer_that_follows(claim, bo):
    answer = one_line(claim, paid="45", why="PR 2 20", status="19")

    brought_in(remittance_of(answer, total="45"), by=bo)

    assert decisions() == []
    assert state_of(claim) == "paid"


# What nobody knows


def test_an_unknown_reason_is_kept_and_waits_for_a_person(claim, bo):
    brought_in(remittance_of(one_line(claim, why="PR Z99 65", remarks="N9999")), by=bo)

    adjustment = Adjustment.objects.get(decision=None)
    assert (adjustment.group, adjustment.reason) == ("PR", "Z99")
    assert [remark.code for remark in adjustment.line.remarks.all()] == ["N9999"]
    assert postings(claim) == []


@pytest.mark.parametrize(
    ("decision", "posted"),
    [
        (COLLECT, [("payer", "transfer", "-65.00"), ("patient", "transfer", "65.00")]),
        (WRITE_OFF, [("payer", "write-off", "-65.00")]),
    ],
)
def test_what_a_person_decides_is_posted_once(decision, posted, claim, bo):
    brought_in(remittance_of(one_line(claim, why="PR Z99 65")), by=bo)
    adjustment = Adjustment.objects.get()
    decided = {"adjustment": adjustment, "practice": Practice.objects.get(), "by": bo}

    decide(decision=decision, reason="Asked the payer", **decided)
    with pytest.raises(Refused) as refused:
        decide(decision=COLLECT, reason="Once more", **decided)

    assert str(refused.value) == "Somebody was faster: this amount is decided already."
    assert postings(claim) == posted
    assert balance_of_claim(claim, Party.PAYER) == Decimal("0.00")


def test_a_decision_says_why(claim, bo):
    brought_in(remittance_of(one_line(claim, why="PR Z99 65")), by=bo)

    with pytest.raises(Refused) as refused:
        decide(
            adjustment=Adjustment.objects.get(),
            decision=COLLECT,
            reason="  ",
            practice=Practice.objects.get(),
            by=bo,
        )

    assert str(refused.value) == "Say why."


def test_a_duplicate_says_nothing_of_the_money(claim, bo):
    brought_in(remittance_of(one_line(claim, why="OA 18 65")), by=bo)

    assert postings(claim) == []
    assert balance_of_claim(claim, Party.PAYER) == Decimal("65.00")


# Twice, and several


def test_the_same_file_twice_changes_nothing_and_says_so(claim, bo):
    raw = remittance_of(one_line(claim, paid="65"), total="65")
    brought_in(raw, by=bo)
    before = Posting.objects.count()

    with pytest.raises(PostedBeforeError) as refused:
        upload_file(raw=raw, by=bo)

    assert "nothing was posted again" in str(refused.value)
    assert (Remittance.objects.count(), Posting.objects.count()) == (1, before)


def test_another_file_with_the_same_trace_number_changes_nothing(claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65"), total="65"), by=bo)

    with pytest.raises(Refused) as refused:
        brought_in(remittance_of(one_line(claim, paid="65"), total="65") + b"\n\n", by=bo)

    assert str(refused.value) == "This remittance is on record already; nothing was posted again."
    assert Remittance.objects.count() == 1


def test_a_file_of_two_remittances_is_two_and_what_is_on_record_is_left_out(bo):
    first, second = sent_claim(by=bo), sent_claim(by=bo)
    one = transaction(one_line(first, paid="65"), total="65", trace="A1")
    two = transaction(one_line(second, paid="65"), total="65", trace="A2")
    brought_in(file_of(one), by=bo)

    (posted,) = brought_in(file_of(one, two), by=bo)

    assert posted.trace_number == "A2"
    assert [state_of(first), state_of(second)] == ["paid", "paid"]


def test_several_claims_of_one_remittance_are_posted_each_to_its_own(bo):
    first = sent_claim(by=bo)
    another = factories.make_payer(kind=CoverageKind.MEDICARE)
    second = sent_claim(by=bo, payer=another, lines=[("97110", "GP", "40.00")])

    (remittance,) = brought_in(
        remittance_of(
            one_line(first, paid="60", why="CO 45 5"),
            one_line(second, paid="30", why="CO 45 10"),
            total="85",
            plb=["PLB*1093817231*20261231*L6*-5*WO:EARLIER*10"],
        ),
        by=bo,
    )

    assert [balances(first)[0], balances(second)[0]] == [Decimal("0.00"), Decimal("0.00")]
    assert list(remittance.provider_adjustments.values_list("reason", "identifier", "amount")) == [
        ("L6", "", Decimal("-5.00")),
        ("WO", "EARLIER", Decimal("10.00")),
    ]
    assert remittance.payer is None  # two plans, and the file names neither


def test_an_adjustment_of_the_whole_claim_is_taken_off_once(claim, bo):
    (charge,) = charges_of(claim)
    line = answered_line(charge, paid="65")

    brought_in(
        remittance_of(answered_claim(claim, line, paid="60", why="CO 253 5"), total="60"), by=bo
    )

    assert postings(claim) == [
        ("payer", "insurance payment", "-65.00"),
        ("payer", "insurance payment", "5.00"),
        ("payer", "contractual", "-5.00"),
    ]
    assert balance_of_claim(claim, Party.PAYER) == Decimal("0.00")


# Taken back


def test_a_reversal_takes_back_every_entry_and_a_new_answer_stands(claim, bo):
    Practice.objects.update(necessity_denials="collect")
    brought_in(remittance_of(one_line(claim, paid="40", why="PR 1 25"), total="40"), by=bo)
    back = one_line(claim, paid="-40", why="PR 1 -25", status="22", sign=-1)
    anew = one_line(claim, paid="65")

    brought_in(remittance_of(back, anew, total="25", trace="LATER"), by=bo)

    assert balances(claim) == (Decimal("0.00"), Decimal("0.00"))
    assert [step.after for step in claim.steps.order_by("number")][3:] == ["paid", "denied", "paid"]
    assert Adjustment.objects.filter(decision=None).count() == 0


def test_a_reversal_of_what_we_never_had_waits_for_a_person(claim, bo):
    back = one_line(claim, paid="-40", why="PR 1 -25", status="22", sign=-1)

    brought_in(remittance_of(back, total="-40"), by=bo)

    assert postings(claim) == [("payer", "insurance payment", "40.00")]
    assert Adjustment.objects.filter(decision=None).count() == 1


def test_an_answer_to_a_claim_that_was_given_up_posts_and_moves_nothing(claim, bo):
    brought_in(remittance_of(one_line(claim, why="CO 50 65")), by=bo)
    take_step(claim=claim, to=ClaimState.WRITTEN_OFF, by=bo, reason="Too small")

    brought_in(remittance_of(one_line(claim, paid="65"), total="65", trace="LATE"), by=bo)

    assert state_of(claim) == "written off"
    assert postings(claim) == [("payer", "insurance payment", "-65.00")]


# Whose it is


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"number": "SOMEBODY"}, "No claim of ours has this number."),
        ({"name": "VEGA"}, "Our claim of this number is of a patient with another name."),
    ],
)
def test_what_is_not_surely_ours_is_posted_by_nobody(answer, why, claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65", **answer), total="65"), by=bo)

    assert postings(claim) == []
    assert state_of(claim) == "sent"
    assert not hasattr(RemittanceClaim.objects.get(), "match")


def test_a_claim_that_was_never_sent_is_not_answered(bo):
    claim = sent_claim(by=bo, state="ready")

    brought_in(remittance_of(one_line(claim, paid="65"), total="65"), by=bo)

    assert (postings(claim), state_of(claim)) == ([], "ready")


def test_lines_without_our_number_are_found_by_code_modifiers_and_charge(bo):
    claim = sent_claim(by=bo, lines=[("97110", "GP", "40.00"), ("20561", "GA GP", "65.00")])
    exercise, needling = charges_of(claim)

    brought_in(
        remittance_of(
            answered_claim(
                claim,
                answered_line(needling, paid="65", by_number=False),
                answered_line(exercise, paid="40", by_number=False),
                paid="105",
            ),
            total="105",
        ),
        by=bo,
    )

    paid = Posting.objects.filter(kind="insurance payment").order_by("pk")
    assert [posting.charge for posting in paid] == [needling, exercise]


def test_a_person_matches_what_no_number_did(claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65", number="OLD-7"), total="65"), by=bo)
    remitted = RemittanceClaim.objects.get()

    match = match_claim(remitted=remitted, claim=claim, practice=Practice.objects.get(), by=bo)

    assert (match.claim, match.by_number) == (claim, False)
    assert postings(claim) == [("payer", "insurance payment", "-65.00")]
    assert state_of(claim) == "paid"


def test_what_is_left_is_posted_by_nobody_and_not_matched_any_more(claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65", number="OLD-7"), total="65"), by=bo)
    remitted = RemittanceClaim.objects.get()
    leave_unmatched(remitted=remitted, reason="Of the old system", by=bo)

    with pytest.raises(Refused) as refused:
        match_claim(remitted=remitted, claim=claim, practice=Practice.objects.get(), by=bo)

    assert str(refused.value) == "Somebody was faster: this answer is matched already."
    assert postings(claim) == []


def test_a_price_told_beforehand_is_no_answer(claim, bo):
    brought_in(remittance_of(one_line(claim, why="PR 1 65", status="25")), by=bo)

    assert RemittanceClaim.objects.get().match.claim is None
    assert (postings(claim), state_of(claim)) == ([], "sent")
