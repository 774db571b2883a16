"""The good-faith estimate for a patient who pays without insurance: when it is due, how far it reaches.

Sources and our choices: docs/rules/estimates.md
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from emr.rules.calendar_days import (
    MONTHS_IN_A_YEAR,
    business_days_after,
    is_business_days_ahead,
)
from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding

PAGE = "docs/rules/estimates.md"

# From so many business days ahead, so many business days to give the estimate; the first that fits.
DUE_BY_DAYS_AHEAD = ((10, 3), (3, 1))
DUE_ON_REQUEST = 3

# An estimate for a course of visits reaches no farther.
MOST_MONTHS = MONTHS_IN_A_YEAR

# A bill this much over its estimate may be disputed by the patient.
VARIANCE = Decimal(400)


def due_on(
    *,
    scheduled_on: date,
    service_on: date,
    requested_on: date | None = None,
    holidays: Collection[date],
) -> date | None:
    """The last day to give the estimate; None where the visit is too near and nobody asked.

    Where scheduling and a request both set a day, the earlier one.
    """
    due = []
    for ahead, days in DUE_BY_DAYS_AHEAD:
        if is_business_days_ahead(scheduled_on, service_on, count=ahead, holidays=holidays):
            due.append(business_days_after(scheduled_on, count=days, holidays=holidays))
            break
    if requested_on is not None:
        due.append(business_days_after(requested_on, count=DUE_ON_REQUEST, holidays=holidays))
    return min(due, default=None)


def exceeds_variance(*, estimate: Decimal, charge: Decimal) -> bool:
    return charge - estimate >= VARIANCE


def find_estimate_problems(visit: Visit) -> list[Finding]:
    """A self-pay visit without its estimate, or far above it; `visit.charge` is the price asked."""
    if visit.coverage is None or visit.coverage.kind != "self_pay":
        return []
    estimate = visit.estimate
    if estimate is None or estimate.amount is None:
        return [_missing("Give the patient a good-faith estimate of the price.")]
    findings = []
    if estimate.given_on is not None and estimate.given_on > visit.date_of_service:
        message = "Give the good-faith estimate before the visit; this one came after it."
        findings.append(_missing(message))
    if visit.charge is not None and exceeds_variance(estimate=estimate.amount, charge=visit.charge):
        findings.append(_exceeded(visit.charge, estimate.amount))
    return findings


def _missing(message: str) -> Finding:
    return finding(
        "estimate-missing", subject="estimate", message=message, source=f"{PAGE}#who-is-owed-one"
    )


def _exceeded(charge: Decimal, estimate: Decimal) -> Finding:
    return finding(
        "estimate-exceeded",
        subject="estimate",
        message=f"Ask no more than was estimated, or be ready for a dispute: the price of ${charge}"
        f" is ${VARIANCE} or more above the estimate of ${estimate}.",
        source=f"{PAGE}#variance",
    )
