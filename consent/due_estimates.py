"""By when a good-faith estimate must be given, counted in business days of the United States."""

from collections.abc import Sequence
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
    if visit is None:
        return _clock(asked_on, scheduled_on=asked_on, asked_on=asked_on, today=today)
    scheduled_on = scheduled_days([visit])[visit.pk]
    return _clock(visit.date_of_service, scheduled_on=scheduled_on, asked_on=asked_on, today=today)


def clocks_of(visits: Sequence[Visit], *, today: date) -> dict[int, DueClock | None]:
    """By visit; for those of whom nobody asked, so that the day of scheduling alone counts."""
    scheduled = scheduled_days(visits)
    return {
        visit.pk: _clock(
            visit.date_of_service, scheduled_on=scheduled[visit.pk], asked_on=None, today=today
        )
        for visit in visits
    }


def _clock(service_on: date, *, scheduled_on: date, asked_on: date | None, today: date):
    due = due_on(
        scheduled_on=scheduled_on, service_on=service_on, requested_on=asked_on, holidays=FEDERAL
    )
    return due and DueClock(due_on=due, days_left=business_days_between(today, due))


def scheduled_days(visits: Sequence[Visit]) -> dict[int, date]:
    """When each visit was put into the schedule, as the audit log has it; else its own day."""
    added = AuditEntry.objects.filter(
        verb="visit added",
        patient_id__in={visit.patient_id for visit in visits},
        subject_type="emr.Visit",
        subject_id__in=[str(visit.pk) for visit in visits],
    )
    days = {
        int(subject): timezone.localdate(at)
        for subject, at in added.values_list("subject_id", "at")
    }
    return {visit.pk: days.get(visit.pk, visit.date_of_service) for visit in visits}


def business_days_between(start: date, end: date) -> int:
    """Business days after one day up to another; below zero when that one is past."""
    if end < start:
        return -business_days_between(end, start)
    count = 0
    while business_days_after(start, count=count + 1, holidays=FEDERAL) <= end:
        count += 1
    return count
