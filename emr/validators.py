"""Numbers that carry their own proof, those that must keep a pattern, and names."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from stdnum import luhn
from stdnum.us import ein

# Medicare Beneficiary Identifier: eleven places, letters without S L O I B Z.
# Source: CMS, "Understanding the MBI format".
_LETTER = "[AC-HJKMNP-RT-Y]"
_ALNUM = "[0-9AC-HJKMNP-RT-Y]"
MEDICARE_NUMBER = re.compile(
    f"[1-9]{_LETTER}{_ALNUM}[0-9]{_LETTER}{_ALNUM}[0-9]{_LETTER}{_LETTER}[0-9][0-9]"
)


def validate_person_name(value: str) -> None:
    """A letter at least, and nothing that hides: no control, no turned direction, no zero width.

    The joiners inside words that some scripts are written with stay between two letters.
    """
    if not any(unicodedata.category(sign).startswith("L") for sign in value):
        raise ValidationError("Give a name with at least one letter.")
    if any(unicodedata.category(sign) in _HIDDEN for sign in _JOINER.sub("", value)):
        raise ValidationError("This has signs in it that nobody can see. Type it instead.")


# Control, format, private, half a letter, line and paragraph ends.
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# Persian and the scripts of India write these two inside a word; between other letters they hide.
_WRITTEN = "\u0600-\u06ff\u0900-\u0dff"
_JOINER = re.compile(f"(?<=[{_WRITTEN}])[\u200c\u200d](?=[{_WRITTEN}])")


def validate_npi(value: str) -> None:
    """An NPI is ten digits starting with 1 or 2 whose Luhn sum, taken over 80840 and it, holds."""
    if not re.fullmatch(r"[12][0-9]{9}", value) or not luhn.is_valid("80840" + value):
        raise ValidationError("This is not a valid NPI: check the ten digits.")


def validate_taxonomy(value: str) -> None:
    """Ten signs, the last an X, as NUCC's list of provider taxonomy codes has them."""
    if not re.fullmatch(r"[0-9A-Z]{9}X", value):
        raise ValidationError("Give a taxonomy code of ten signs, such as 225100000X.")


def validate_ein(value: str) -> None:
    if not ein.is_valid(value):
        raise ValidationError("Give the tax id as nine digits, such as 84-1234567.")


# As long as the numbers of payment cards are, however they are grouped.
_LIKE_A_CARD = re.compile(r"(?<!\d)(?:\d[ .-]?){12,18}\d(?!\d)")


def validate_no_card_number(value: str) -> None:
    """Refuses what may be the number of a payment card, which must not be kept anywhere."""
    for found in _LIKE_A_CARD.findall(value):
        if luhn.is_valid(re.sub(r"[ .-]", "", found)):
            raise ValidationError(
                "This looks like a card number, which is never kept: give the number of the slip."
            )


def normalise_medicare_number(value: str) -> str:
    """Upper case without the dashes and spaces that the card prints."""
    return re.sub(r"[\s-]", "", value).upper()


def validate_medicare_number(value: str) -> None:
    if not MEDICARE_NUMBER.fullmatch(value):
        raise ValidationError(
            "This does not have the pattern of a Medicare number: eleven places as on the card,"
            " such as 1EG4-TE5-MK73."
        )
