"""Which edition of the ABN form may be given out on which day.

Sources and what is approximate: docs/rules/abn.md#editions
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.tables import day_in, rows_of


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A printing of the form, known by the expiry date in its corner."""

    printed_expiry: date
    usable_from: date
    usable_to: date | None  # the last good day; None while no end is set
    source: str

    def usable(self, *, on: date) -> bool:
        return self.usable_from <= on and (self.usable_to is None or on <= self.usable_to)


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition on record, the oldest first."""
    rows = (
        Edition(
            printed_expiry=date.fromisoformat(row["printed_expiry"]),
            usable_from=date.fromisoformat(row["usable_from"]),
            usable_to=day_in(row["usable_to"]),
            source=row["source"],
        )
        for row in rows_of("abn_editions.csv")
    )
    return tuple(sorted(rows, key=lambda each: each.printed_expiry))


def edition_usable(printed_expiry: date, *, on: date) -> bool:
    """Whether a notice given out on this day may be on this edition; an unknown one never."""
    return any(each.usable(on=on) for each in editions() if each.printed_expiry == printed_expiry)


def current_edition(on: date) -> Edition | None:
    """The newest edition that may be given out on this day; None before the first on record."""
    usable = [each for each in editions() if each.usable(on=on)]
    return usable[-1] if usable else None
