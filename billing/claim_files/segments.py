"""Segments of an X12 file: its separators, its letters, its numbers and its days."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

ELEMENT, PART, REPEAT, END = "*", ":", "^", "~"

# The basic set of X12 (appendix B of the guide) without what separates here.
_BASIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"&'()+,-./;?= ")
# Letters that are no base letter with an accent, and signs that a keyboard writes in its own way.
_PLAIN = str.maketrans(
    {
        "Ø": "O",
        "Ł": "L",
        "Đ": "D",
        "Ð": "D",
        "Þ": "TH",
        "Æ": "AE",
        "Œ": "OE",
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
    }
)


def plain(text: str, most: int | None = None) -> str:
    """Capitals without accents; what X12 does not know or separates by becomes a space.

    Cut to `most` signs where the guide gives a field no more.
    """
    known = "".join(sign if sign in _BASIC else " " for sign in _folded(text))
    return " ".join(known.split())[:most].rstrip()


def strange_letters(text: str) -> str:
    """The letters that no capital of the alphabet stands for, as of another script."""
    return "".join(sign for sign in _folded(text) if sign not in _BASIC and sign.isalpha())


def _folded(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.upper().translate(_PLAIN)).upper()
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def number(amount: Decimal) -> str:
    """65 for 65.00 and 65.5 for 65.50: no zero at the end, as the standard asks."""
    written = f"{amount:.2f}".rstrip("0").rstrip(".")
    return written or "0"


def day(value: date) -> str:
    return f"{value:%Y%m%d}"


def segment(name: str, *elements: str) -> str:
    """Elements in their order; empty ones at the end are left off."""
    return ELEMENT.join([name, *elements]).rstrip(ELEMENT) + END


def composite(*parts: str) -> str:
    return PART.join(parts).rstrip(PART)
