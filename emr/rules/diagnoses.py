"""Whether the diagnoses of a visit are codes that a claim may carry: leaves of the installed release.

Sources and our choices: docs/rules/diagnoses.md
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding, listed
from emr.rules.folding import says_something
from emr.rules.icd_release import (
    CATEGORY_LENGTH,
    FIRST_DAY,
    LAST_DAY,
    dotted,
    is_in_release,
    leaves_below,
    plain_code,
)
from emr.rules.tables import rows_of

PAGE = "docs/rules/diagnoses.md"

MOST_OFFERED = 6  # a header may have thousands of leaves
CODES_REMEMBERED = 4096
LONGEST_SHOWN = 20  # of what somebody typed in the place of a code


@dataclass(frozen=True, kw_only=True)
class LeafProblem:
    """Why a code cannot stand on a claim, and which may in its place."""

    code: str  # of the finding: "diagnosis-header" or "diagnosis-unknown"
    message: str
    offered: tuple[str, ...] = ()  # with their dots, those common in needling first
    more: int = 0  # leaves below that are not among those offered


@dataclass(frozen=True, kw_only=True)
class Split:
    """A code that was billable until it was divided."""

    header: str  # without the dot, as everywhere below
    first_day: date  # of the leaves


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What is known of a code, whatever the day."""

    plain: str  # without the dot
    known: bool
    offered: tuple[str, ...]
    leaves: int
    divided: Split | None  # it is a header since
    from_split: Split | None  # it is a code since


def find_diagnosis_problems(visit: Visit, *, has_lines: bool) -> list[Finding]:
    """Diagnoses that are missing beside lines to bill, or that no claim may carry."""
    given = dict.fromkeys(filter(says_something, visit.diagnoses))
    if not given:
        return [_missing()] if has_lines else []
    findings = []
    for text in given:
        problem = leaf_problem(text, visit.date_of_service)
        if problem is not None:
            findings.append(
                finding(
                    problem.code,
                    subject=_shown(text),
                    message=problem.message,
                    source=f"{PAGE}#leaves",
                )
            )
    return findings + find_release_problems(visit.date_of_service)


def leaf_problem(code: str, on: date) -> LeafProblem | None:
    """Why a code, with or without its dot, cannot stand on a claim of this day; None where it can."""
    typed = code.strip()
    if len(typed) > LONGEST_SHOWN:
        return _unknown(code)
    entry = _entry(typed)
    if not entry.known and not entry.leaves:
        return _unknown(code)
    if entry.from_split is not None and on < entry.from_split.first_day:
        return _not_yet(entry.plain, entry.from_split)
    if not entry.leaves or (entry.divided is not None and on < entry.divided.first_day):
        return None
    return _header(entry)


def _missing() -> Finding:
    return finding(
        "diagnosis-missing",
        subject="diagnosis",
        message="Choose a diagnosis: without one no claim can go out.",
        source=f"{PAGE}#missing",
    )


def find_release_problems(day: date) -> list[Finding]:
    """Whether the installed list of codes holds on a day."""
    if FIRST_DAY <= day <= LAST_DAY:
        return []
    message = (
        f"Check the diagnoses against the list of {day}: the installed one holds from {FIRST_DAY}"
        f" to {LAST_DAY}."
    )
    return [
        finding(
            "diagnosis-release-old",
            subject="diagnosis",
            message=message,
            source=f"{PAGE}#release",
        )
    ]


def _header(entry: _Entry) -> LeafProblem:
    more = entry.leaves - len(entry.offered)
    offered = ", ".join(entry.offered)
    choice = f"{offered} or one of {more} more" if more else listed(entry.offered, joined_by="or")
    return LeafProblem(
        code="diagnosis-header",
        message=f"Choose a code below {dotted(entry.plain)}, which no claim may carry: {choice}.",
        offered=entry.offered,
        more=more,
    )


def _not_yet(plain: str, split: Split) -> LeafProblem:
    header = dotted(split.header)
    return LeafProblem(
        code="diagnosis-unknown",
        message=f"Use {header}: {dotted(plain)} was no code before {split.first_day}.",
        offered=(header,),
    )


def _unknown(code: str) -> LeafProblem:
    return LeafProblem(
        code="diagnosis-unknown",
        message=f"Choose another diagnosis: {_shown(code)} is no code of the installed ICD-10-CM"
        " list.",
    )


def _shown(text: str) -> str:
    """A code as people write it; what is none as it was typed, cut short."""
    plain = plain_code(text)
    if plain:
        return dotted(plain)
    typed = " ".join(text.split())
    return typed if len(typed) <= LONGEST_SHOWN else f"{typed[:LONGEST_SHOWN]}…"


@lru_cache(maxsize=CODES_REMEMBERED)
def _entry(typed: str) -> _Entry:
    plain = plain_code(typed)
    leaves = leaves_below(plain) if plain else []
    common = _common_codes()
    offered = sorted(leaves, key=lambda leaf: leaf not in common)[:MOST_OFFERED]
    headers = (plain[:end] for end in range(CATEGORY_LENGTH, len(plain)))
    splits = _splits()
    return _Entry(
        plain=plain,
        known=is_in_release(plain),
        offered=tuple(map(dotted, offered)),
        leaves=len(leaves),
        divided=splits.get(plain),
        from_split=next((splits[header] for header in headers if header in splits), None),
    )


@cache
def _splits() -> dict[str, Split]:
    rows = (
        Split(
            header=plain_code(row["header"]),
            first_day=date.fromisoformat(row["first_day"]),
        )
        for row in rows_of("diagnosis_splits.csv")
    )
    return {split.header: split for split in rows}


@cache
def _common_codes() -> frozenset[str]:
    return frozenset(plain_code(row["code"]) for row in rows_of("diagnoses_common.csv"))
