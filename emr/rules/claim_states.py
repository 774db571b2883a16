"""The states of a claim, and which may follow which.

What each asks of a biller: docs/claims.md
"""

from collections.abc import Iterator
from enum import StrEnum


class ClaimState(StrEnum):
    HELD = "held"
    READY = "ready"
    SENT = "sent"
    PAID = "paid"
    DENIED = "denied"
    REJECTED = "rejected"
    APPEALED = "appealed"
    CORRECTED = "corrected"
    WRITTEN_OFF = "written off"
    DROPPED = "dropped"


# A rejected claim never reached the payer's judgement; a denied one did. A claim that was paid may be
# taken back by a later remittance. Nothing follows the last three: a corrected claim goes on as another.
NEXT: dict[ClaimState | None, frozenset[ClaimState]] = {
    None: frozenset({ClaimState.HELD}),
    ClaimState.HELD: frozenset({ClaimState.READY, ClaimState.DROPPED}),
    ClaimState.READY: frozenset({ClaimState.HELD, ClaimState.SENT, ClaimState.DROPPED}),
    ClaimState.SENT: frozenset({ClaimState.PAID, ClaimState.DENIED, ClaimState.REJECTED}),
    ClaimState.PAID: frozenset({ClaimState.DENIED, ClaimState.APPEALED, ClaimState.CORRECTED}),
    ClaimState.DENIED: frozenset(
        {ClaimState.PAID, ClaimState.APPEALED, ClaimState.CORRECTED, ClaimState.WRITTEN_OFF}
    ),
    ClaimState.REJECTED: frozenset({ClaimState.CORRECTED, ClaimState.WRITTEN_OFF}),
    ClaimState.APPEALED: frozenset({ClaimState.PAID, ClaimState.DENIED, ClaimState.WRITTEN_OFF}),
    ClaimState.CORRECTED: frozenset(),
    ClaimState.WRITTEN_OFF: frozenset(),
    ClaimState.DROPPED: frozenset(),
}

# Lines and addresses may still change.
OPEN = frozenset({ClaimState.HELD, ClaimState.READY})
# The payer has spoken.
ANSWERED = frozenset({ClaimState.PAID, ClaimState.DENIED, ClaimState.REJECTED})
CLOSED = frozenset({ClaimState.CORRECTED, ClaimState.WRITTEN_OFF, ClaimState.DROPPED})


def may_follow(before: ClaimState | None, after: ClaimState) -> bool:
    return after in NEXT[before]


def every_step() -> Iterator[tuple[str, str]]:
    """All pairs of before and after; the first step has an empty before."""
    for before, following in NEXT.items():
        for after in sorted(following):
            yield before or "", after
