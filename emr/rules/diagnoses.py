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
    """What the release has of a code."""

    known: bool
    offered: tuple[str, ...]
    leaves: int


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
    return findings + _release_problems(visit.date_of_service)


def leaf_problem(code: str, on: date) -> LeafProblem | None:
    """Why a code, with or without its dot, cannot stand on a claim of this day; None where it can."""
    plain = plain_code(code)
    entry = _entry(plain)
    if not entry.known and not entry.leaves:
        return _unknown(code)
    split = _split_above(plain)
    if split is not None and on < split.first_day:
        return _not_yet(plain, split)
    if not entry.leaves or _was_whole(plain, on):
        return None
    return _header(plain, entry)


def _missing() -> Finding:
    return finding(
        "diagnosis-missing",
        subject="diagnosis",
        message="Choose a diagnosis: without one no claim can go out.",
        source=f"{PAGE}#missing",
    )


def _release_problems(day: date) -> list[Finding]:
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


def _header(plain: str, entry: _Entry) -> LeafProblem:
    more = entry.leaves - len(entry.offered)
    offered = ", ".join(entry.offered)
    choice = f"{offered} or one of {more} more" if more else listed(entry.offered, joined_by="or")
    return LeafProblem(
        code="diagnosis-header",
        message=f"Choose a code below {dotted(plain)}, which no claim may carry: {choice}.",
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
def _entry(plain: str) -> _Entry:
    leaves = leaves_below(plain) if plain else []
    common = _common_codes()
    offered = sorted(leaves, key=lambda leaf: leaf not in common)[:MOST_OFFERED]
    return _Entry(
        known=is_in_release(plain),
        offered=tuple(map(dotted, offered)),
        leaves=len(leaves),
    )


def _split_above(plain: str) -> Split | None:
    """The split that a leaf came from."""
    headers = (plain[:end] for end in range(CATEGORY_LENGTH, len(plain)))
    return next((_splits()[header] for header in headers if header in _splits()), None)


def _was_whole(plain: str, on: date) -> bool:
    """Whether a header was not yet divided, and so could stand on a claim."""
    split = _splits().get(plain)
    return split is not None and on < split.first_day


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
