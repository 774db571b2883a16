"""What a state asks of a consent to dry needling: its clauses, writing, and a copy for the patient.

Sources and our choices: docs/rules/consent.md#state-packs
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.scope_table import SUPERVISED_BY, UNVERIFIED, scope_row
from emr.rules.tables import rows_of

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
    return StatePack(
        state=state,
        clauses=clauses,
        written=row.consent_written,
        copy_owed=row.copy_to_patient,
        source=row.source,
        confidence=row.confidence,
        unknown=not clauses and row.consent_written is None and row.copy_to_patient is None,
    )


def missing_clauses(present: Collection[str], pack: StatePack) -> tuple[RequiredClause, ...]:
    """The clauses that the pack asks for and a text lacks, in the order of CLAUSES."""
    return tuple(each for each in pack.clauses if each.clause not in present)


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
