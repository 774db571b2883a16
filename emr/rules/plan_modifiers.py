"""Which modifier says under whose plan of care therapy stands, unless the payer's policy names one.

Sources and our choices: docs/rules/modifiers.md#plan-of-care
"""

from datetime import date
from functools import cache

from emr.rules.tables import day_in, first_in_force, rows_of


def plan_modifier_for(*, coverage_kind: str, profession: str, on: date) -> str:
    """GP or GO; empty where the table asks for none."""
    return first_in_force(_table().get((coverage_kind, profession), ()), on=on) or ""


@cache
def _table() -> dict[tuple[str, str], tuple[tuple[str, date | None, date | None], ...]]:
    table: dict[tuple[str, str], tuple[tuple[str, date | None, date | None], ...]] = {}
    for row in rows_of("plan_modifiers.csv"):
        key = row["coverage_kind"], row["profession"]
        days = day_in(row["effective_from"]), day_in(row["effective_to"])
        table[key] = (*table.get(key, ()), (row["modifier"], *days))
    return table
