"""The lines to bill, or to print on the superbill, each with its reasons.

Sources and our choices: docs/rules/lines.md
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emr.rules.code_labels import family_of, label_of
from emr.rules.code_pairs import INJECTION, pairs_between
from emr.rules.facts import Visit
from emr.rules.findings import listed
from emr.rules.line_modifiers import Reason, modifiers_for
from emr.rules.needling import (
    MOST_FOR_THE_LOWER_CODE,
    NEEDLING_CODES,
    Count,
    count_injected,
    suggest_injection_code,
)
from emr.rules.payment import Payment
from emr.rules.timed_units import Units, is_timed

SOURCE_OF_NEEDLING = "docs/rules/needling.md#code-and-count"
SOURCE_OF_SERVICES = "docs/rules/lines.md#services"
SOURCE_OF_INJECTION = "docs/rules/lines.md#injection"


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """A line to bill, or to print on the superbill.

    The reasons are for people: of the code, of "units", and of each modifier.
    """

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = field(default=(), compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The line as it is written in JSON."""
        return {"code": self.code, "units": self.units, "modifiers": self.modifiers}


def lines_of(
    visit: Visit, count: Count, *, units: Units, payment: Payment
) -> tuple[ClaimLine, ...]:
    """Services in the order given, then the injection, then the needling; none without units."""
    bare = [
        line
        for line in (*_services(visit, units), *_injection(visit), *_needling(count))
        if line.code not in visit.left_off
    ]
    codes = frozenset(line.code for line in bare)
    pairs = pairs_between(codes, on=visit.date_of_service)
    lines = []
    for line in bare:
        put = modifiers_for(line.code, visit, payment, codes=codes, pairs=pairs)
        lines.append(
            ClaimLine(
                code=line.code,
                units=line.units,
                modifiers=tuple(each.about for each in put),
                reasons=(*line.reasons, *put),
            )
        )
    return tuple(lines)


def _services(visit: Visit, units: Units) -> Iterator[ClaimLine]:
    """Each code once; needling comes from its muscles alone, and a drug's dose is unknown."""
    for code in dict.fromkeys(each.code.strip() for each in visit.services):
        family = family_of(code)
        from_muscles = code in NEEDLING_CODES or (visit.injected and family == INJECTION)
        if not code or from_muscles or family == "drug":
            continue
        if is_timed(code):
            if units.of(code):
                why = next(each.why for each in units.codes if each.code == code)
                yield _service(code, units.of(code), f"{why} {units.why}")
        else:
            yield _service(code, 1, "The code is billed once, whatever the minutes.")


def _service(code: str, units: int, why_units: str) -> ClaimLine:
    label = label_of(code)
    return ClaimLine(
        code=code,
        units=units,
        reasons=(
            Reason(
                about=code,
                why=f"The visit's services list it: {label}."
                if label
                else "The visit's services list it; nothing else is on record of this code.",
                source=SOURCE_OF_SERVICES,
            ),
            Reason(
                about="units",
                why=why_units,
                source="docs/rules/timed_units.md#the-sum"
                if is_timed(code)
                else SOURCE_OF_SERVICES,
            ),
        ),
    )


def _injection(visit: Visit) -> Iterator[ClaimLine]:
    injected = count_injected(visit.injected, policy=visit.practice.counting)
    code = suggest_injection_code(injected)
    if code:
        yield _of_muscles(code, _counted(injected, "injected"), injected, SOURCE_OF_INJECTION)


def _needling(count: Count) -> Iterator[ClaimLine]:
    if count.suggested_code:
        names = listed([line.words for line in count.explanation if line.counted])
        told = f"{_counted(count.muscle_count, 'needled')} ({names})"
        yield _of_muscles(count.suggested_code, told, count.muscle_count, SOURCE_OF_NEEDLING)


def _of_muscles(code: str, told: str, muscles: int, source: str) -> ClaimLine:
    kind = "one or two" if muscles <= MOST_FOR_THE_LOWER_CODE else "three or more"
    return ClaimLine(
        code=code,
        reasons=(
            Reason(about=code, why=f"{told}; {kind} are {code}.", source=source),
            Reason(
                about="units",
                why="One unit covers all muscles of the visit, however many needles or minutes.",
                source=source,
            ),
        ),
    )


def _counted(count: int, how: str) -> str:
    return f"1 {how} muscle counts" if count == 1 else f"{count} {how} muscles count"
