"""Whether a patient's informed consent stands on a day, and which of their answers says so.

Sources and our choices: docs/rules/consent.md
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from emr.rules.calendar_days import months_after
from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding

SOURCE = "docs/rules/consent.md#in-force"


class Status(StrEnum):
    IN_FORCE = "in_force"
    MISSING = "missing"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer of the patient: a signature, or that they declined."""

    signed_on: date  # or declined on
    expires_on: date | None = None  # the last good day
    withdrawn_on: date | None = None
    declined: bool = False
    superseded_on: date | None = None  # from this day on a newer version must be signed instead
    # The caller's own number of the answer; of two on one day, the higher came later.
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A status, and the answer on which it rests; None where there is no answer yet."""

    status: Status
    given: Given | None = None


def consent_status(given: Collection[Given], *, day: date) -> Status:
    """How the patient's consent stands on a day: their latest word counts."""
    return standing(given, day=day).status


def standing(given: Collection[Given], *, day: date) -> Standing:
    """The status on a day with the answer that decided it; what came later is not known yet."""
    heard = sorted((each for each in given if each.signed_on <= day), key=_when)
    if not heard:
        return Standing(status=Status.MISSING)
    withdrawn = _last_withdrawn(heard, day)
    if withdrawn is not None and _takes_back(withdrawn, heard[-1]):
        return Standing(status=Status.WITHDRAWN, given=withdrawn)
    if heard[-1].declined:
        return Standing(status=Status.DECLINED, given=heard[-1])
    return _standing_of_signed(_signed_since_last_no(heard, withdrawn), day)


def expires_on(signed_on: date, *, months: int | None) -> date | None:
    """The last good day of a consent; None where the practice lets none run out."""
    return None if months is None else months_after(signed_on, months=months)


def find_consent_problems(visit: Visit) -> list[Finding]:
    """Why no consent stands on the date of service."""
    consent, day = visit.consent, visit.date_of_service
    if consent is None or consent.signed_on is None:
        return [_problem("consent-missing", "Have the informed consent signed before needling.")]
    if consent.signed_on > day:
        message = f"Look for an earlier consent: this one was signed on {consent.signed_on}."
        return [_problem("consent-missing", message)]
    findings = []
    if consent.expires_on is not None and consent.expires_on < day:
        message = f"Have the consent signed anew: it ran out on {consent.expires_on}."
        findings.append(_problem("consent-expired", message))
    withdrawn_on = consent.withdrawn_on
    # A withdrawal before the signature took back an earlier consent.
    if withdrawn_on is not None and consent.signed_on <= withdrawn_on <= day:
        message = f"Do not needle or bill: the consent was withdrawn on {withdrawn_on}."
        findings.append(_problem("consent-withdrawn", message))
    return findings


def _when(given: Given) -> tuple[date, int, bool]:
    """The order of answers; without keys, declining comes after signing on the same day."""
    return given.signed_on, given.key, given.declined


def _last_withdrawn(heard: list[Given], day: date) -> Given | None:
    by_day = [
        (each.withdrawn_on, each.key, each)
        for each in heard
        if each.withdrawn_on is not None and each.withdrawn_on <= day
    ]
    return max(by_day, key=lambda row: row[:2])[2] if by_day else None


def _takes_back(withdrawn: Given, other: Given) -> bool:
    """Whether a withdrawal reaches an answer: all up to its day, but what came later on it."""
    if other.signed_on == withdrawn.withdrawn_on:
        return other.key <= withdrawn.key
    return withdrawn.withdrawn_on is not None and other.signed_on < withdrawn.withdrawn_on


def _signed_since_last_no(heard: list[Given], withdrawn: Given | None) -> list[Given]:
    """The signatures after the last withdrawal and after the patient last declined."""
    signed: list[Given] = []
    for each in heard:
        if each.declined or (withdrawn is not None and _takes_back(withdrawn, each)):
            signed.clear()
        else:
            signed.append(each)
    return signed


def _standing_of_signed(signed: list[Given], day: date) -> Standing:
    """The status by the signatures that stand, at least one, the latest last."""
    unexpired = [each for each in signed if each.expires_on is None or day <= each.expires_on]
    good = [each for each in unexpired if each.superseded_on is None or day < each.superseded_on]
    if good:
        return Standing(status=Status.IN_FORCE, given=good[-1])
    if unexpired:
        return Standing(status=Status.SUPERSEDED, given=unexpired[-1])
    return Standing(status=Status.EXPIRED, given=signed[-1])


def _problem(code: str, message: str) -> Finding:
    return finding(code, subject="consent", message=message, source=SOURCE)
