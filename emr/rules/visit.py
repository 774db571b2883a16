"""One visit judged as a whole: the count, the lines to bill and everything found.

What is judged: docs/rules/check_visit.md
"""

from dataclasses import dataclass
from typing import Any

from emr.rules.facts import Visit
from emr.rules.findings import Finding, Stops, in_order
from emr.rules.judges import JUDGES, JUDGES_OF_NEEDLING
from emr.rules.lines import ClaimLine
from emr.rules.payment import Claim, PatientPays
from emr.rules.reckoning import Reckoning, reckon


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
            "lines": [line.as_dict() for line in self.lines],
            "findings": [found.as_dict() for found in self.findings],
        }


def check(visit: Visit) -> Result:
    """Judge a visit; bad medicine is found and told, never raised."""
    worked = reckon(visit)
    findings = find_all(worked)
    stopped = any(found.stops == Stops.CLAIM for found in findings)
    payment = worked.payment
    return Result(
        id=visit.id,
        muscle_count=worked.count.muscle_count,
        muscle_count_other_reading=worked.count.other_reading,
        needle_count=worked.count.needle_count,
        suggested_code=worked.count.suggested_code,
        lines=worked.lines,
        claim="hold" if stopped and payment.claim == "send" else payment.claim,
        patient_pays=payment.patient_pays,
        findings=findings,
    )


def find_all(worked: Reckoning) -> tuple[Finding, ...]:
    """Everything that the rules say of a visit, in the order in which it is read."""
    judges = JUDGES + JUDGES_OF_NEEDLING if worked.needled else JUDGES
    return in_order(found for judge in judges for found in judge(worked.visit, worked))
