"""Medicare's low-back benefit in a note: to whom it is offered, and which session this one is.

How sessions are counted, and why: docs/rules/abn.md#sessions-of-the-low-back-benefit
"""

from dataclasses import dataclass
from datetime import date, timedelta

from consent.review import Standing
from emr.models import CoverageKind
from emr.rules import facts
from emr.rules.calendar_days import MONTHS_IN_A_YEAR, months_after
from emr.rules.low_back import PHYSICIANS, WITH_CREDENTIAL

DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Which session of needling this visit is, itself counted."""

    in_90_days: int
    in_12_months: int


def is_offered(standing: Standing) -> bool:
    """Whether Original Medicare pays first, and this profession may furnish the benefit at all."""
    return (
        standing.notice.coverage_kind == CoverageKind.MEDICARE
        and standing.profession in PHYSICIANS + WITH_CREDENTIAL
    )


def sessions_of(standing: Standing) -> Sessions:
    """Of a visit that somebody pays for; needled twice on one day is one session."""
    day = standing.notice.day
    earlier = {visit.day for visit in standing.notice.benefits.needled if visit.day < day}
    first = day - timedelta(days=DAYS - 1)
    return Sessions(
        in_90_days=1 + sum(first <= each for each in earlier),
        in_12_months=1 + sum(_a_year_before(day) < each for each in earlier),
    )


def low_back_of(content: dict, *, standing: Standing) -> facts.LowBack | None:
    """The claim to the benefit; nothing is counted where none is made."""
    if not content["low_back"] or not is_offered(standing):
        return None
    sessions = sessions_of(standing)
    return facts.LowBack(
        session_number_90_days=sessions.in_90_days,
        session_number_12_months=sessions.in_12_months,
        improving=content["low_back_improving"],
    )


def _a_year_before(day: date) -> date:
    return months_after(day, months=-MONTHS_IN_A_YEAR)
