"""The table of steps that a claim may take, said once more by hand."""

import pytest

from emr.rules.claim_states import (
    ANSWERED,
    CLOSED,
    NEXT,
    OPEN,
    ClaimState,
    every_step,
    may_follow,
)

# State → what may follow. The rest is forbidden.
ALLOWED = {
    "": {"held"},
    "held": {"ready", "dropped"},
    "ready": {"held", "sent", "dropped"},
    "sent": {"paid", "denied", "rejected"},
    "paid": {"denied", "appealed", "corrected"},
    "denied": {"paid", "appealed", "corrected", "written off"},
    "rejected": {"corrected", "written off"},
    "appealed": {"paid", "denied", "written off"},
    "corrected": set(),
    "written off": set(),
    "dropped": set(),
}


@pytest.mark.parametrize("before", [None, *ClaimState])
@pytest.mark.parametrize("after", ClaimState)
def test_a_claim_takes_the_steps_of_the_table_and_no_other(before, after):
    assert may_follow(before, after) is (after in ALLOWED[before or ""])


def test_every_step_is_told_once():
    told = list(every_step())

    assert sorted(told) == sorted(
        (before, after) for before, following in ALLOWED.items() for after in following
    )
    assert len(set(told)) == len(told)


def test_a_claim_is_open_answered_closed_or_with_the_payer():
    with_the_payer = {ClaimState.SENT, ClaimState.APPEALED}

    assert {*OPEN, *ANSWERED, *CLOSED, *with_the_payer} == set(ClaimState)
    assert {state for state in ClaimState if not NEXT[state]} == CLOSED
