"""What the owner of a practice has overridden of the rules on scope, with the reason.

Sources and our choices: docs/rules/scope.md#overrides
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from emr.rules.findings import INFO, WARN, Finding, Severity, in_order

OverrideKind = Literal["scope", "endorsement", "training", "delegation"]

KIND_OF_FINDING: dict[str, OverrideKind] = {
    "scope-prohibited": "scope",
    "scope-pending": "scope",
    "endorsement-missing": "endorsement",
    "training-short": "training",
    "delegation-not-allowed": "delegation",
}
# A question that a decision of that kind answers, though it stops nothing.
KIND_OF_QUESTION: dict[str, OverrideKind] = {"scope-silent": "scope"}


@dataclass(frozen=True, kw_only=True)
class Override:
    """One decision of the owner that stands on the day; the caller leaves out those that do not."""

    kind: OverrideKind
    reason: str
    by: str  # the owner's name
    since: date


def may_be_overridden(found: Finding) -> bool:
    """Whether an override of its kind changes anything."""
    return found.code in KIND_OF_QUESTION or (
        found.severity == Severity.STOP and found.code in KIND_OF_FINDING
    )


def with_overrides(
    findings: Collection[Finding], overrides: Collection[Override]
) -> tuple[Finding, ...]:
    """The findings with each overridden stop as a warning that says by whom, since when and why, and
    with each question of an open law that the owner answered as information.

    Of several overrides of one kind the latest speaks.
    """
    latest = {each.kind: each for each in sorted(overrides, key=lambda each: each.since)}
    return in_order(_with_override(found, latest) for found in findings)


def _with_override(found: Finding, latest: Mapping[OverrideKind, Override]) -> Finding:
    kind = (KIND_OF_FINDING | KIND_OF_QUESTION).get(found.code)
    if kind not in latest or not may_be_overridden(found):
        return found
    override = latest[kind]
    told = f"by {override.by} since {override.since}: {override.reason.strip().rstrip('.')}."
    if found.code in KIND_OF_QUESTION:
        severity, stops = INFO
        message = f"Decided {told} Without that: {found.message}"
    else:
        severity, stops = WARN
        message = f"Overridden {told} Without that: {found.message}"
    return replace(found, severity=severity, stops=stops, message=message)
