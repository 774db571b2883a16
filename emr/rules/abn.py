"""What an ABN must hold, how far its price reaches, and when it stops covering a visit.

Sources and our choices: docs/rules/abn.md
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from emr.rules.calendar_days import MONTHS_IN_A_YEAR, months_after
from emr.rules.folding import says_something, words

# A charge may lie above the estimate by the greater of the two.
TOLERANCE_AMOUNT = Decimal(100)
TOLERANCE_SHARE = Decimal("0.25")  # of the charge

RENEWAL_MONTHS = MONTHS_IN_A_YEAR
LEAST_PHONE_DIGITS = 7
LEAST_LETTERS = 3  # of a word that tells a patient something


def exceeds_tolerance(*, estimate: Decimal, charge: Decimal) -> bool:
    """Whether a charge is too far above its estimate; below it, no distance is too far."""
    return charge - estimate > max(TOLERANCE_AMOUNT, TOLERANCE_SHARE * charge)


@dataclass(frozen=True, kw_only=True)
class BlankLine:
    """One row of the blanks D, E and F."""

    service: str = ""
    reason: str = ""
    estimate: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Blanks:
    """What the practice fills in before the patient sees the form: blanks A to F."""

    notifier_name: str = ""
    notifier_address: str = ""
    notifier_phone: str = ""
    patient_name: str = ""
    identification: str = ""
    lines: tuple[BlankLine, ...] = ()
    repetitive: bool = False  # a course of visits
    frequency: str = ""
    duration: str = ""


@dataclass(frozen=True, kw_only=True)
class BlankProblem:
    blank: str  # "A" to "F"
    line: int | None  # index of the row in blanks D, E and F
    message: str


OUR_NUMBER_ONLY = (
    "Use your own record number or leave it empty: a Medicare or social security number must never"
    " stand here."
)

# The Medicare number has eleven places, its letters never S, L, O, I, B or Z (CMS, MBI format).
_LETTER = "[AC-HJKMNP-RT-Y]"
_LETTER_OR_DIGIT = "[0-9AC-HJKMNP-RT-Y]"
_MEDICARE_PLACES = (
    "[1-9]",
    _LETTER,
    _LETTER_OR_DIGIT,
    "[0-9]",
    _LETTER,
    _LETTER_OR_DIGIT,
    "[0-9]",
    _LETTER,
    _LETTER,
    "[0-9]",
    "[0-9]",
)
_MEDICARE_NUMBER = re.compile("-?".join(_MEDICARE_PLACES))
# Numbers that were never given out stay free for a practice's own use.
_SOCIAL_SECURITY_NUMBER = re.compile(
    "(?<![0-9])(?!000|666|9)[0-9]{3}-?(?!00)[0-9]{2}-?(?!0000)[0-9]{4}(?![0-9])"
)

_CODE_WORDS = frozenset({"cpt", "code", "codes", "hcpcs", "procedure", "service", "services"})

# A reason of these words alone could stand for any service, so it gives none.
_IDLE_WORDS_BY_USE = {
    "who and what": "medicare insurance plan payer it this that these you your we service services item"
    " items treatment treatments procedure visit care dry needling cpt",
    "that it is not paid": "pay pays paid paying cover covers covered coverage noncovered non deny"
    " denies denied denial reimburse reimbursed approve approved benefit exclude excludes excluded bill billed",
    "that it is not needed": "medically medical necessary unnecessary necessity reasonable needed",
    "how surely": "may might could will would wont can cannot does do doesnt did not never no likely"
    " unlikely probably possibly always usually generally expect expected expects to be is are was",
    "between words": "a an and as because by for from in of on or the under with if reason reasons"
    " unknown other see above none na n",
}
_IDLE_WORDS = frozenset(" ".join(_IDLE_WORDS_BY_USE.values()).split())


def find_blank_problems(blanks: Blanks) -> list[BlankProblem]:
    """What keeps the notice from being given out, in the order of the form."""
    return [
        *_notifier_problems(blanks),
        *_patient_problems(blanks),
        *_service_problems(blanks),
        *_reason_problems(blanks),
        *_estimate_problems(blanks),
    ]


def holds_government_number(text: str) -> bool:
    """Whether a Medicare or social security number stands anywhere in it, however it is parted."""
    plain = unicodedata.normalize("NFKC", text).upper()
    joined = "".join(sign if sign.isalnum() else " " for sign in plain)
    parted = "-".join(joined.split())
    return bool(_MEDICARE_NUMBER.search(parted) or _SOCIAL_SECURITY_NUMBER.search(parted))


def _notifier_problems(blanks: Blanks) -> list[BlankProblem]:
    digits = sum(sign.isdigit() for sign in blanks.notifier_phone)
    filled = {
        "Give the practice's name.": says_something(blanks.notifier_name),
        "Give the practice's address.": says_something(blanks.notifier_address),
        "Give the practice's phone number.": digits >= LEAST_PHONE_DIGITS,
    }
    return [_problem("A", message) for message, good in filled.items() if not good]


def _patient_problems(blanks: Blanks) -> list[BlankProblem]:
    problems = []
    if not says_something(blanks.patient_name):
        problems.append(_problem("B", "Give the patient's name as on the Medicare card."))
    if holds_government_number(blanks.identification):
        problems.append(_problem("C", OUR_NUMBER_ONLY))
    return problems


def _service_problems(blanks: Blanks) -> list[BlankProblem]:
    problems = [
        _problem("D", "Name the service in plain words; a code alone tells a patient nothing.", row)
        for row, line in enumerate(blanks.lines)
        if not _names_a_service(line.service)
    ]
    if not blanks.lines:
        problems.append(_problem("D", "List at least one service."))
    if blanks.repetitive and not says_something(blanks.frequency):
        problems.append(_problem("D", "Say how often the visits are, such as once a week."))
    if blanks.repetitive and not says_something(blanks.duration):
        problems.append(_problem("D", "Say how long the course lasts, such as 8 weeks."))
    return problems


def _reason_problems(blanks: Blanks) -> list[BlankProblem]:
    return [
        _problem(
            "E",
            "Say why Medicare is expected not to pay for this service for this patient; that it"
            " may not be covered is no reason."
            if says_something(line.reason)
            else "Give the reason why Medicare may not pay for this service.",
            row,
        )
        for row, line in enumerate(blanks.lines)
        if _IDLE_WORDS.issuperset(words(line.reason))
    ]


def _estimate_problems(blanks: Blanks) -> list[BlankProblem]:
    return [
        _problem("F", "Give the estimated price, above zero.", row)
        for row, line in enumerate(blanks.lines)
        if line.estimate is None or not line.estimate.is_finite() or line.estimate <= 0
    ]


def _names_a_service(text: str) -> bool:
    telling = [word for word in words(text) if word not in _CODE_WORDS]
    return any(len(word) >= LEAST_LETTERS and word.isalpha() for word in telling)


def _problem(blank: str, message: str, line: int | None = None) -> BlankProblem:
    return BlankProblem(blank=blank, line=line, message=message)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a signed notice covers; None is no limit, and of coverage that none was on file."""

    signed_on: date
    ends_on: date | None = None  # the last good day
    visits: int | None = None
    codes: frozenset[str] = frozenset()
    coverage: int | None = None  # which coverage, by its id


LapseReason = Literal[
    "not-yet", "coverage-changed", "service-changed", "course-ended", "visits-used", "too-old"
]


@dataclass(frozen=True, kw_only=True)
class Lapse:
    reason: LapseReason
    message: str


def find_lapse(
    agreed: Agreed,
    *,
    day: date,
    visits_before: int,
    codes: Collection[str],
    coverage: int | None,
    most_months: int | None = None,
) -> Lapse | None:
    """Why a signed notice does not cover a visit; None where it does.

    `visits_before` counts the visits that the notice covered before this one. `most_months` is for
    estimates, which end with the day before so many have passed; no birthday ends an ABN.
    """
    if day < agreed.signed_on:
        return Lapse(
            reason="not-yet",
            message=f"This notice was signed on {agreed.signed_on}, after the visit:"
            " it cannot cover it.",
        )
    if coverage != agreed.coverage:
        return Lapse(
            reason="coverage-changed",
            message="The coverage has changed since this notice was signed:"
            " choose the notice anew.",
        )
    unlisted = sorted(set(codes) - agreed.codes)
    if unlisted:
        return Lapse(
            reason="service-changed",
            message=f"This notice does not list {' and '.join(unlisted)}:"
            " have a new one signed that does.",
        )
    if agreed.ends_on is not None and day > agreed.ends_on:
        return Lapse(
            reason="course-ended",
            message=f"The course that this notice covers ended on {agreed.ends_on}:"
            " have a new one signed.",
        )
    if agreed.visits is not None and visits_before >= agreed.visits:
        return Lapse(
            reason="visits-used",
            message=f"No visit is left of the {agreed.visits} that this notice covers:"
            " have a new one signed.",
        )
    if most_months is not None and day >= months_after(agreed.signed_on, months=most_months):
        return Lapse(
            reason="too-old",
            message=f"This notice was given on {agreed.signed_on} and holds {most_months} months:"
            " give a new one.",
        )
    return None


def is_due_for_renewal(agreed: Agreed, *, day: date) -> bool:
    """Whether twelve months have passed; only a reminder, for the notice stays good."""
    return day >= months_after(agreed.signed_on, months=RENEWAL_MONTHS)
