"""Worklists of claims that nobody answers and of those that were answered and do not come to zero."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.actions.claims import correct_claim, write_off_claim
from billing.actions.steps import take_step
from billing.desk.unsettled import off_balance, unanswered
from billing.models import Claim
from emr.rules.claim_states import ClaimState
from tests import factories
from tests.billing.remitted import one_line, remittance_of, sent_claim
from tests.billing.test_remittance_posting import brought_in

pytestmark = pytest.mark.django_db
LISTS = ["claim-off-balance", "claim-unanswered"]


@pytest.fixture
def claim(bo):
    return sent_claim(by=bo)


def answered(claim, paid="0", why="", *, trace, by, **fields):
    answer = one_line(claim, paid=paid, why=why, **fields)
    brought_in(remittance_of(answer, total=paid, trace=trace), by=by)


def again(claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def off() -> list[str]:
    return [f"{row.what.partition(' ')[0]} {row.chip.word}" for row in off_balance(None, None)]


def silent(after: int) -> int:
    """How many claims nobody has answered by that many days from now."""
    later = timezone.now() + timedelta(days=after)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("billing.desk.unsettled.timezone.now", lambda: later)
        return len(unanswered(factories.today(), None))


# Nobody answered


@pytest.mark.parametrize(("days", "rows"), [(29, 0), (31, 1)])
def test_a_claim_that_was_sent_waits_thirty_days_for_its_answer(days, rows, claim):
    assert silent(days) == rows


def test_a_claim_under_appeal_waits_anew(claim, bo):
    answered(claim, why="CO 50 65", trace="A1", by=bo)
    assert silent(31) == 0

    take_step(claim=again(claim), to=ClaimState.APPEALED, by=bo, reason="GA was on it")

    assert silent(31) == 1


# What does not come to zero


def test_what_was_paid_in_full_is_on_no_list(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)

    assert off() == []


def test_a_check_that_came_twice_is_found(claim, bo):
    answered(claim, "65", trace="A1", by=bo)

    answered(claim, "65", trace="A1R", by=bo)

    assert off() == ["-$65.00 More than charged"]


def test_what_waits_for_a_decision_is_on_its_own_list(claim, bo):
    answered(claim, "45", "PR Z99 20", trace="A1", by=bo)

    assert off() == []


def test_a_paid_claim_with_money_that_only_informs_is_found(claim, bo):
    answered(claim, "45", "OA 23 20", trace="A1", by=bo)

    assert off() == ["$20.00 Still owed"]


def test_a_claim_given_up_and_taken_back_is_found(claim, bo):
    answered(claim, "40", "CO 50 25", trace="A1", by=bo)
    answered(claim, why="CO 50 65", trace="A2", by=bo)
    take_step(claim=again(claim), to=ClaimState.DENIED, by=bo)
    write_off_claim(claim=again(claim), reason="Given up", by=bo)
    assert off() == []

    answered(claim, "-40", "CO 50 -25", trace="A3", by=bo, status="22", sign=-1)

    assert off() == ["$40.00 Still owed"]


def test_a_corrected_claim_that_was_paid_late_is_found_until_that_is_taken_back(claim, bo):
    answered(claim, why="CO 16 65", trace="A1", by=bo)
    correct_claim(claim=again(claim), reason="Wrong diagnosis", by=bo)
    assert off() == []

    answered(claim, "52", "PR 2 13", trace="A2", by=bo)
    late = off()
    answered(claim, "-52", "PR 2 -13", trace="A3", by=bo, status="22", sign=-1)

    assert late == ["-$52.00 More than charged"]
    assert off() == []


def test_a_claim_that_was_paid_and_then_corrected_waits_for_the_new_answer(claim, bo):
    answered(claim, "52", "PR 2 13", trace="A1", by=bo)

    correct_claim(claim=again(claim), reason="Wrong diagnosis", by=bo)

    assert off() == []


# The pages


@pytest.mark.parametrize("key", LISTS)
def test_a_list_asks_as_often_for_three_as_for_one(key, bo_client, bo, monkeypatch):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = bo_client.get(reverse("emr:worklist", args=[key]))
        return len(asked), page.content.decode().count("Marlow, Odette")

    def one_more(trace):
        claim = sent_claim(by=bo)
        if key == "claim-off-balance":
            answered(claim, "45", "OA 23 20", trace=trace, by=bo)

    monkeypatch.setattr("billing.desk.unsettled.DAYS_TO_ANSWER", 0)
    one_more("T1")
    queries()  # the session is renewed once a minute
    one, names = queries()
    one_more("T2")
    one_more("T3")

    assert queries() == (one, 3 * names)
    assert names
