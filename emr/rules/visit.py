"""One visit judged as a whole: the count, the lines to bill and everything found.

What is judged today and what comes later: docs/rules/check_visit.md
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from emr.rules.charged_needling import (
    find_both_codes,
    find_code_against_count,
    find_no_muscle,
    find_units_above_one,
)
from emr.rules.completeness import find_gaps
from emr.rules.facts import Visit
from emr.rules.findings import Finding, Stops, in_order
from emr.rules.needling import Count, count_injected, count_muscles, suggest_injection_code


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """A line to bill, or to print on the superbill."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    id: str | None
    muscle_count: int
    muscle_count_other_reading: int
    needle_count: int
    suggested_code: str | None
    lines: tuple[ClaimLine, ...]
    claim: Literal["send", "hold", "none"]
    patient_pays: Literal["may", "must_not", "look"]
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """The answer as it is written in JSON."""
        return vars(self) | {
            "lines": [dict(vars(line)) for line in self.lines],
            "findings": [found.as_dict() for found in self.findings],
        }


Judge = Callable[[Visit, Count], list[Finding]]

# Each judge looks at the whole visit and its count; a new rule family is a new row.
JUDGES: tuple[Judge, ...] = (
    lambda visit, count: find_no_muscle(visit),
    lambda visit, count: list(count.findings),
    find_code_against_count,
    lambda visit, count: find_both_codes(visit),
    lambda visit, count: find_units_above_one(visit),
    lambda visit, count: [] if visit.note is None else find_gaps(visit.note),
)


def check(visit: Visit) -> Result:
    """Judge a visit; bad medicine is found and told, never raised."""
    count = count_muscles(
        visit.needled,
        policy=visit.practice.counting,
        date_of_service=visit.date_of_service,
        injected=visit.injected,
    )
    findings = in_order(found for judge in JUDGES for found in judge(visit, count))
    return Result(
        id=visit.id,
        muscle_count=count.muscle_count,
        muscle_count_other_reading=count.other_reading,
        needle_count=count.needle_count,
        suggested_code=count.suggested_code,
        lines=lines_of(visit, count),
        claim="hold" if any(found.stops == Stops.CLAIM for found in findings) else "send",
        # No coverage is judged yet, so a person decides: the answer that promises nothing.
        patient_pays="look",
        findings=findings,
    )


def lines_of(visit: Visit, count: Count) -> tuple[ClaimLine, ...]:
    """The injection line, then the needling line; other services have no lines yet."""
    injected = count_injected(visit.injected, policy=visit.practice.counting)
    codes = (suggest_injection_code(injected), count.suggested_code)
    return tuple(ClaimLine(code=code) for code in codes if code)
