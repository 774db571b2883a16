"""The receipt of a payment."""

from datetime import datetime
from decimal import Decimal

from billing.models import Payment
from billing.prints.sealed import Sealed, seal
from billing.review.letterhead import head_of
from emr.models import Document, Patient, Practice, User, Visit

TEMPLATE = "billing/pdf/receipt.html"


def receipt_of(
    *,
    patient: Patient,
    amount: Decimal,
    method: Payment.Method,
    reference: str,
    visit: Visit | None,
    in_advance: bool,
    owed_elsewhere: Decimal,
    practice: Practice,
    at: datetime,
    by: User,
) -> Sealed:
    """Of `amount`, `owed_elsewhere` pays what the account owes beside the visit."""
    says = {
        "practice": head_of(practice),
        "patient": {
            "name": str(patient),
            "birth_date": patient.birth_date.isoformat(),
            "record_number": patient.record_number,
        },
        "amount": str(amount),
        "method": Payment.Method(method).label,
        "reference": reference,
        "for": None
        if visit is None
        else {
            "day": visit.date_of_service.isoformat(),
            "provider": str(visit.provider),
            "in_advance": in_advance,
            "of_visit": str(amount - owed_elsewhere),
            "owed_elsewhere": str(owed_elsewhere) if owed_elsewhere else "",
        },
        "received_at": at.astimezone(practice.zone).isoformat(),
        "received_by": str(by),
    }
    return seal(Document.Kind.RECEIPT, says, template=TEMPLATE, practice=practice, at=at)
