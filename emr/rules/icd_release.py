"""The diagnosis codes of the installed ICD-10-CM release: which exist, and which lie below a header.

Where the list comes from, and how it is read: docs/rules/diagnoses.md#release
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import find_spec
from itertools import groupby, pairwise
from pathlib import Path

LIBRARY = "simple_icd_10_cm"
CODE_LIST = "code-list-April-2026.txt"

# The release's year; the next list comes with the next release of the library.
FIRST_DAY = date(2025, 10, 1)
LAST_DAY = date(2026, 9, 30)

CATEGORY_LENGTH = 3

_CODE = re.compile(r"([A-Z][0-9A-Z]{2})\.?([0-9A-Z]{0,4})")


def plain_code(text: str) -> str:
    """The code without dot, in capitals; empty for what cannot be a code."""
    match = _CODE.fullmatch(text.strip().upper())
    return match[1] + match[2] if match else ""


def dotted(plain: str) -> str:
    """A code as people write it: M54.50."""
    category, rest = plain[:CATEGORY_LENGTH], plain[CATEGORY_LENGTH:]
    return f"{category}.{rest}" if rest else category


def is_in_release(plain: str) -> bool:
    """Whether it is a code of the release, be it a leaf or a header."""
    return plain in codes_of_category(plain[:CATEGORY_LENGTH])


def leaves_below(plain: str) -> list[str]:
    """The billable codes below a header, in the order of the release; none for a leaf.

    What is no code itself may have leaves too, such as S161XX, which lacks its seventh character.
    """
    below = [
        code
        for code in codes_of_category(plain[:CATEGORY_LENGTH])
        if code.startswith(plain) and code != plain
    ]
    # Each header stands right before what lies below it.
    return [code for code, following in pairwise([*below, ""]) if not following.startswith(code)]


def codes_of_category(category: str) -> list[str]:
    """Every code of a category of three characters, headers included; empty for no category."""
    return _codes_by_category().get(category, "").split()


@cache
def _codes_by_category() -> dict[str, str]:
    """Joined again, for a hundred thousand strings would take ten times the memory."""
    codes = sorted(set(_codes()))
    return {
        category: " ".join(group)
        for category, group in groupby(codes, key=lambda code: code[:CATEGORY_LENGTH])
    }


def _codes() -> Iterator[str]:
    """The lines of the list that are codes: chapters are numbers and sections hold a hyphen."""
    lines = code_list().read_text(encoding="ascii").split()
    return (line for line in lines if line[0].isalpha() and "-" not in line)


def code_list() -> Path:
    """The file in the installed library; importing that would read ten megabytes for a second."""
    library = find_spec(LIBRARY)
    return Path(library.origin).parent / "data" / CODE_LIST
