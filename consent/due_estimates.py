"""By when a good-faith estimate must be given, counted in business days of the United States."""

from dataclasses import dataclass
from datetime import date

import holidays
from django.utils import timezone

from consent.models import Kind, Notice
from emr.models import AuditEntry, Visit
from emr.rules.calendar_days import business_days_after
from emr.rules.estimates import due_on

# Grows by itself with the years that are asked for.
FEDERAL = holidays.country_holidays("US")


@dataclass(frozen=True, kw_only=True)
class DueClock:
    """The last good day; `days_left` are business days, below zero when it is too late."""

    due_on: date
    days_left: int

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


def clock_of(notice: Notice, *, today: date) -> DueClock | None:
    """Of an estimate that was not given yet; None where none is owed by a day."""
    if notice.kind != Kind.ESTIMATE:
        return None
    asked_on = None if notice.visit else timezone.localdate(notice.drafted_at)
    return clock_for(notice.visit, asked_on=asked_on, today=today)


def clock_for(visit: Visit | None, *, asked_on: date | None, today: date) -> DueClock | None:
    """Without a visit it counts from the day on which the patient asked."""
    if visit is None and asked_on is None:
        return None
    service_on = visit.date_of_service if visit else asked_on
    due = due_on(
        scheduled_on=scheduled_on(visit) if visit else service_on,
        service_on=service_on,
        requested_on=asked_on,
        holidays=FEDERAL,
    )
    return due and DueClock(due_on=due, days_left=business_days_between(today, due))


def scheduled_on(visit: Visit) -> date:
    """The day on which the visit was put into the schedule, as the audit log has it."""
    added = AuditEntry.objects.filter(
        patient_id=visit.patient_id,
        verb="visit added",
        subject_type="emr.Visit",
        subject_id=str(visit.pk),
    )
    at = added.values_list("at", flat=True).first()
    return timezone.localdate(at) if at else visit.date_of_service


def business_days_between(start: date, end: date) -> int:
    """Business days after one day up to another; below zero when that one is past."""
    if end < start:
        return -business_days_between(end, start)
    count = 0
    while business_days_after(start, count=count + 1, holidays=FEDERAL) <= end:
        count += 1
    return count
