"""What a claim lacks: a name for it, a sentence, and where it is mended."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError

from billing.claim_files.segments import digits, plain, strange_letters
from billing.claim_files.shared_segments import street_lines
from billing.claim_files.values import Address

LONGEST_CITY = 30


class About(StrEnum):
    """Whose record it is mended in."""

    PRACTICE = "practice"
    CLINICIAN = "clinician"
    PATIENT = "patient"
    COVERAGE = "coverage"
    PAYER = "payer"
    OTHER_COVERAGE = "other coverage"
    OTHER_PAYER = "other payer"
    CLAIM = "claim"
    CHARGES = "charges"
    SUBMITTER = "submitter"


@dataclass(frozen=True)
class Problem:
    """`only_in_a_file`: the claim may still go on paper."""

    code: str
    about: About
    message: str
    only_in_a_file: bool = False


def passes(validate: Callable[[str], None], value: str) -> bool:
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def unwritable(about: About, whose: str, **texts: str) -> list[Problem]:
    """A problem for each text whose letters no claim file knows, such as Greek ones."""
    return [
        Problem(
            f"{about}-letters",
            about,
            f"The {what.replace('_', ' ')} of {whose} has letters that a claim cannot hold"
            f" ({strange_letters(text)}). Write it in the letters A to Z.",
        )
        for what, text in texts.items()
        if strange_letters(text)
    ]


def address_problems(about: About, whose: str, address: Address, *, nine: bool) -> list[Problem]:
    """Whether an address can be written; `nine` asks for all nine digits of the ZIP code."""
    if not address.complete:
        sentence = f"The address of {whose} is not complete: street, city, state and ZIP code."
        return [Problem(f"{about}-address", about, sentence)]
    problems = unwritable(about, whose, street=address.street, city=address.city)
    if len(street_lines(address.street)) > 2:
        sentence = f"The street of {whose} is too long for a claim: shorten it to 100 letters."
        problems.append(Problem(f"{about}-street-long", about, sentence))
    if len(plain(address.city)) > LONGEST_CITY:
        sentence = f"The city of {whose} is longer than {LONGEST_CITY} letters: shorten it."
        problems.append(Problem(f"{about}-city-long", about, sentence))
    known = len(digits(address.postal_code))
    if nine and known != 9:
        sentence = f"A claim asks for all nine digits of the ZIP code of {whose}, as in 80521-1402."
        problems.append(Problem(f"{about}-zip", about, sentence))
    elif known not in (5, 9):
        sentence = f"The ZIP code of {whose} has five digits, or nine."
        problems.append(Problem(f"{about}-zip", about, sentence))
    return problems
