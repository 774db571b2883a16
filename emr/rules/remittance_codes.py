"""What the codes of a remittance mean, in our own words: groups, reasons (CARC) and remarks (RARC).

The wording of the code lists is their owners' and stands nowhere here. Sources: docs/rules/denials.md#codes
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from emr.rules.tables import rows_of

CodeKind = Literal["GROUP", "CARC", "RARC"]


@dataclass(frozen=True, kw_only=True)
class RemittanceCode:
    kind: str
    code: str
    gist: str
    medicare_effect: str  # what usually follows for a needling line billed to Medicare
    note: str
    about: str  # what it speaks of, such as "necessity"; docs/rules/denials.md#codes
    next_step: str  # a key of denials.NEXT_STEPS, or "" where the code asks for none
    source: str


@cache
def remittance_codes() -> tuple[RemittanceCode, ...]:
    """Every code on record, in the order of the table."""
    return tuple(RemittanceCode(**row) for row in rows_of("remittance_codes.csv"))


def find_code(kind: CodeKind, code: str) -> RemittanceCode | None:
    """The code of a remittance, whatever its case; None for one that we do not know."""
    return _codes().get((kind, folded(code)))


def code_gist(kind: CodeKind, code: str) -> str:
    """Our words for the code; empty for one that we do not know."""
    found = find_code(kind, code)
    return found.gist if found else ""


def folded(code: str) -> str:
    return code.strip().upper()


@cache
def _codes() -> dict[tuple[str, str], RemittanceCode]:
    return {(each.kind, each.code): each for each in remittance_codes()}
