"""The most units of a code that are paid for one patient and day.

Sources and our choices: docs/rules/lines.md#daily-limits
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

from emr.rules.charged_lines import units_by_code
from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding
from emr.rules.lines import ClaimLine
from emr.rules.needling import NEEDLING_CODES
from emr.rules.tables import day_in, first_in_force, rows_of


def daily_limit(code: str, *, on: date) -> int | None:
    """The most units of a code on a day; None where the table has no limit."""
    return first_in_force(_limits().get(code, ()), on=on)


def find_units_above_limit(visit: Visit, suggested: Iterable[ClaimLine]) -> list[Finding]:
    """Codes over their limit, as they were charged, or as suggested where nobody charged them.

    Of the needling codes units-above-one says it already.
    """
    units = {line.code: line.units for line in suggested} | units_by_code(visit.charged)
    findings = []
    for code, billed in units.items():
        most = daily_limit(code, on=visit.date_of_service)
        if most is not None and billed > most and code not in NEEDLING_CODES:
            findings.append(_above(code, billed, most))
    return findings


def _above(code: str, billed: int, most: int) -> Finding:
    return finding(
        "units-above-daily-limit",
        subject=code,
        message=f"Bill no more than {most} of {code}, not {billed}: more are not paid for one"
        " patient and day.",
        source="docs/rules/lines.md#daily-limits",
    )


@cache
def _limits() -> dict[str, tuple[tuple[int, date | None, date | None], ...]]:
    limits: dict[str, tuple[tuple[int, date | None, date | None], ...]] = {}
    for row in rows_of("mue.csv"):
        days = day_in(row["effective_from"]), day_in(row["effective_to"])
        limits[row["code"]] = (*limits.get(row["code"], ()), (int(row["units_per_day"]), *days))
    return limits
