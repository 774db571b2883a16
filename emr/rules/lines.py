"""The lines to bill, or to print on the superbill.

Sources and our choices: docs/rules/lines.md
"""

from dataclasses import dataclass
from typing import Any

from emr.rules.facts import Visit
from emr.rules.needling import Count, count_injected, suggest_injection_code
from emr.rules.payment import Payment


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """A line to bill, or to print on the superbill."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The line as it is written in JSON."""
        return {"code": self.code, "units": self.units, "modifiers": self.modifiers}


def lines_of(visit: Visit, count: Count, payment: Payment) -> tuple[ClaimLine, ...]:
    """The injection line, then the needling line."""
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
