"""The ways into the audit log, all called where the thing is done."""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import timedelta

from django.db import models
from django.utils import timezone

from emr.models import AuditEntry, Patient, User

# So long what htmx loads into a page about a patient belongs to the reading that opened it.
ONE_READING = timedelta(hours=1)

# First and last name may be 301 letters together; the number beside them says who it was.
LONGEST_NAME = AuditEntry._meta.get_field("actor").max_length

# Set for each request by emr.http; a command or a job has none.
address: ContextVar[str | None] = ContextVar("address", default=None)


def record(
    verb: str, subject: models.Model, *, by: User, patient_id: int | None = None, **details
) -> AuditEntry:
    """Write down what `by` did to `subject`, in the caller's transaction.

    `details` hold numbers, dates and names of fields, never what was charted.
    """
    entry = _entry(verb, subject, by=by, patient_id=patient_id, details=details)
    entry.save(force_insert=True)
    return entry


def _entry(verb: str, subject: models.Model, *, by: User, patient_id: int | None, details: dict):
    return AuditEntry(
        at=timezone.now(),
        actor_id=by.pk,
        actor=str(by)[:LONGEST_NAME],
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


def rows_viewed(
    verb: str, subject: models.Model, *, by: User, rows: int, patient_ids: Iterable[int], part: str
) -> None:
    """Write down that rows of a table were shown: how many, and an entry for each patient of whom
    they tell."""
    patients = [
        _entry("viewed", subject, by=by, patient_id=each, details={"part": part})
        for each in sorted(patient_ids)
    ]
    table = _entry(verb, subject, by=by, patient_id=None, details={"rows": rows})
    AuditEntry.objects.bulk_create([table, *patients])


def opened(patient: Patient, *, request, part: str) -> None:
    """Write down that a page about a patient, or a part of one, is shown, whatever was asked for.

    A part for htmx belongs to the reading of its page, if the log has one: a header alone, which
    anybody can send, keeps no reading out of the log.
    """
    if not (request.htmx and _reads(request.user, patient, part)):
        viewed(patient, by=request.user, patient_id=patient.pk, part=part)


def _reads(user: User, patient: Patient, part: str) -> bool:
    return AuditEntry.objects.filter(
        verb="viewed",
        actor_id=user.pk,
        patient_id=patient.pk,
        at__gt=timezone.now() - ONE_READING,
        details__part__in=["chart", part],
    ).exists()


def searched(*, by: User, hits: int) -> None:
    """Write down that a search showed patients: how many, never what was typed."""
    if hits:
        record("searched patients", by, by=by, hits=hits)
