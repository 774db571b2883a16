"""A remittance in plain values, the same whether it came in a file or was typed in by hand.

Amounts are dollars to the cent, and keep the sign that the payer gave them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REVERSAL = "22"  # CLP02: takes back an earlier answer
FORWARDED = {
    "19": "Processed as primary, forwarded",
    "20": "Processed as secondary, forwarded",
    "21": "Processed as tertiary, forwarded",
}
STATUSES = FORWARDED | {
    "1": "Processed as primary",
    "2": "Processed as secondary",
    "3": "Processed as tertiary",
    "4": "Denied",
    REVERSAL: "Takes back an earlier payment",
    "23": "Not this payer's claim, forwarded",
    "25": "Predetermination only",
}
PREDETERMINED = "25"  # a price told beforehand; nothing is paid or refused by it


@dataclass(frozen=True, kw_only=True)
class AdjustmentSaid:
    """A group, a reason (CARC) and the amount that was not paid for it."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class LineSaid:
    """`code` and `modifiers` are those of the claim, even if the payer paid by others."""

    code: str
    charge: Decimal
    paid: Decimal
    modifiers: str = ""  # GA GP
    units: Decimal = Decimal(1)
    service_on: date | None = None
    line_control_number: str = ""
    adjustments: tuple[AdjustmentSaid, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClaimSaid:
    """What is said of one claim; its own adjustments and remarks are those of no line."""

    control_number: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal = Decimal(0)
    payer_control_number: str = ""
    patient_name: str = ""
    lines: tuple[LineSaid, ...] = ()
    adjustments: tuple[AdjustmentSaid, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_reversal(self) -> bool:
        return self.status == REVERSAL


@dataclass(frozen=True, kw_only=True)
class ProviderAdjustmentSaid:
    """Of the whole remittance: above zero it was held back, below zero it was added."""

    reason: str
    amount: Decimal
    identifier: str = ""


@dataclass(frozen=True, kw_only=True)
class RemittanceSaid:
    payer_name: str
    payer_identifier: str
    trace_number: str
    method: str  # CHK, ACH, NON
    paid_on: date
    amount: Decimal
    claims: tuple[ClaimSaid, ...] = ()
    provider_adjustments: tuple[ProviderAdjustmentSaid, ...] = ()
