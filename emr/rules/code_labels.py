"""What we call a procedure or drug code: our own few words, for pages, price sheets and estimates.

The descriptors of the code owners are theirs and stand nowhere here.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.tables import day_in, rows_of


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code, and the days between which it may be used as far as that was looked up."""

    code: str
    family: str
    label: str
    valid_from: date | None
    valid_to: date | None  # the last good day

    def valid(self, *, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@cache
def codes() -> tuple[Code, ...]:
    """Every code on record, in order."""
    rows = (
        Code(
            code=row["code"],
            family=row["family"],
            label=row["label"],
            valid_from=day_in(row["valid_from"]),
            valid_to=day_in(row["valid_to"]),
        )
        for row in rows_of("codes.csv")
    )
    return tuple(sorted(rows, key=lambda each: each.code))


def label_of(code: str) -> str:
    """Our words for the code; empty for one that we do not know."""
    return _labels().get(code, "")


@cache
def _labels() -> dict[str, str]:
    return {each.code: each.label for each in codes()}
