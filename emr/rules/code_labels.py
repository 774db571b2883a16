"""What we call a procedure or drug code: our own few words, for pages, price sheets and estimates.

The descriptors of the code owners are theirs and stand nowhere here.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.tables import day_in, in_force, rows_of


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code, and the days between which it may be used as far as that was looked up."""

    code: str
    family: str
    label: str
    valid_from: date | None
    valid_to: date | None  # the last good day
    timed: bool = False  # its minutes enter the pool of timed therapy
    replaced_by: tuple[str, ...] = ()

    def valid(self, *, on: date) -> bool:
        return in_force(self.valid_from, self.valid_to, on=on)


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
            timed=row["timed"] == "yes",
            replaced_by=tuple(filter(None, row["replaced_by"].split(";"))),
        )
        for row in rows_of("codes.csv")
    )
    return tuple(sorted(rows, key=lambda each: each.code))


def code_of(code: str) -> Code | None:
    """What is on record of a code; None for one that we do not know."""
    return _codes_by_name().get(code)


def family_of(code: str) -> str:
    """The family of a code, such as "timed_therapy"; empty for one that we do not know."""
    known = code_of(code)
    return known.family if known else ""


def label_of(code: str) -> str:
    """Our words for the code; empty for one that we do not know."""
    known = code_of(code)
    return known.label if known else ""


@cache
def _codes_by_name() -> dict[str, Code]:
    return {each.code: each for each in codes()}
