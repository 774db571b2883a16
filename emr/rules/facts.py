"""The facts of one visit, as the rules take them: plain frozen values, whatever they came from.

Each field's meaning: docs/rules/check_visit.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from emr.rules.completeness import NoteFacts
from emr.rules.divisions import DivisionPolicy
from emr.rules.needling import CountingPolicy, Injection, Needling


@dataclass(frozen=True, kw_only=True)
class Practice:
    sides_count_apart: bool = True
    divisions: DivisionPolicy = "once"
    fees: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    modifier_for_distinct_muscles: str = "XS"

    @property
    def counting(self) -> CountingPolicy:
        return CountingPolicy(sides_count_apart=self.sides_count_apart, divisions=self.divisions)


@dataclass(frozen=True, kw_only=True)
class Provider:
    profession: str = ""
    state: str = ""
    licensed_on: date | None = None
    training_hours: int | None = None
    in_person_hours: int | None = None
    supervised_sessions: int | None = None
    acupuncture_credential: bool = False
    endorsed: bool = False


@dataclass(frozen=True, kw_only=True)
class Patient:
    low_back_weeks: int | None = None
    qmb: bool = False


@dataclass(frozen=True, kw_only=True)
class Authorization:
    number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    visits: int | None = None
    used: int | None = None


@dataclass(frozen=True, kw_only=True)
class FrequencyLimit:
    visits: int | None = None
    days: int | None = None
    used: int | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    kind: str = ""
    policy: str = "unknown"
    verified_on: date | None = None
    authorization: Authorization | None = None
    limit: FrequencyLimit | None = None
    unit_rule: str = "cms"
    needling_with_97140: str = ""
    therapy_plan_modifier: str = ""
    # The practice's own choice instead of GA: "GA", "GX", or "" by the table. Not read from JSON.
    notice_modifier: str = ""
    agreement_signed_on: date | None = None
    organization_determination: str = ""
    claim_requested: bool = False


@dataclass(frozen=True, kw_only=True)
class Consent:
    signed_on: date | None = None
    expires_on: date | None = None  # the last good day
    withdrawn_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Abn:
    edition_expires: date | None = None
    signed_on: date | None = None
    option: int | None = None
    estimate: Decimal | None = None
    refused: bool = False
    witness: str = ""
    voluntary: bool = False


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A good-faith estimate."""

    given_on: date | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    code: str = ""
    minutes: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A line that somebody billed; it is only checked."""

    code: str = ""
    units: int = 1
    modifiers: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LowBack:
    """The claim to the national low-back benefit; the numbers count this session too."""

    session_number_90_days: int | None = None
    session_number_12_months: int | None = None
    improving: bool = False


@dataclass(frozen=True, kw_only=True)
class Visit:
    """All that is known of one visit; None is not given, and an empty block is given."""

    id: str | None = None
    date_of_service: date
    practice: Practice = Practice()
    provider: Provider | None = None
    patient: Patient | None = None
    coverage: Coverage | None = None
    consent: Consent | None = None
    abn: Abn | None = None
    estimate: Estimate | None = None
    needled: tuple[Needling, ...] = ()
    injected: tuple[Injection, ...] = ()
    services: tuple[Service, ...] = ()
    charged: tuple[Charge, ...] = ()
    # Suggested codes that whoever billed took off the bill. Not read from JSON.
    left_off: tuple[str, ...] = ()
    charge: Decimal | None = None
    diagnoses: tuple[str, ...] = ()
    low_back: LowBack | None = None
    note: NoteFacts | None = None
