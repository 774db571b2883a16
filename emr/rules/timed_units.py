"""Timed therapy: how many units the minutes of a visit allow, and which code gets them.

Sources, the two ways of counting and our choices: docs/rules/timed_units.md
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from emr.rules.code_labels import code_of
from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding, listed

PAGE = "docs/rules/timed_units.md"

UnitRule = Literal["cms", "ama"]

MINUTES_IN_A_UNIT = 15
# More than half a unit is a unit: 8 minutes are one, 23 are two.
MINUTES_TO_THE_NEXT_UNIT = 7


@dataclass(frozen=True, kw_only=True)
class TimedCode:
    """One timed code: its minutes, the whole fifteens in them, and the units it gets."""

    code: str
    minutes: int
    whole: int
    remainder: int
    units: int
    most_units: int  # what it may have at most, where a tie leaves the choice to the clinician
    why: str


@dataclass(frozen=True, kw_only=True)
class Units:
    """The timed units of a visit, with the sum as it is done by hand.

    `left_over` units are those beyond the whole fifteens. `tied` codes have the same remainder and
    more of them than units that were left for them; it is empty where nothing was tied.
    """

    rule: UnitRule
    codes: tuple[TimedCode, ...]  # in the order in which they were first given
    total_minutes: int
    total_units: int
    left_over: int
    tied: tuple[str, ...]
    why: str

    def of(self, code: str) -> int:
        """The units of a code; 0 for one that got none."""
        return next((each.units for each in self.codes if each.code == code), 0)

    def most_of(self, code: str) -> int:
        """What a code may be billed with at most; 0 for one without minutes."""
        return next((each.most_units for each in self.codes if each.code == code), 0)


def units_of(minutes: Iterable[tuple[str, int]], *, rule: UnitRule) -> Units:
    """The units of codes with their minutes; what is not timed, such as needling, is left out.

    The minutes of a code that comes twice are added up where it first stands.
    """
    summed: dict[str, int] = {}
    for code, spent in minutes:
        if is_timed(code):
            summed[code] = summed.get(code, 0) + spent
    return _pooled(summed) if rule == "cms" else _apart(summed)


def units_of_visit(visit: Visit) -> Units:
    """The timed units of the services of a visit, counted as its payer counts."""
    return units_of(
        [
            (each.code.strip(), each.minutes)
            for each in visit.services
            if each.minutes and each.code.strip() not in visit.left_off
        ],
        rule=visit.coverage.unit_rule if visit.coverage else "cms",
    )


def is_timed(code: str) -> bool:
    """Whether the minutes of a code are pooled as timed therapy."""
    known = code_of(code)
    return known is not None and known.timed


def find_ties(units: Units) -> list[Finding]:
    """Codes with equal remainders, of which the lower numbers got the units."""
    if not units.tied:
        return []
    served = [
        each.code for each in units.codes if each.code in units.tied and each.units > each.whole
    ]
    left, got = (
        ("1 left-over unit", "got it as the lower code")
        if len(served) == 1
        else (f"{len(served)} left-over units", "got them as the lower codes")
    )
    return [
        finding(
            "units-tie",
            subject=listed(units.tied),
            message=f"Choose where the {left} should go: {listed(units.tied)} have equally many"
            f" minutes beyond whole fifteens, and {listed(sorted(served))} {got}.",
            source=f"{PAGE}#ties",
        )
    ]


def _apart(minutes: dict[str, int]) -> Units:
    """By the midpoint: each code for itself."""
    codes = []
    for code, spent in minutes.items():
        whole, remainder = divmod(spent, MINUTES_IN_A_UNIT)
        units = _units_in(spent)
        verdict = "which make one more unit" if units > whole else "too few for one more unit"
        codes.append(
            TimedCode(
                code=code,
                minutes=spent,
                whole=whole,
                remainder=remainder,
                units=units,
                most_units=units,
                why=_sum(spent, whole, remainder, verdict),
            )
        )
    total = sum(each.units for each in codes)
    return Units(
        rule="ama",
        codes=tuple(codes),
        total_minutes=sum(minutes.values()),
        total_units=total,
        left_over=total - sum(each.whole for each in codes),
        tied=(),
        why=f"Each code is counted for itself, {_units(total)} in all: 8 minutes beyond the last"
        " whole fifteen make one more unit.",
    )


def _pooled(minutes: dict[str, int]) -> Units:
    """By the rule of CMS: all minutes together, then the largest remainders."""
    total_minutes = sum(minutes.values())
    total = _units_in(total_minutes)
    parts = {code: divmod(spent, MINUTES_IN_A_UNIT) for code, spent in minutes.items()}
    left_over = total - sum(whole for whole, _ in parts.values())
    # There are never more left-over units than codes with a remainder: fourteen minutes each and
    # the seven that round up do not reach another fifteen.
    ranked = sorted(minutes, key=lambda code: (-parts[code][1], code))
    served = set(ranked[:left_over])
    last_served = parts[ranked[left_over - 1]][1] if left_over else None
    at_the_edge = [code for code in minutes if parts[code][1] == last_served]
    tied = () if served.issuperset(at_the_edge) else tuple(sorted(at_the_edge))
    codes = tuple(
        TimedCode(
            code=code,
            minutes=spent,
            whole=parts[code][0],
            remainder=parts[code][1],
            units=parts[code][0] + (code in served),
            most_units=parts[code][0] + (code in served or code in tied),
            why=_why(spent, *parts[code], served=code in served, tied=code in tied),
        )
        for code, spent in minutes.items()
    )
    return Units(
        rule="cms",
        codes=codes,
        total_minutes=total_minutes,
        total_units=total,
        left_over=left_over,
        tied=tied,
        why=_total(total_minutes, total, left_over),
    )


def _units_in(minutes: int) -> int:
    return (minutes + MINUTES_TO_THE_NEXT_UNIT) // MINUTES_IN_A_UNIT


def _total(minutes: int, units: int, left_over: int) -> str:
    """The sum of all codes as it is done by hand."""
    told = f"{_minutes(minutes)} together allow {_units(units)}"
    if not units:
        return f"{told}: the first takes 8 minutes."
    if not left_over:
        return f"{told}, all in whole fifteens."
    remainders = (
        "goes to the largest remainder" if left_over == 1 else "go to the largest remainders"
    )
    return f"{told}: {units - left_over} in whole fifteens and {left_over} left over, which {remainders}."


def _why(minutes: int, whole: int, remainder: int, *, served: bool, tied: bool) -> str:
    if tied and served:
        verdict = "which get a left-over unit: of equal remainders the lower code goes first"
    elif tied:
        verdict = "as many as a lower code, which got the left-over unit"
    elif served:
        verdict = "which get a left-over unit as one of the largest remainders"
    else:
        verdict = "which get no unit: none was left for so small a remainder"
    return _sum(minutes, whole, remainder, verdict)


def _sum(minutes: int, whole: int, remainder: int, verdict: str) -> str:
    """The sum of one code as it is done by hand, and what becomes of the minutes over."""
    fifteens = "1 whole fifteen" if whole == 1 else f"{whole or 'no'} whole fifteens"
    told = f"{_minutes(minutes)}: {fifteens}"
    return f"{told} and {_minutes(remainder)} over, {verdict}." if remainder else f"{told}."


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"
