"""Which line of a claim a remitted line answers."""

from collections.abc import Sequence
from typing import Protocol

from billing.remittances.values import LineSaid


class ClaimLine(Protocol):
    """A line of our claim; `number` is the one that it carried to the payer (REF*6R)."""

    number: str
    code: str
    modifiers: str
    amount: object


def match_lines(said: Sequence[LineSaid], lines: Sequence[ClaimLine]) -> list[ClaimLine | None]:
    """For each remitted line ours, or None; each of ours is answered once.

    By its number; else by code, modifiers and charge; else by code and charge; else by code alone.
    """
    found: list[ClaimLine | None] = [None] * len(said)
    left = list(lines)
    for alike in _WAYS:
        for place, remitted in enumerate(said):
            if found[place] is not None:
                continue
            ours = next((line for line in left if alike(remitted, line)), None)
            if ours is not None:
                found[place] = ours
                left.remove(ours)
    return found


def _code(said: LineSaid, line: ClaimLine) -> bool:
    return said.code == line.code


def _charge(said: LineSaid, line: ClaimLine) -> bool:
    return abs(said.charge) == line.amount


_WAYS = (
    lambda said, line: bool(said.line_control_number) and said.line_control_number == line.number,
    lambda said, line: (
        _code(said, line)
        and _charge(said, line)
        and said.modifiers.split() == line.modifiers.split()
    ),
    lambda said, line: _code(said, line) and _charge(said, line),
    _code,
)
