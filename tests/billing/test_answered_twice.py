"""A claim that is answered again: the patient is billed once, and nothing that is closed opens unseen."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.actions.claims import correct_claim, write_off_claim
from billing.actions.decisions import (
    NOT_OPEN,
    count_instead,
    decide,
    settle_adjustment,
    write_off_adjustment,
)
from billing.actions.remittances import upload_file
from billing.actions.steps import take_step
from billing.models import Adjustment, Claim, CollectionDecision, Party, Posting, RemittanceClaim
from billing.review.ledger import balance_of_claim
from billing.review.open_amounts import open_adjustments
from emr.actions import Refused
from emr.models import AuditEntry, Coverage, Practice
from emr.rules.claim_states import ClaimState
from tests import factories
from tests.billing.remitted import one_line, remittance_of, sent_claim
from tests.billing.test_remittance_posting import balances, brought_in, postings, state_of

pytestmark = pytest.mark.django_db
COLLECT = CollectionDecision.Decision.COLLECT
WRITE_OFF = CollectionDecision.Decision.DO_NOT_COLLECT
REVERSED = {"status": "22", "sign": -1}


@pytest.fixture
def claim(bo):
    return sent_claim(by=bo)


def answered(claim, paid="0", why="", *, trace, by, **fields) -> RemittanceClaim:
    answer = one_line(claim, paid=paid, why=why, **fields)
    (remittance,) = brought_in(remittance_of(answer, total=paid, trace=trace), by=by)
    return remittance.claims.get()


def again(claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def given_up(claim, *, by):
    write_off_claim(claim=again(claim), reason="Given up", by=by)


def corrected(claim, *, by) -> Claim:
    return correct_claim(claim=again(claim), reason="Wrong diagnosis", by=by)


def decided(adjustment, decision=COLLECT, *, by):
    return decide(
        adjustment=adjustment,
        decision=decision,
        reason="Looked at",
        practice=Practice.objects.get(),
        by=by,
    )


def open_amounts() -> list[str]:
    return [f"{each} {each.amount}" for each in open_adjustments().order_by("pk")]


def dollars(payer, patient):
    return Decimal(payer), Decimal(patient)


# An amount that does not count any more


def test_an_amount_of_a_claim_that_was_given_up_is_not_decided(claim, bo):
    answered(claim, why="PR 197 65", trace="A1", by=bo)
    given_up(claim, by=bo)

    with pytest.raises(Refused) as refused:
        decided(Adjustment.objects.get(), by=bo)

    assert str(refused.value) == NOT_OPEN
    assert balances(claim) == dollars("0.00", "0.00")


def test_an_amount_of_a_claim_that_was_corrected_is_not_decided(claim, bo):
    answered(claim, why="PR 197 65", trace="A1", by=bo)
    new = corrected(claim, by=bo)

    with pytest.raises(Refused) as refused:
        decided(Adjustment.objects.get(), by=bo)

    assert str(refused.value) == NOT_OPEN
    assert balances(claim) == dollars("0.00", "0.00")
    assert balance_of_claim(new, Party.PAYER) == Decimal("65.00")


def test_an_amount_that_the_payer_took_back_is_not_decided(claim, bo):
    first = answered(claim, why="PR 197 65", trace="A1", by=bo).adjustments.get()
    answered(claim, why="PR 197 -65", trace="A2", by=bo, **REVERSED)

    with pytest.raises(Refused) as refused:
        decided(first, by=bo)

    assert str(refused.value) == NOT_OPEN
    assert open_amounts() == []


def test_an_amount_that_the_payer_took_back_is_not_written_off(claim, bo):
    first = answered(claim, "52", "CO 45 13", trace="A1", by=bo).adjustments.get()
    answered(claim, "-52", "CO 45 -13", trace="A2", by=bo, **REVERSED)
    answered(claim, "52", "CO 45 13", trace="A3", by=bo)

    with pytest.raises(Refused) as refused:
        write_off_adjustment(
            adjustment=first, reason="Stale", practice=Practice.objects.get(), by=bo
        )

    assert str(refused.value) == NOT_OPEN
    assert balances(claim) == dollars("0.00", "0.00")


# What may be decided


def test_nobody_collects_from_a_patient_who_has_qmb_since(claim, bo):
    adjustment = answered(claim, why="PR Z99 65", trace="A1", by=bo).adjustments.get()
    Coverage.objects.filter(pk=claim.coverage_id).update(qmb=True)

    with pytest.raises(Refused) as refused:
        decided(adjustment, by=bo)

    assert str(refused.value).startswith("The patient has QMB and is never billed")
    assert balances(claim) == dollars("65.00", "0.00")


def test_nobody_collects_what_the_rule_keeps_from_the_patient_since(claim, bo):
    adjustment = answered(claim, why="PR 50 65", remarks="M38", trace="A1", by=bo).adjustments.get()
    auto = factories.make_payer(kind="auto")  # its denials are never the patient's
    Coverage.objects.filter(pk=claim.coverage_id).update(payer=auto)

    with pytest.raises(Refused) as refused:
        decided(adjustment, by=bo)

    assert str(refused.value).startswith("It may not be asked of the patient.")
    assert balances(claim) == dollars("65.00", "0.00")


# Answered again


def test_a_second_answer_posts_its_payment_alone(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)

    answered(claim, "52", "PR 2 13", trace="A1R", by=bo)

    assert balances(claim) == dollars("-52.00", "13.00")
    assert open_amounts() == ["PR-2 13.00"]
    assert state_of(claim) == "paid"


def test_no_more_comes_off_than_was_charged(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A1R", by=bo).adjustments.get()

    with pytest.raises(Refused) as refused:
        decided(second, by=bo)

    assert str(refused.value) == (
        "The payer owes $-52.00 of this claim: more would come off than was charged."
    )
    assert balances(claim) == dollars("-52.00", "13.00")


def test_what_was_settled_before_is_put_away_without_an_entry(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A1R", by=bo).adjustments.get()
    before = Posting.objects.count()

    settle_adjustment(adjustment=second, reason="A check that came twice", by=bo)

    assert open_amounts() == []
    assert Posting.objects.count() == before


def test_a_first_answer_is_settled_by_nothing(claim, bo):
    only = answered(claim, why="PR Z99 65", trace="A1", by=bo).adjustments.get()

    with pytest.raises(Refused) as refused:
        settle_adjustment(adjustment=only, reason="Too lazy", by=bo)

    assert str(refused.value).startswith("Nothing before this answer settled the claim")


def test_a_later_answer_may_count_in_place_of_the_one_before(claim, bo):
    answered(claim, why="PR 1 65", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A2", by=bo)
    practice = Practice.objects.get()
    assert balances(claim) == dollars("-52.00", "65.00")

    count_instead(remitted=second, reason="They looked again", practice=practice, by=bo)

    assert balances(claim) == dollars("0.00", "13.00")
    assert AuditEntry.objects.filter(verb="counted answer instead").count() == 1
    with pytest.raises(Refused):
        count_instead(remitted=second, reason="Once more", practice=practice, by=bo)


def test_an_answer_after_one_that_posted_nothing_is_posted_in_full(claim, bo):
    answered(claim, why="CO 50 65", trace="A1", by=bo)
    take_step(claim=again(claim), to=ClaimState.APPEALED, by=bo, reason="GA was on it")

    answered(claim, "52", "PR 2 13", trace="A2", by=bo)

    assert balances(claim) == dollars("0.00", "13.00")
    assert (state_of(claim), open_amounts()) == ("paid", [])


def test_a_taken_back_second_answer_leaves_the_first(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    answered(claim, "52", "PR 2 13", trace="A1R", by=bo)

    answered(claim, "-52", "PR 2 -13", trace="A2", by=bo, **REVERSED)

    assert balances(claim) == dollars("0.00", "13.00")
    assert state_of(claim) == "paid"


# Answered after it was corrected or given up


def test_an_answer_to_a_corrected_claim_posts_its_payment_and_asks_nobody(claim, bo):
    answered(claim, why="CO 16 65", trace="A1", by=bo)
    new = corrected(claim, by=bo)

    answered(claim, "52", "PR 2 13", trace="A3", by=bo)

    assert balances(claim) == dollars("-52.00", "0.00")
    assert balance_of_claim(new, Party.PAYER) == Decimal("65.00")
    assert open_amounts() == []


def test_late_money_takes_back_that_the_claim_was_given_up(claim, bo):
    answered(claim, why="CO 50 65", trace="A1", by=bo)
    given_up(claim, by=bo)

    late = answered(claim, "52", "PR 2 13", trace="A3", by=bo)

    assert balances(claim) == dollars("13.00", "0.00")
    assert open_amounts() == ["PR-2 13.00"]
    reversal = Posting.objects.get(claim=claim, kind="reversal")
    assert (reversal.amount, reversal.memo) == (
        Decimal("65.00"),
        "Answered after all, remittance A3",
    )

    decided(late.adjustments.get(), by=bo)

    assert balances(claim) == dollars("0.00", "13.00")
    assert (state_of(claim), open_amounts()) == ("written off", [])


def test_a_duplicate_leaves_a_claim_given_up(claim, bo):
    answered(claim, why="CO 50 65", trace="A1", by=bo)
    given_up(claim, by=bo)

    answered(claim, why="OA 18 65", trace="A2", by=bo, status="4")

    assert balances(claim) == dollars("0.00", "0.00")
    assert open_amounts() == []


# Duplicates


def test_a_claim_that_is_only_called_a_duplicate_is_not_paid(claim, bo):
    answered(claim, why="OA 18 65", trace="A1", by=bo, status="4")

    assert state_of(claim) == "denied"
    assert postings(claim) == []


def test_a_duplicate_changes_nothing_of_a_claim_that_was_paid(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)

    answered(claim, why="OA 18 65", trace="A2", by=bo, status="4")

    assert state_of(claim) == "paid"
    assert balances(claim) == dollars("0.00", "13.00")


def test_a_duplicate_hides_no_amount_of_the_answer_before(claim, bo):
    answered(claim, why="PR 197 65", trace="A1", by=bo)

    answered(claim, why="OA 18 65", trace="A2", by=bo, status="4")

    assert open_amounts() == ["PR-197 65.00"]
    decided(open_adjustments().get(), WRITE_OFF, by=bo)
    assert balances(claim) == dollars("0.00", "0.00")


def test_what_only_informs_is_given_up_as_far_as_the_payer_owes_it(bo_client, claim, bo):
    informs = answered(claim, "45", "OA 23 20", trace="A1", by=bo).adjustments.get()
    where = at("write-off-amount", informs.pk)

    page = text_of(bo_client.get(at("answers", claim.pk)))
    statuses = [bo_client.post(where, {"reason": "Nobody pays it"}).status_code for _ in "12"]

    assert at("amount", informs.pk) in page
    assert statuses == [302, 409]
    assert balances(claim) == dollars("0.00", "0.00")


def test_a_duplicate_of_what_was_paid_is_not_given_up_once_more(bo_client, claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    informs = answered(claim, why="OA 18 65", trace="A2", by=bo, status="4").adjustments.get()

    page = text_of(bo_client.get(at("answers", claim.pk)))
    response = bo_client.post(at("write-off-amount", informs.pk), {"reason": "Nobody pays it"})

    assert at("amount", informs.pk) not in page
    assert response.status_code == 409
    assert balances(claim) == dollars("0.00", "13.00")


# The pages


def at(name, *args) -> str:
    return reverse(f"billing:{name}", args=args)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_answers_warn_of_a_claim_that_was_settled_before(bo_client, claim, bo):
    answered(claim, why="PR 1 65", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A2", by=bo)

    page = text_of(bo_client.get(at("answers", claim.pk)))
    counted = bo_client.post(at("count-answer", second.pk), {"reason": "They looked again"})
    after = text_of(bo_client.get(at("answers", claim.pk)))

    assert "This claim was settled before this answer came." in page
    assert counted.status_code == 302
    assert "This claim was settled before this answer came." not in after
    assert balances(claim) == dollars("0.00", "13.00")


def test_an_answer_counts_for_a_reason_and_once(bo_client, claim, bo):
    answered(claim, why="PR 1 65", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A2", by=bo)
    where = at("count-answer", second.pk)

    statuses = [
        bo_client.post(where, {"reason": reason}).status_code
        for reason in ("", "They looked again", "Once more")
    ]

    assert statuses == [422, 302, 409]


def test_an_amount_settled_before_is_put_away_on_its_page(bo_client, claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    second = answered(claim, "52", "PR 2 13", trace="A1R", by=bo).adjustments.get()

    page = text_of(bo_client.get(at("amount", second.pk)))
    bo_client.post(
        at("decide-amount", second.pk), {"decision": "settled", "reason": "A check that came twice"}
    )

    assert "It was settled before this answer: post nothing" in page
    assert open_amounts() == []
    assert balances(claim) == dollars("-52.00", "13.00")


def test_a_page_that_is_out_of_date_decides_nothing(bo_client, claim, bo):
    adjustment = answered(claim, why="PR 197 65", trace="A1", by=bo).adjustments.get()
    given_up(claim, by=bo)

    response = bo_client.post(
        at("decide-amount", adjustment.pk), {"decision": "collect", "reason": "Typed earlier"}
    )

    assert response.status_code == 409
    assert NOT_OPEN in text_of(response)
    assert balances(claim) == dollars("0.00", "0.00")


def test_the_page_of_an_amount_does_not_offer_what_the_rule_forbids(bo_client, claim, bo):
    adjustment = answered(claim, why="PR Z99 65", trace="A1", by=bo).adjustments.get()
    before = text_of(bo_client.get(at("amount", adjustment.pk)))
    Coverage.objects.filter(pk=claim.coverage_id).update(qmb=True)

    after = text_of(bo_client.get(at("amount", adjustment.pk)))

    assert "Collect from the patient" in before
    assert "Collect from the patient" not in after


def test_a_file_shows_beforehand_that_only_the_payment_would_be_posted(bo_client, claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)
    raw = remittance_of(one_line(claim, paid="52", why="PR 2 13"), total="52", trace="A1R")
    file = upload_file(raw=raw, by=bo)

    page = text_of(bo_client.get(at("remittance-file", file.pk)))

    assert "Payment only" in page
    assert "<dt>To the patients</dt><dd>$0.00</dd>" in page
