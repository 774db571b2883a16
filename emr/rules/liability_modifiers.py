"""Which modifiers tell the payer who is to pay for the needling, by coverage, clinician and notice.

The table is data with first and last days: docs/rules/modifiers.md#liability
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from emr.rules.tables import day_in, in_force, rows_of

NoticeState = Literal["option_1", "refused", "voluntary", "none"]

ANYBODY = "*"
WAIVER = "GA"  # the notice was one that had to be given


@dataclass(frozen=True, kw_only=True)
class LiabilityModifier:
    modifier: str
    why: str
    valid_from: date | None
    valid_to: date | None  # the last good day


def liability_modifiers(
    *, coverage_kind: str, profession: str, notice: NoticeState, on: date, instead_of_ga: str = ""
) -> tuple[LiabilityModifier, ...]:
    """The modifiers in the order of a claim; a row for the profession goes before one for anybody.

    `instead_of_ga` is the practice's own choice for a payer; empty by the table.
    """
    table = _table()
    rows = table.get((coverage_kind, profession, notice)) or table.get(
        (coverage_kind, ANYBODY, notice), ()
    )
    return tuple(
        _chosen(row, instead_of_ga) for row in rows if in_force(row.valid_from, row.valid_to, on=on)
    )


def _chosen(row: LiabilityModifier, instead_of_ga: str) -> LiabilityModifier:
    if row.modifier != WAIVER or instead_of_ga in ("", WAIVER):
        return row
    return LiabilityModifier(
        modifier=instead_of_ga,
        why=f"{row.why} The practice's policy for this payer puts {instead_of_ga} for {WAIVER}.",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


@cache
def _table() -> dict[tuple[str, str, str], tuple[LiabilityModifier, ...]]:
    table: dict[tuple[str, str, str], tuple[LiabilityModifier, ...]] = {}
    for row in rows_of("liability_modifiers.csv"):
        key = row["coverage_kind"], row["profession"], row["notice"]
        found = LiabilityModifier(
            modifier=row["modifier"],
            why=row["why"],
            valid_from=day_in(row["effective_from"]),
            valid_to=day_in(row["effective_to"]),
        )
        table[key] = (*table.get(key, ()), found)
    return table
