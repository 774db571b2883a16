"""What a bill with two codes of a pair needs: a choice, a modifier, or a look by a person.

Sources and our choices: docs/rules/code_pairs.md
"""

from collections.abc import Collection

from emr.rules.charged_lines import SAYS_DISTINCT, billing, modifiers_of
from emr.rules.code_labels import family_of
from emr.rules.code_pairs import (
    ACUPUNCTURE,
    NEEDLING_ALONE,
    NEEDLING_WITH_ACUPUNCTURE,
    NEEDLING_WITH_INJECTION,
    NEEDLING_WITH_VISIT_CODE,
    NEVER_TOGETHER,
    VISIT_CODE,
    Pair,
)
from emr.rules.facts import Charge, Visit
from emr.rules.findings import Finding, finding, listed
from emr.rules.line_modifiers import asks_for_distinct_needling, distinct_modifier
from emr.rules.needling import NEEDLING_CODES, Count

PAGE = "docs/rules/code_pairs.md"

# Said by both-needling-codes and acupuncture-same-day, which stand before pair-not-allowed.
SAID_BEFORE = (NEEDLING_ALONE, NEEDLING_WITH_ACUPUNCTURE)


def find_acupuncture(visit: Visit, codes: Collection[str]) -> list[Finding]:
    """Acupuncture on a day of needling, done or billed; `codes` stand on one bill."""
    billed = not set(NEEDLING_CODES).isdisjoint(codes)
    left_off = not set(NEEDLING_CODES).isdisjoint(visit.left_off)
    if not billed and (left_off or not visit.needled):
        return []
    return [
        finding(
            "acupuncture-same-day",
            subject=code,
            message=f"Bill the needling or {code}, not both: no modifier lets needling and"
            " acupuncture stand on one day.",
            source=f"{PAGE}#acupuncture",
        )
        for code in codes
        if family_of(code) == ACUPUNCTURE
    ]


def find_pairs(
    visit: Visit, count: Count, *, codes: Collection[str], pairs: Collection[Pair]
) -> list[Finding]:
    """What each pair among the codes of one bill asks for; none is told twice."""
    findings = []
    for pair in pairs:
        if pair.indicator == NEVER_TOGETHER:
            if pair.families not in SAID_BEFORE:
                findings.append(_not_allowed(pair))
        elif pair.families == NEEDLING_WITH_INJECTION and visit.injected and visit.needled:
            # Muscles that got both are out of the count, so whatever still counts is distinct.
            # Where nothing is left, muscle-injected-and-needled has said so.
            if count.muscle_count:
                findings.append(_needs_modifier(pair, distinct_modifier(visit, codes)))
        elif pair.families == NEEDLING_WITH_VISIT_CODE:
            findings.append(_needs_25(pair))
        else:
            findings.append(_needs_a_decision(pair))
    return findings


def find_modifiers_without_pair(
    visit: Visit, *, codes: Collection[str], pairs: Collection[Pair]
) -> list[Finding]:
    """59 and its subsets billed where no pair is in force and the payer does not ask."""
    asked = asks_for_distinct_needling(visit, codes)
    return [
        _without_pair(line, used)
        for line in billing(visit.charged)
        if (used := modifiers_of(line) & SAYS_DISTINCT)
        and not any(line.code.strip() in (pair.column_1, pair.column_2) for pair in pairs)
        and not (asked and line.code.strip() in NEEDLING_CODES)
    ]


def _not_allowed(pair: Pair) -> Finding:
    return finding(
        "pair-not-allowed",
        subject=pair.names,
        message=f"Take {pair.column_2} off the bill: it is never paid beside {pair.column_1} on one"
        " day, whatever the modifier.",
        source=f"{PAGE}#never-together",
    )


def _needs_modifier(pair: Pair, modifier: str) -> Finding:
    return finding(
        "pair-needs-modifier",
        subject=pair.names,
        message=f"Bill {pair.column_2} with {modifier}: other muscles were needled than injected,"
        " and the note must show it.",
        source=f"{PAGE}#injection-and-needling",
    )


def _needs_25(pair: Pair) -> Finding:
    visit_code = next(
        code for code in (pair.column_1, pair.column_2) if family_of(code) == VISIT_CODE
    )
    return finding(
        "pair-needs-25",
        subject=pair.names,
        message=f"Bill {visit_code} with 25, and keep a note of an evaluation that went beyond the"
        " needling.",
        source=f"{PAGE}#visit-codes",
    )


def _needs_a_decision(pair: Pair) -> Finding:
    return finding(
        "pair-needs-a-decision",
        subject=pair.names,
        message=f"Decide whether {pair.column_2} was distinct from {pair.column_1}: if the note"
        f" shows it, add the modifier that says why; if not, take {pair.column_2} off.",
        source=f"{PAGE}#for-a-person-to-decide",
    )


def _without_pair(line: Charge, used: frozenset[str]) -> Finding:
    code = line.code.strip()
    return finding(
        "modifier-without-pair",
        subject=code,
        message=f"Take {listed(sorted(used))} off {code}: no pair on record asks for it beside the"
        " other codes of the day, and neither does the payer's policy.",
        source=f"{PAGE}#a-modifier-without-a-pair",
    )
