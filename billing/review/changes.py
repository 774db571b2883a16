"""What changes when a note is charged again: charged lines beside those that are suggested now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.review.lines import Line
from billing.review.pricing import NOTHING


@dataclass(frozen=True, kw_only=True)
class Change:
    """One code before and after; None where it was not, or is not any more."""

    code: str
    before: Line | None
    after: Line | None

    @property
    def same(self) -> bool:
        if self.before is None or self.after is None:
            return False
        return self.before.says == self.after.says and self.before.amount == self.after.amount

    @property
    def difference(self) -> Decimal | None:
        """In money; None where a price is missing."""
        amounts = [line.amount if line else NOTHING for line in (self.before, self.after)]
        return None if None in amounts else amounts[1] - amounts[0]


def changes_between(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """By code, in the order in which the lines stand; a code that comes twice is paired in turn."""
    left = list(after)
    changes = []
    for line in before:
        match = next((each for each in left if each.code == line.code), None)
        if match:
            left.remove(match)
        changes.append(Change(code=line.code, before=line, after=match))
    return changes + [Change(code=line.code, before=None, after=line) for line in left]
