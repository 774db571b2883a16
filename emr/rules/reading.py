"""A visit as it is written in JSON, read strictly into facts; the first mistake names its place.

Every key and its values: docs/rules/check_visit.md
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from emr.rules import facts
from emr.rules.completeness import Measure, NoteFacts
from emr.rules.needling import Injection, Needling

Reader = Callable[[Any, str], Any]

# Far above anything real, and low enough that no sum of them becomes too long to print.
LARGEST_NUMBER = 10**18
LONGEST_KEY_SHOWN = 60

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class ReadingError(ValueError):
    """Something that cannot be read, with the place where it stands."""

    def __init__(self, place: str, problem: str):
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


class RepeatedKey(dict):
    """An object in which a key came twice; `repeated` is the first such key."""

    def __init__(self, pairs: list[tuple[str, Any]], repeated: str):
        super().__init__(pairs)
        self.repeated = repeated


def read_visit(value: object) -> facts.Visit:
    """Read one visit; raises ReadingError for the first thing that is not as agreed."""
    return VISIT(value, "")


def text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ReadingError(place, "must be text")
    return value


def flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ReadingError(place, "must be true or false")
    return value


def code(value: Any, place: str) -> str:
    """A code or a modifier; its case and the space around it say nothing."""
    return text(value, place).strip().upper()


def whole(value: Any, place: str) -> int:
    if type(value) is not int or value < 0:
        raise ReadingError(place, "must be a whole number, 0 or more")
    if value > LARGEST_NUMBER:
        raise ReadingError(place, "is too large")
    return value


def pain(value: Any, place: str) -> int:
    if type(value) is not int or not 0 <= value <= 10:
        raise ReadingError(place, "must be a whole number from 0 to 10")
    return value


def day(value: Any, place: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ReadingError(place, "must be a date such as 2026-01-31")


def money(value: Any, place: str) -> Decimal:
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return Decimal(value)
    raise ReadingError(place, 'must be an amount of money in quotes, such as "45.00"')


def measured(value: Any, place: str) -> str | int | float:
    """What a measure read: a number, or text such as "45 degrees"."""
    is_number = type(value) is int or (type(value) is float and isfinite(value))
    if is_number and abs(value) > LARGEST_NUMBER:
        raise ReadingError(place, "is too large")
    if not is_number and not isinstance(value, str):
        raise ReadingError(place, "must be a number or text")
    return value


def one_of(*choices: str | int) -> Reader:
    listed = ", ".join(str(choice) if choice != "" else '""' for choice in choices)

    def read(value: Any, place: str) -> Any:
        # 1.0 and true equal 1, so the type is asked for too.
        if type(value) not in (str, int) or value not in choices:
            raise ReadingError(place, f"must be one of {listed}")
        return value

    return read


def list_of(read_entry: Reader) -> Reader:
    """A list; an entry that is null is absent."""

    def read(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ReadingError(place, "must be a list")
        return tuple(
            read_entry(entry, f"{place}[{index}]")
            for index, entry in enumerate(value)
            if entry is not None
        )

    return read


def by_code(read_entry: Reader) -> Reader:
    """An object with a code for each key."""

    def read(value: Any, place: str) -> dict[str, Any]:
        return {
            key.strip().upper(): read_entry(entry, _inside(place, key))
            for key, entry in _entries(value, place)
        }

    return read


def object_of(
    make: Callable[..., Any],
    readers: Mapping[str, Reader],
    *,
    required: tuple[str, ...] = (),
    renamed: Mapping[str, str] | None = None,
) -> Reader:
    """An object with these keys and no other, made into facts."""
    field_of = {key: key for key in readers} | dict(renamed or {})

    def read(value: Any, place: str) -> Any:
        fields = {}
        for key, entry in _entries(value, place):
            if key not in readers:
                raise ReadingError(_inside(place, key), "is not a known key")
            fields[field_of[key]] = readers[key](entry, _inside(place, key))
        for key in required:
            if field_of[key] not in fields:
                raise ReadingError(_inside(place, key), "is required")
        return make(**fields)

    return read


def _entries(value: Any, place: str) -> list[tuple[str, Any]]:
    """The keys of an object with their values; null is the same as absent."""
    if not isinstance(value, dict):
        raise ReadingError(place, "must be an object" if place else "a visit must be an object")
    if isinstance(value, RepeatedKey):
        raise ReadingError(_inside(place, value.repeated), "is given twice")
    return [(key, entry) for key, entry in value.items() if entry is not None]


def _inside(place: str, key: str) -> str:
    shown = key if len(key) <= LONGEST_KEY_SHOWN else f"{key[:LONGEST_KEY_SHOWN]}…"
    return f"{place}.{shown}" if place else shown


PRACTICE = object_of(
    facts.Practice,
    {
        "sides_count_apart": flag,
        "divisions": one_of("once", "each"),
        "fees": by_code(money),
        "modifier_for_distinct_muscles": one_of("XS", "59"),
    },
)
PROVIDER = object_of(
    facts.Provider,
    {
        "profession": one_of(
            "PT", "PTA", "OT", "OTA", "AT", "DC", "MD", "DO", "NP", "PA", "student"
        ),
        "state": text,
        "licensed_on": day,
        "training_hours": whole,
        "in_person_hours": whole,
        "supervised_sessions": whole,
        "acupuncture_credential": flag,
        "endorsed": flag,
    },
)
PATIENT = object_of(facts.Patient, {"low_back_weeks": whole, "qmb": flag})
AUTHORIZATION = object_of(
    facts.Authorization,
    {"number": text, "from": day, "to": day, "visits": whole, "used": whole},
    renamed={"from": "starts_on", "to": "ends_on"},
)
COVERAGE = object_of(
    facts.Coverage,
    {
        "kind": one_of(
            "medicare",
            "medicare_advantage",
            "medicaid",
            "tricare",
            "commercial",
            "workers_comp",
            "auto",
            "self_pay",
        ),
        "policy": one_of(
            "covered", "authorization", "excluded", "investigational", "not_necessary", "unknown"
        ),
        "verified_on": day,
        "authorization": AUTHORIZATION,
        "limit": object_of(facts.FrequencyLimit, {"visits": whole, "days": whole, "used": whole}),
        "unit_rule": one_of("cms", "ama"),
        "needling_with_97140": one_of("", "59", "XS"),
        "therapy_plan_modifier": one_of("", "GP", "GO"),
        "agreement_signed_on": day,
        "organization_determination": one_of("denied", "approved"),
        "claim_requested": flag,
    },
)
CONSENT = object_of(facts.Consent, {"signed_on": day, "expires_on": day, "withdrawn_on": day})
ABN = object_of(
    facts.Abn,
    {
        "edition_expires": day,
        "signed_on": day,
        "option": one_of(1, 2, 3),
        "estimate": money,
        "refused": flag,
        "witness": text,
        "voluntary": flag,
    },
)
ESTIMATE = object_of(facts.Estimate, {"given_on": day, "amount": money})
SIDE = one_of("right", "left", "midline", "both")
NEEDLING = object_of(Needling, {"muscle": text, "side": SIDE, "needles": whole, "rationale": text})
INJECTION = object_of(Injection, {"muscle": text, "side": SIDE, "drug": code})
SERVICE = object_of(facts.Service, {"code": code, "minutes": whole, "text": text})
CHARGE = object_of(
    facts.Charge, {"code": code, "units": whole, "modifiers": list_of(code), "reason": text}
)
LOW_BACK = object_of(
    facts.LowBack,
    {"session_number_90_days": whole, "session_number_12_months": whole, "improving": flag},
)
MEASURE = object_of(Measure, {"name": text, "before": measured, "after": measured})
NOTE = object_of(
    NoteFacts,
    {
        "functional_limitation": text,
        "goal": text,
        "trigger_point_findings": text,
        "medical_necessity": text,
        "technique": text,
        "tolerance": text,
        "pain_before": pain,
        "pain_after": pain,
        "measures": list_of(MEASURE),
        "needles_in": whole,
        "needles_out": whole,
        "twitch_response": flag,
        "retained_needle_reported": flag,
        "contraindications_screened": flag,
        "signed": flag,
    },
)
VISIT = object_of(
    facts.Visit,
    {
        "id": text,
        "date_of_service": day,
        "practice": PRACTICE,
        "provider": PROVIDER,
        "patient": PATIENT,
        "coverage": COVERAGE,
        "consent": CONSENT,
        "abn": ABN,
        "estimate": ESTIMATE,
        "needled": list_of(NEEDLING),
        "injected": list_of(INJECTION),
        "services": list_of(SERVICE),
        "charged": list_of(CHARGE),
        "charge": money,
        "diagnoses": list_of(text),
        "low_back": LOW_BACK,
        "note": NOTE,
    },
    required=("date_of_service",),
)
