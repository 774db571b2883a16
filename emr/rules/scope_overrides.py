"""What the owner of a practice has overridden of the rules on scope, with the reason.

Sources and our choices: docs/rules/scope.md#overrides
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from emr.rules.findings import WARN, Finding, Severity, in_order

OverrideKind = Literal["scope", "endorsement", "training", "delegation"]

KIND_OF_FINDING: dict[str, OverrideKind] = {
    "scope-prohibited": "scope",
    "scope-pending": "scope",
    "endorsement-missing": "endorsement",
    "training-short": "training",
    "delegation-not-allowed": "delegation",
}


@dataclass(frozen=True, kw_only=True)
class Override:
    """One decision of the owner that stands on the day; the caller leaves out those that do not."""

    kind: OverrideKind
    reason: str
    by: str  # the owner's name
    since: date


def with_overrides(
    findings: Collection[Finding], overrides: Collection[Override]
) -> tuple[Finding, ...]:
    """The findings with each overridden stop as a warning that says by whom, since when and why.

    Of several overrides of one kind the latest speaks.
    """
    latest = {each.kind: each for each in sorted(overrides, key=lambda each: each.since)}
    return in_order(
        _overridden(found, latest[KIND_OF_FINDING[found.code]])
        if found.severity == Severity.STOP and KIND_OF_FINDING.get(found.code) in latest
        else found
        for found in findings
    )


def _overridden(found: Finding, override: Override) -> Finding:
    severity, stops = WARN
    said = override.reason.strip().rstrip(".")
    message = (
        f"Overridden by {override.by} since {override.since}: {said}. Without that: {found.message}"
    )
    return replace(found, severity=severity, stops=stops, message=message)
