"""The financial notices that a patient is given, and the steps that each kind may take.

Which kind is due: notice_choice. What an ABN must hold: abn. Sources: docs/rules/abn.md#states
"""

from enum import StrEnum


class NoticeKind(StrEnum):
    ABN = "abn"
    VOLUNTARY_ABN = "voluntary_abn"
    ESTIMATE = "estimate"
    AGREEMENT = "agreement"


class NoticeState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"  # every blank of the practice is filled; the patient has not answered yet
    CHOSEN = "chosen"  # the patient ticked one option and signed
    REFUSED = "refused"  # wants the service, does not sign; somebody watched
    GIVEN = "given"  # handed over; no answer is asked for
    AGREED = "agreed"
    DECLINED = "declined"
    SUPERSEDED = "superseded"  # a later notice stands in its place
    VOID = "void"


# The state before the first step.
NOTHING = ""

_DRAFTED = {
    NOTHING: {NoticeState.DRAFT},
    NoticeState.DRAFT: {NoticeState.ISSUED, NoticeState.VOID},
}
_ENDS = frozenset({NoticeState.SUPERSEDED, NoticeState.VOID})


def _table(answers: dict[str, set[NoticeState]]) -> dict[str, frozenset[NoticeState]]:
    """A kind's steps: drafted and issued alike, then its own answers, each of which may end."""
    steps = _DRAFTED | answers
    reached = set().union(*steps.values())
    open_ended = {*answers, *set().union(*answers.values())}
    return {
        state: frozenset(steps.get(state, set())) | (_ENDS if state in open_ended else frozenset())
        for state in [NOTHING, *sorted(reached | _ENDS)]
    }


# Kind → state → the states that may follow. No state is ever reached twice.
NEXT: dict[NoticeKind, dict[str, frozenset[NoticeState]]] = {
    NoticeKind.ABN: _table({NoticeState.ISSUED: {NoticeState.CHOSEN, NoticeState.REFUSED}}),
    NoticeKind.VOLUNTARY_ABN: _table({NoticeState.ISSUED: {NoticeState.GIVEN}}),
    NoticeKind.ESTIMATE: _table(
        {
            NoticeState.ISSUED: {NoticeState.GIVEN, NoticeState.AGREED},
            NoticeState.GIVEN: {NoticeState.AGREED},
        }
    ),
    NoticeKind.AGREEMENT: _table({NoticeState.ISSUED: {NoticeState.AGREED, NoticeState.DECLINED}}),
}

# Answered by the patient, and nothing has come in its place.
STANDING = frozenset(
    {
        NoticeState.CHOSEN,
        NoticeState.REFUSED,
        NoticeState.GIVEN,
        NoticeState.AGREED,
        NoticeState.DECLINED,
    }
)
CLOSED = _ENDS


def may_follow(kind: NoticeKind, before: str, after: NoticeState) -> bool:
    return after in NEXT[kind].get(before, frozenset())


def every_step() -> frozenset[tuple[str, NoticeState]]:
    """Each pair of states that some kind allows."""
    return frozenset(
        (before, after)
        for table in NEXT.values()
        for before, following in table.items()
        for after in following
    )
