"""The two ways into the audit log, both called where the thing is done."""

from contextvars import ContextVar

from django.db import models
from django.utils import timezone

from emr.models import AuditEntry, User

# Set for each request by emr.http; a command or a job has none.
address: ContextVar[str | None] = ContextVar("address", default=None)


def record(
    verb: str, subject: models.Model, *, by: User, patient_id: int | None = None, **details
) -> AuditEntry:
    """Write down what `by` did to `subject`, in the caller's transaction.

    `details` hold numbers, dates and names of fields, never what was charted.
    """
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor_id=by.pk,
        actor=str(by),
        verb=verb,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        patient_id=patient_id,
        address=address.get(),
        details=details,
    )


def viewed(subject: models.Model, *, by: User, patient_id: int, **details) -> AuditEntry:
    """Write down that somebody read a chart, a note or a document: reading is an event too."""
    return record("viewed", subject, by=by, patient_id=patient_id, **details)
