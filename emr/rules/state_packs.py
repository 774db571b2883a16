"""What a state asks of a consent to dry needling: its clauses, writing, and a copy for the patient.

Sources and our choices: docs/rules/consent.md#state-packs
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.tables import day_in, rows_of

# Everything that a consent may have to say, in the order in which it is read.
CLAUSES = {
    "what_it_is": "What dry needling is",
    "benefits": "What it may do for you",
    "risks": "Risks",
    "alternatives": "Alternatives",
    "not_acupuncture": "Not acupuncture",
    "training": "The clinician's training",
    "right_to_stop": "Your right to stop",
}

# Assistants and students stand under the rules of the profession that supervises them.
SUPERVISED_BY = {"PTA": "PT", "student": "PT", "OTA": "OT"}

UNVERIFIED = "unverified"
_ANSWERS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, kw_only=True)
class RequiredClause:
    clause: str  # a key of CLAUSES
    source: str
    confidence: str  # "primary", "secondary" or "unverified"

    @property
    def label(self) -> str:
        return CLAUSES[self.clause]


@dataclass(frozen=True, kw_only=True)
class StatePack:
    """What is known of a state's demands on a day; None is not known."""

    state: str
    clauses: tuple[RequiredClause, ...] = ()
    written: bool | None = None
    copy_owed: bool | None = None
    source: str = ""
    confidence: str = UNVERIFIED
    unknown: bool = True  # nothing is known of what a consent must hold


def pack_of(state: str, *, profession: str, on: date) -> StatePack:
    """What the state asks of a consent for this profession on this day."""
    state = state.strip().upper()
    profession = SUPERVISED_BY.get(profession, profession)
    clauses = tuple(_clauses().get((state, profession), ()))
    row = scope_row(state, profession=profession, on=on)
    if row is None:
        return StatePack(state=state, clauses=clauses, unknown=not clauses)
    written, copy_owed = _ANSWERS[row["consent_written"]], _ANSWERS[row["copy_to_patient"]]
    return StatePack(
        state=state,
        clauses=clauses,
        written=written,
        copy_owed=copy_owed,
        source=row["source"],
        confidence=row["confidence"],
        unknown=not clauses and written is None and copy_owed is None,
    )


def missing_clauses(present: Collection[str], pack: StatePack) -> tuple[RequiredClause, ...]:
    """The clauses that the pack asks for and a text lacks, in the order of CLAUSES."""
    return tuple(each for each in pack.clauses if each.clause not in present)


def scope_row(state: str, *, profession: str, on: date) -> dict[str, str] | None:
    """The row of scope_of_practice.csv in force on a day; None where the table has none."""
    for row in _scope_rows():
        starts, ends = day_in(row["effective_from"]), day_in(row["effective_to"])
        in_force = (starts is None or starts <= on) and (ends is None or on <= ends)
        if in_force and (row["state"], row["profession"]) == (state, profession):
            return row
    return None


@cache
def _scope_rows() -> tuple[dict[str, str], ...]:
    return tuple(rows_of("scope_of_practice.csv"))


@cache
def _clauses() -> dict[tuple[str, str], list[RequiredClause]]:
    clauses: dict[tuple[str, str], list[RequiredClause]] = {}
    ranked = sorted(
        rows_of("consent_clauses.csv"), key=lambda row: list(CLAUSES).index(row["clause"])
    )
    for row in ranked:
        clauses.setdefault((row["state"], row["profession"]), []).append(
            RequiredClause(clause=row["clause"], source=row["source"], confidence=row["confidence"])
        )
    return clauses
