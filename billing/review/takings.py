"""What came in and went out at the desk on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.models import Payment, Refund
from billing.review.accounts import NOTHING
from emr.models import Patient, User


@dataclass(frozen=True, kw_only=True)
class Taking:
    """A payment (+) or a refund (−)."""

    payment: Payment
    patient: Patient
    amount: Decimal
    method: str
    reference: str
    at: datetime
    by: User
    reason: str = ""

    @property
    def is_refund(self) -> bool:
        return self.amount < NOTHING

    @property
    def method_label(self) -> str:
        return Payment.Method(self.method).label


@dataclass(frozen=True, kw_only=True)
class Takings:
    rows: Sequence[Taking]

    @property
    def by_method(self) -> list[tuple[str, Decimal]]:
        """Each way with what it came to, refunds taken off."""
        return [
            (method.label, sum((r.amount for r in self.rows if r.method == method), NOTHING))
            for method in Payment.Method
        ]

    @property
    def total(self) -> Decimal:
        return sum((row.amount for row in self.rows), NOTHING)


def takings_of(day: date) -> Takings:
    """Of one day, in the order in which they happened."""
    payments = Payment.objects.filter(received_on=day).select_related("patient", "received_by")
    refunds = Refund.objects.filter(refunded_on=day).select_related(
        "payment__patient", "refunded_by"
    )
    rows = [
        Taking(
            payment=each,
            patient=each.patient,
            amount=each.amount,
            method=each.method,
            reference=each.reference,
            at=each.received_at,
            by=each.received_by,
        )
        for each in payments
    ]
    rows += [
        Taking(
            payment=each.payment,
            patient=each.payment.patient,
            amount=-each.amount,
            method=each.method,
            reference=each.reference,
            at=each.refunded_at,
            by=each.refunded_by,
            reason=each.reason,
        )
        for each in refunds
    ]
    return Takings(rows=sorted(rows, key=lambda row: row.at))
