"""What somebody billed, line by line: modifiers that cannot stand, and units without the minutes.

Sources and our choices: docs/rules/modifiers.md and docs/rules/timed_units.md
"""

from collections import defaultdict
from collections.abc import Collection

from emr.rules.facts import Charge
from emr.rules.findings import Finding, finding
from emr.rules.needling import (
    INJECTED_ONE_OR_TWO,
    INJECTED_THREE_OR_MORE,
    NEEDLING_CODES,
)
from emr.rules.timed_units import Units, is_timed

BOTH_SIDES = "50"
DISTINCT_SERVICE = "59"
DISTINCT_SERVICE_SUBSETS = ("XE", "XP", "XS", "XU")
SAYS_DISTINCT = frozenset((DISTINCT_SERVICE, *DISTINCT_SERVICE_SUBSETS))

WAIVER = "GA"
NEVER_WITH_WAIVER = frozenset(("GX", "GY", "GZ"))

COUNTING_MUSCLES = (INJECTED_ONE_OR_TWO, INJECTED_THREE_OR_MORE, *NEEDLING_CODES)


def billing(charged: Collection[Charge]) -> list[Charge]:
    """The lines that bill something: those with a code and units."""
    return [line for line in charged if line.units and line.code.strip()]


def codes_of(charged: Collection[Charge]) -> frozenset[str]:
    return frozenset(line.code.strip() for line in billing(charged))


def units_by_code(charged: Collection[Charge]) -> dict[str, int]:
    """The units of each code, on one line or on several."""
    units: dict[str, int] = defaultdict(int)
    for line in billing(charged):
        units[line.code.strip()] += line.units
    return units


def modifiers_of(line: Charge) -> frozenset[str]:
    return frozenset(each.strip().upper() for each in line.modifiers)


def find_clashes(charged: Collection[Charge]) -> list[Finding]:
    """Lines with modifiers that say opposite things."""
    return [
        finding(
            "modifiers-clash",
            subject=line.code.strip(),
            message=f"Keep one of {clash} on {line.code.strip()}: they cannot stand on one line.",
            source="docs/rules/modifiers.md#clashes",
        )
        for line in billing(charged)
        if (clash := _clash_of(modifiers_of(line)))
    ]


def find_both_sides(charged: Collection[Charge]) -> list[Finding]:
    """Modifier 50 on a code that counts muscles, each side for itself."""
    return [
        finding(
            "modifier-50",
            subject=line.code.strip(),
            message=f"Take modifier 50 off {line.code.strip()}: it counts muscles, and a muscle on"
            " each side counts twice already.",
            source="docs/rules/modifiers.md#both-sides",
        )
        for line in billing(charged)
        if line.code.strip() in COUNTING_MUSCLES and BOTH_SIDES in modifiers_of(line)
    ]


def find_units_without_minutes(charged: Collection[Charge], units: Units) -> list[Finding]:
    """Timed codes with more units than the minutes of the services allow.

    Where remainders tie, either choice is good, as long as all codes together stay within the sum.
    """
    billed = {code: each for code, each in units_by_code(charged).items() if is_timed(code)}
    within = sum(min(each, units.most_of(code)) for code, each in billed.items())
    too_many_together = within > units.total_units
    return [
        _too_many(code, each, units)
        for code, each in billed.items()
        if each > units.most_of(code) or (too_many_together and each > units.of(code))
    ]


def _clash_of(modifiers: frozenset[str]) -> str:
    clashing = []
    if WAIVER in modifiers and modifiers & NEVER_WITH_WAIVER:
        clashing.append(" and ".join((WAIVER, *sorted(modifiers & NEVER_WITH_WAIVER))))
    subsets = modifiers.intersection(DISTINCT_SERVICE_SUBSETS)
    if DISTINCT_SERVICE in modifiers and subsets:
        clashing.append(" and ".join((DISTINCT_SERVICE, *sorted(subsets))))
    return ", and one of ".join(clashing)


def _too_many(code: str, billed: int, units: Units) -> Finding:
    allowed = units.of(code)
    remedy = f"Bill {allowed} of {code}, not {billed}" if allowed else f"Take {code} off the bill"
    return finding(
        "minutes-do-not-support-units",
        subject=code,
        message=f"{remedy}, or chart the minutes that are missing: those on record allow"
        f" {_units(units.total_units)} in all.",
        source="docs/rules/timed_units.md#minutes-and-billed-units",
    )


def _units(count: int) -> str:
    return "1 timed unit" if count == 1 else f"{count or 'no'} timed units"
