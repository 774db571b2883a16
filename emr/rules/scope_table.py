"""What each state says of who may needle, by profession and day.

Sources and what is not known: docs/rules/scope.md#table
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from emr.rules.tables import day_in, in_force, rows_of

# Assistants and students stand under the rules of the profession that supervises them.
SUPERVISED_BY = {"PTA": "PT", "student": "PT", "OTA": "OT"}

UNVERIFIED = "unverified"
_ANSWERS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, kw_only=True)
class ScopeRow:
    """One state and profession between two days; None is not known."""

    state: str
    profession: str
    status: str  # "allowed", "prohibited", "pending", "silent" or "verify"
    effective_from: date | None
    effective_to: date | None  # the last day
    min_hours: int | None
    min_in_person_hours: int | None
    min_years_licensed: int | None
    min_supervised_sessions: int | None
    other_requirements: str
    endorsement_required: bool | None
    delegation_allowed: bool | None
    consent_written: bool | None
    copy_to_patient: bool | None
    source: str
    as_of: date | None
    confidence: str  # "primary", "secondary" or "unverified"

    def in_force(self, *, on: date) -> bool:
        return in_force(self.effective_from, self.effective_to, on=on)


def scope_row(state: str, *, profession: str, on: date) -> ScopeRow | None:
    """The row in force on a day for the profession, or for the one that supervises it."""
    key = state.strip().upper(), SUPERVISED_BY.get(profession, profession)
    return next((row for row in _rows().get(key, ()) if row.in_force(on=on)), None)


@cache
def _rows() -> dict[tuple[str, str], list[ScopeRow]]:
    rows: dict[tuple[str, str], list[ScopeRow]] = {}
    for cells in rows_of("scope_of_practice.csv"):
        row = _row(cells)
        rows.setdefault((row.state, row.profession), []).append(row)
    return rows


def _row(cells: dict[str, str]) -> ScopeRow:
    return ScopeRow(
        state=cells["state"],
        profession=cells["profession"],
        status=cells["status"],
        effective_from=day_in(cells["effective_from"]),
        effective_to=day_in(cells["effective_to"]),
        min_hours=_number_in(cells["min_hours"]),
        min_in_person_hours=_number_in(cells["min_in_person_hours"]),
        min_years_licensed=_number_in(cells["min_years_licensed"]),
        min_supervised_sessions=_number_in(cells["min_supervised_sessions"]),
        other_requirements=cells["other_requirements"],
        endorsement_required=_ANSWERS[cells["endorsement_required"]],
        delegation_allowed=_ANSWERS[cells["delegation_allowed"]],
        consent_written=_ANSWERS[cells["consent_written"]],
        copy_to_patient=_ANSWERS[cells["copy_to_patient"]],
        source=cells["source"],
        as_of=day_in(cells["as_of"]),
        confidence=cells["confidence"],
    )


def _number_in(cell: str) -> int | None:
    return int(cell) if cell else None
