"""Numbers that carry their own proof, and those that must keep a pattern."""

import re

from django.core.exceptions import ValidationError
from stdnum import luhn
from stdnum.us import ein

# Medicare Beneficiary Identifier: eleven places, letters without S L O I B Z.
# CMS, "Understanding the MBI format"; see docs/rules in a later issue for the citation.
_LETTER = "[AC-HJKMNP-RT-Y]"
_ALNUM = "[0-9AC-HJKMNP-RT-Y]"
MEDICARE_NUMBER = re.compile(
    f"[1-9]{_LETTER}{_ALNUM}[0-9]{_LETTER}{_ALNUM}[0-9]{_LETTER}{_LETTER}[0-9][0-9]"
)


def validate_npi(value: str) -> None:
    """An NPI is ten digits starting with 1 or 2 whose Luhn sum, taken over 80840 and it, holds."""
    if not re.fullmatch(r"[12][0-9]{9}", value) or not luhn.is_valid("80840" + value):
        raise ValidationError("This is not a valid NPI: check the ten digits.")


def validate_ein(value: str) -> None:
    if not ein.is_valid(value):
        raise ValidationError("Give the tax id as nine digits, such as 84-1234567.")


def normalise_medicare_number(value: str) -> str:
    """Upper case without the dashes and spaces that the card prints."""
    return re.sub(r"[\s-]", "", value).upper()


def validate_medicare_number(value: str) -> None:
    if not MEDICARE_NUMBER.fullmatch(value):
        raise ValidationError(
            "This does not have the pattern of a Medicare number: eleven places as on the card,"
            " such as 1EG4-TE5-MK73."
        )
