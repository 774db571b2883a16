"""A line to charge, suggested or chosen, and the lines that a charge sheet keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.models import ChargeSheet
from billing.review.pricing import NOTHING
from emr.rules.code_labels import label_of
from emr.rules.line_modifiers import Reason


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line to charge: pointers are places in the list of diagnoses, counted from one."""

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    fee: Decimal | None = None
    flat: bool = False
    amount: Decimal | None = None
    to_patient: bool = False  # on no claim
    reasons: tuple[Reason, ...] = ()

    @property
    def label(self) -> str:
        return label_of(self.code)

    @property
    def says(self) -> tuple:
        """What stands on a claim, the money and the reasons apart."""
        return (self.code, self.units, self.modifiers, self.pointers)

    def as_dict(self) -> dict:
        """As a charge sheet keeps it."""
        return {
            "code": self.code,
            "units": self.units,
            "modifiers": list(self.modifiers),
            "pointers": list(self.pointers),
            "fee": None if self.fee is None else str(self.fee),
            "amount": None if self.amount is None else str(self.amount),
            "flat": self.flat,
            "to_patient": self.to_patient,
            "reasons": [vars(reason) for reason in self.reasons],
        }


def lines_of(sheet: ChargeSheet) -> tuple[Line, ...]:
    """The charged lines of a sheet, with what they cost then and the reasons of that day."""
    reasons = {
        says_of(each): tuple(Reason(**reason) for reason in each["reasons"])
        for each in sheet.suggestion
    }
    lines = [
        Line(
            code=charge.code,
            units=charge.units,
            modifiers=tuple(charge.modifiers.split()),
            pointers=tuple(map(int, charge.pointers.split())),
            fee=charge.fee,
            flat=charge.flat,
            amount=charge.amount,
            to_patient=charge.to_patient,
        )
        for charge in sheet.charges.all()
    ]
    return tuple(replace(line, reasons=reasons.get(line.says, ())) for line in lines)


def total_of(lines: Sequence[Line]) -> Decimal | None:
    """None where a price is missing."""
    amounts = [line.amount for line in lines]
    return None if None in amounts else sum(amounts, NOTHING)


def says_of(kept: dict) -> tuple:
    """What a line says, of one that a sheet keeps beside its charges."""
    return (kept["code"], kept["units"], tuple(kept["modifiers"]), tuple(kept["pointers"]))
