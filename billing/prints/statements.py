"""The statement of a patient's account, set anew each time."""

from datetime import date

from billing.review.accounts import account_of, entries_of
from billing.review.letterhead import head_of
from emr import documents
from emr.models import Patient, Practice


def statement_pdf(patient: Patient, *, practice: Practice, day: date) -> bytes:
    """The patient's own column; what lies with payers is one sum."""
    context = {
        "says": {"practice": head_of(practice)},
        "patient": patient,
        "account": account_of(patient),
        "entries": [each for each in entries_of(patient) if each.patient is not None],
        "day": day,
    }
    return documents.render("billing/pdf/statement.html", context)
