"""The needling codes that somebody billed, held against the muscles that were needled.

Sources and our choices: docs/rules/needling.md#code-and-count
"""

from collections import defaultdict
from collections.abc import Collection

from emr.rules.facts import Charge, Visit
from emr.rules.findings import WARN, Finding, finding
from emr.rules.folding import says_something
from emr.rules.needling import NEEDLING_CODES, Count, code_of_count

SOURCE = "docs/rules/needling.md#code-and-count"

# A higher place pays more; no code at all is the lowest.
CODE_RANK = {None: 0} | {code: place for place, code in enumerate(NEEDLING_CODES, start=1)}


def needling_charges(charged: Collection[Charge]) -> list[Charge]:
    """The lines with a needling code; a line of no units bills nothing."""
    return [line for line in charged if line.code.strip() in NEEDLING_CODES and line.units]


def is_needling(visit: Visit) -> bool:
    """Whether anything was needled, or a needling code was billed."""
    return bool(visit.needled or needling_charges(visit.charged))


def find_no_muscle(visit: Visit) -> list[Finding]:
    """Needling billed, or a note with nothing else in it, and no muscle named."""
    if visit.needled:
        return []
    billed = sorted({line.code.strip() for line in needling_charges(visit.charged)})
    note_of_nothing = visit.note is not None and not visit.injected and not visit.services
    if not billed and not note_of_nothing:
        return []
    remedy = f", or take {' and '.join(billed)} off the bill" if billed else ""
    return [
        finding(
            "no-muscle",
            subject="needled",
            message=f"Name every muscle and side that was needled{remedy}.",
            source=SOURCE,
        )
    ]


def find_code_against_count(visit: Visit, count: Count) -> list[Finding]:
    """Codes billed below or above the count; with nothing needled, no-muscle says it all."""
    if not visit.needled:
        return []
    due = code_of_count(count.muscle_count)
    findings = []
    for line in needling_charges(visit.charged):
        code = line.code.strip()
        if CODE_RANK[code] < CODE_RANK[due]:
            findings.append(_below(code, due, count))
        elif CODE_RANK[code] > CODE_RANK[due]:
            findings.append(_above(code, due, count, reason=line.reason))
    return findings


def find_both_codes(visit: Visit) -> list[Finding]:
    billed = {line.code.strip() for line in needling_charges(visit.charged)}
    if len(billed) < len(NEEDLING_CODES):
        return []
    names = " and ".join(NEEDLING_CODES)
    return [
        finding(
            "both-needling-codes",
            subject=names,
            message=f"Bill only the one of {names} that fits the count.",
            source=SOURCE,
        )
    ]


def find_units_above_one(visit: Visit) -> list[Finding]:
    """Needling codes with more than one unit, on one line or on several."""
    units: dict[str, int] = defaultdict(int)
    for line in needling_charges(visit.charged):
        units[line.code.strip()] += line.units
    return [
        finding(
            "units-above-one",
            subject=code,
            message=f"Bill one unit of {code}, not {total}: it covers the whole visit.",
            source=SOURCE,
        )
        for code, total in units.items()
        if total > 1
    ]


def _below(code: str, due: str | None, count: Count) -> Finding:
    return finding(
        "code-below-count",
        subject=code,
        message=f"Bill {due} instead of {code}: {_counted(count)}.",
        source=SOURCE,
    )


def _above(code: str, due: str | None, count: Count, *, reason: str) -> Finding:
    given = says_something(reason)
    remedy = f"Bill {due} instead of {code}" if due else f"Take {code} off the bill"
    return finding(
        "code-above-count",
        subject=code,
        message=f"Check the reason given for {code}: {_counted(count)}."
        if given
        else f"{remedy}, or give a reason: {_counted(count)}.",
        source=SOURCE,
        weight=WARN if given else None,
    )


def _counted(count: Count) -> str:
    return "1 muscle counts" if count.muscle_count == 1 else f"{count.muscle_count} muscles count"
