"""One visit judged as a whole: the count, the lines to bill and everything found.

What is judged today and what comes later: docs/rules/check_visit.md
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from emr.rules.abn_findings import find_abn_problems
from emr.rules.charged_needling import (
    find_both_codes,
    find_code_against_count,
    find_no_muscle,
    find_units_above_one,
    needling_charges,
)
from emr.rules.completeness import find_gaps
from emr.rules.consent_status import find_consent_problems
from emr.rules.estimates import find_estimate_problems
from emr.rules.facts import Visit
from emr.rules.findings import Finding, Stops, in_order
from emr.rules.low_back import find_low_back_problems
from emr.rules.needling import Count, count_injected, count_muscles, suggest_injection_code
from emr.rules.payment import Claim, PatientPays, Payment, payment_of


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
    claim: Claim
    patient_pays: PatientPays
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
# These look only at a visit with needling done or billed.
JUDGES_OF_NEEDLING: tuple[Judge, ...] = (
    lambda visit, count: find_consent_problems(visit),
    lambda visit, count: find_abn_problems(visit),
    lambda visit, count: find_low_back_problems(visit),
    lambda visit, count: find_estimate_problems(visit),
)


def check(visit: Visit) -> Result:
    """Judge a visit; bad medicine is found and told, never raised."""
    count = count_muscles(
        visit.needled,
        policy=visit.practice.counting,
        date_of_service=visit.date_of_service,
        injected=visit.injected,
    )
    visit = with_usual_charge(visit, count)
    needled = is_needling(visit)
    judges = JUDGES + JUDGES_OF_NEEDLING if needled else JUDGES
    findings = in_order(found for judge in judges for found in judge(visit, count))
    payment = payment_of(visit, needled=needled)
    stopped = any(found.stops == Stops.CLAIM for found in findings)
    return Result(
        id=visit.id,
        muscle_count=count.muscle_count,
        muscle_count_other_reading=count.other_reading,
        needle_count=count.needle_count,
        suggested_code=count.suggested_code,
        lines=lines_of(visit, count, payment),
        claim="hold" if stopped and payment.claim == "send" else payment.claim,
        patient_pays=payment.patient_pays,
        findings=findings,
    )


def is_needling(visit: Visit) -> bool:
    """Whether anything was needled, or a needling code was billed."""
    return bool(visit.needled or needling_charges(visit.charged))


def with_usual_charge(visit: Visit, count: Count) -> Visit:
    """The visit with a price for the needling: what was asked, else the practice's fee, else none."""
    if visit.charge is not None or count.suggested_code is None:
        return visit
    return replace(visit, charge=visit.practice.fees.get(count.suggested_code))


def lines_of(visit: Visit, count: Count, payment: Payment) -> tuple[ClaimLine, ...]:
    """The injection line, then the needling line; other services have no lines yet."""
    lines = []
    injected = suggest_injection_code(
        count_injected(visit.injected, policy=visit.practice.counting)
    )
    if injected:
        lines.append(ClaimLine(code=injected))
    if count.suggested_code:
        plan = visit.coverage.therapy_plan_modifier if visit.coverage else ""
        modifiers = (*payment.liability, *([plan] if plan else []), *(["KX"] if payment.kx else []))
        lines.append(ClaimLine(code=count.suggested_code, modifiers=modifiers))
    return tuple(lines)
