"""Whether the clinician may needle at all: the state's scope of practice, training and delegation.

Sources and our choices: docs/rules/scope.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Literal

from emr.rules.calendar_days import MONTHS_IN_A_YEAR, months_after
from emr.rules.facts import Provider, Visit
from emr.rules.findings import WARN, Finding, finding
from emr.rules.scope_table import SUPERVISED_BY, UNVERIFIED, ScopeRow, scope_row

PAGE = "docs/rules/scope.md"

# Their licence covers the needle; no table of ours says otherwise.
NOT_CHECKED = ("MD", "DO", "NP", "PA")

Status = Literal["allowed", "prohibited", "pending", "silent", "verify", "unknown", "not_checked"]
MinimumKind = Literal["training_hours", "in_person_hours", "years_licensed", "supervised_sessions"]

_MINIMUM_WORDS: dict[MinimumKind, str] = {
    "training_hours": "hour{s} of training",
    "in_person_hours": "hour{s} of training in person",
    "years_licensed": "year{s} of licence",
    "supervised_sessions": "supervised session{s}",
}


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """What a state asks at least of a clinician's training."""

    kind: MinimumKind
    least: int

    @property
    def label(self) -> str:
        return _MINIMUM_WORDS[self.kind].format(s="s")

    def __str__(self) -> str:
        return f"{self.least} {_MINIMUM_WORDS[self.kind].format(s='' if self.least == 1 else 's')}"


@dataclass(frozen=True, kw_only=True)
class ScopeRequirements:
    """What is known of a state, a profession and a day; None is not known."""

    state: str
    profession: str  # the one whose rules hold: PT for a PTA
    status: Status
    minima: tuple[Minimum, ...] = ()
    endorsement_required: bool | None = None
    delegation_allowed: bool | None = None
    other_requirements: str = ""
    citation: str = ""
    as_of: date | None = None
    confidence: str = UNVERIFIED


def requirements_of(state: str, profession: str, on: date) -> ScopeRequirements:
    """What the state asks of the profession on a day, with the source of it."""
    state, supervising = state.strip().upper(), SUPERVISED_BY.get(profession, profession)
    row = scope_row(state, profession=profession, on=on)
    if profession in NOT_CHECKED or row is None:
        status: Status = "not_checked" if profession in NOT_CHECKED else "unknown"
        return ScopeRequirements(state=state, profession=supervising, status=status)
    return ScopeRequirements(
        state=state,
        profession=supervising,
        status=row.status,
        minima=tuple(_minima(row)),
        endorsement_required=row.endorsement_required,
        delegation_allowed=row.delegation_allowed,
        other_requirements=row.other_requirements,
        citation=row.source,
        as_of=row.as_of,
        confidence=row.confidence,
    )


def find_scope_problems(visit: Visit) -> list[Finding]:
    """What the state has against this clinician needling on the date of service."""
    provider, day = visit.provider, visit.date_of_service
    if provider is None or provider.profession in NOT_CHECKED:
        return []
    row = scope_row(provider.state, profession=provider.profession, on=day)
    return [_no_row(provider)] if row is None else problems_by_row(row, provider, day)


def problems_by_row(row: ScopeRow, provider: Provider, day: date) -> list[Finding]:
    """What one row of the table has against a clinician needling on a day."""
    return [
        *_status_problems(row),
        *_endorsement_problems(row, provider),
        *(
            found
            for minimum in _minima(row)
            for found in _training_problems(minimum, row, provider, day)
        ),
        *_delegation_problems(row, provider),
    ]


def on_record(provider: Provider, kind: MinimumKind) -> int | date | None:
    """What is known of the clinician for a minimum: a number, or the day of the licence."""
    return {
        "training_hours": provider.training_hours,
        "in_person_hours": provider.in_person_hours,
        "years_licensed": provider.licensed_on,
        "supervised_sessions": provider.supervised_sessions,
    }[kind]


def reaches(known: int | date, least: int, *, on: date) -> bool:
    """Whether a number, or the years since a day, are enough on a day."""
    if isinstance(known, date):
        if known.year + least > MAXYEAR:
            return False
        return months_after(known, months=least * MONTHS_IN_A_YEAR) <= on
    return known >= least


def _minima(row: ScopeRow) -> Iterator[Minimum]:
    asked: dict[MinimumKind, int | None] = {
        "training_hours": row.min_hours,
        "in_person_hours": row.min_in_person_hours,
        "years_licensed": row.min_years_licensed,
        "supervised_sessions": row.min_supervised_sessions,
    }
    return (Minimum(kind=kind, least=least) for kind, least in asked.items() if least)


def _no_row(provider: Provider) -> Finding:
    state, profession = provider.state.strip().upper(), provider.profession
    if not state or not profession:
        message = "Record the clinician's state and profession: the law on needling hangs on both."
    else:
        message = (
            f"Ask the board of {state} whether {_named(profession)} may needle: our table has no"
            " row for it."
        )
    return _problem("scope-silent", "scope", message, anchor="status")


def _status_problems(row: ScopeRow) -> list[Finding]:
    who, state = _named(row.profession), row.state
    found = {
        "prohibited": (
            "scope-prohibited",
            f"Do not needle or sign: {state} does not let {who} needle.",
        ),
        "pending": (
            "scope-pending",
            f"Do not needle or sign yet: {state} will let {who} needle only once its rules are out.",
        ),
        "silent": (
            "scope-silent",
            f"Ask the board of {state} whether {who} may needle: the law does not say.",
        ),
        "verify": (
            "scope-silent",
            f"Ask the board of {state} whether {who} may needle: what we know is not verified.",
        ),
    }.get(row.status)
    return [_problem(found[0], "scope", found[1], anchor="status")] if found else []


def _endorsement_problems(row: ScopeRow, provider: Provider) -> list[Finding]:
    if not row.endorsement_required or provider.endorsed:
        return []
    message = (
        f"Do not sign before the endorsement is on record: {row.state} asks {_named(row.profession)}"
        " for one."
    )
    return [_problem("endorsement-missing", "endorsement", message, anchor="endorsement")]


def _training_problems(
    minimum: Minimum, row: ScopeRow, provider: Provider, day: date
) -> list[Finding]:
    """One minimum that is not met, or not known to be met."""
    known = on_record(provider, minimum.kind)
    if known is not None and reaches(known, minimum.least, on=day):
        return []
    asks = f"{row.state} asks {_named(row.profession)} for"
    unsure = row.confidence == UNVERIFIED
    if known is None:
        message = f"Put the clinician's {minimum.label} on record: {asks} {minimum.least}."
    elif unsure:
        message = f"Look up the rule, not verified here: {asks} {minimum}, and {_has(known)}."
    else:
        message = f"Do not sign before the training is done: {asks} {minimum}, and {_has(known)}."
    return [
        _problem(
            "training-short",
            minimum.label,
            message,
            anchor="training",
            is_warning=known is None or unsure,
        )
    ]


def _delegation_problems(row: ScopeRow, provider: Provider) -> list[Finding]:
    if provider.profession not in SUPERVISED_BY or row.delegation_allowed:
        return []
    who = _named(provider.profession)
    if row.delegation_allowed is None:
        message = f"Ask the board of {row.state} whether needling may be left to {who}."
    else:
        message = f"Do not sign: in {row.state} needling may not be left to {who}."
    return [
        _problem(
            "delegation-not-allowed",
            "delegation",
            message,
            anchor="delegation",
            is_warning=row.delegation_allowed is None,
        )
    ]


def _named(profession: str) -> str:
    return f"{'an' if profession[0] in 'AO' else 'a'} {profession}"


def _has(known: int | date) -> str:
    if isinstance(known, date):
        return f"this one began on {known}"
    return f"{known} {'is' if known == 1 else 'are'} on record"


def _problem(
    code: str, subject: str, message: str, *, anchor: str, is_warning: bool = False
) -> Finding:
    return finding(
        code,
        subject=subject,
        message=message,
        source=f"{PAGE}#{anchor}",
        weight=WARN if is_warning else None,
    )
