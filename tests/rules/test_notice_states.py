"""The table of steps that a notice may take, said once more by hand and walked in every way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.notice_states import (
    CLOSED,
    NEXT,
    NOTHING,
    STANDING,
    NoticeKind,
    NoticeState,
    every_step,
    may_follow,
)

# State → what may follow, by kind. The rest is forbidden.
ALLOWED = {
    NoticeKind.ABN: {
        "": "draft",
        "draft": "issued void",
        "issued": "chosen refused superseded void",
        "chosen": "superseded void",
        "refused": "superseded void",
    },
    NoticeKind.VOLUNTARY_ABN: {
        "": "draft",
        "draft": "issued void",
        "issued": "given superseded void",
        "given": "superseded void",
    },
    NoticeKind.ESTIMATE: {
        "": "draft",
        "draft": "issued void",
        "issued": "agreed given superseded void",
        "given": "agreed superseded void",
        "agreed": "superseded void",
    },
    NoticeKind.AGREEMENT: {
        "": "draft",
        "draft": "issued void",
        "issued": "agreed declined superseded void",
        "agreed": "superseded void",
        "declined": "superseded void",
    },
}

kinds = st.sampled_from(NoticeKind)
states = st.sampled_from([NOTHING, *NoticeState])


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("before", [NOTHING, *NoticeState])
def test_what_may_follow_is_what_the_table_says_and_no_more(kind, before):
    following = {str(after) for after in NoticeState if may_follow(kind, before, after)}

    assert following == set(ALLOWED[kind].get(before, "").split())


def test_the_database_is_told_every_step_of_every_kind():
    said = {
        (before, after)
        for table in ALLOWED.values()
        for before, following in table.items()
        for after in following.split()
    }

    assert {(str(before), str(after)) for before, after in every_step()} == said


@given(kinds, st.lists(states, max_size=30))
def test_no_walk_reaches_a_state_twice_or_goes_on_after_the_end(kind, wishes):
    walked = [NOTHING]
    for wish in wishes:
        if wish != NOTHING and may_follow(kind, walked[-1], wish):
            walked.append(wish)

    assert len(walked) == len(set(walked))
    assert all(state not in CLOSED for state in walked[:-1])
    assert not any(may_follow(kind, NoticeState.VOID, after) for after in NoticeState)


@given(kinds, states)
def test_only_an_issued_notice_is_answered(kind, before):
    answers = {after for after in STANDING if may_follow(kind, before, after)}

    assert not answers or before in {NoticeState.ISSUED, NoticeState.GIVEN}


def test_only_an_abn_is_chosen_or_refused_and_a_voluntary_one_never():
    reached = {kind: set().union(*table.values()) for kind, table in NEXT.items()}

    for state in (NoticeState.CHOSEN, NoticeState.REFUSED):
        assert [kind for kind in NoticeKind if state in reached[kind]] == [NoticeKind.ABN]
