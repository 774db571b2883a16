"""A payer's policies laid out for its page: what holds today, what is to come, what was."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from emr.models import PayerPolicy


@dataclass
class Line:
    """One plan, or every plan of the payer: the policy of the day, and those to come."""

    plan: str
    now: PayerPolicy | None = None
    coming: list[PayerPolicy] = field(default_factory=list)


@dataclass
class PolicyList:
    lines: list[Line] = field(default_factory=list)
    past: list[PayerPolicy] = field(default_factory=list)  # the newest first


def laid_out(policies: Iterable[PayerPolicy], *, day: date) -> PolicyList:
    """Policies of one payer by plan, that of every plan first; each line in the order of its days."""
    made = PolicyList()
    lines: dict[str, Line] = {}
    for policy in sorted(policies, key=lambda each: (each.plan.casefold(), each.starts_on)):
        if policy.ends_on and policy.ends_on < day:
            made.past.append(policy)
            continue
        line = lines.setdefault(policy.plan.casefold(), Line(policy.plan))
        if policy.starts_on > day:
            line.coming.append(policy)
        else:
            line.now = policy
    made.lines = list(lines.values())
    made.past.sort(key=lambda each: each.starts_on, reverse=True)
    return made
