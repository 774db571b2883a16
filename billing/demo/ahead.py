"""What stands in the schedule for the days to come."""

from datetime import datetime, timedelta

from django.utils import timezone

from billing.demo.clinic import Clinic, minutes
from billing.demo.patients import by_number
from emr.models import Visit

# On the next working day: a newcomer, and one whose consent ends soon.
NEXT_DAY = [(10115, 8, 30), (10078, 9, 0)]
DAYS_TO_NEXT = [1, 1, 1, 1, 3, 2, 1]  # from Monday on
# An estimate is owed to who is booked so far ahead: the booking was two days ago.
LATER = 10102
DAYS_AHEAD, BOOKED_DAYS_AGO = timedelta(days=14), timedelta(days=2)


def plan_ahead(clinic: Clinic, *, now: datetime) -> None:
    """Whoever is planned already stays so."""
    invented = by_number()
    today = timezone.localdate(now, clinic.practice.zone)
    for number, hour, minute in NEXT_DAY:
        start = clinic.moment(today + timedelta(days=DAYS_TO_NEXT[today.weekday()]), hour, minute)
        if not _is_expected(clinic, number, after=now):
            clinic.book(invented[str(number)], start, at=now)
    if not _is_expected(clinic, LATER, after=now + timedelta(days=1)):
        start = clinic.moment(today + DAYS_AHEAD, 11)
        booked_at = now - BOOKED_DAYS_AGO + minutes(200)
        clinic.book(invented[str(LATER)], start, at=booked_at)


def _is_expected(clinic: Clinic, number: int, *, after: datetime) -> bool:
    patient = clinic.patients[str(number)]
    return Visit.objects.filter(patient=patient, start__gt=after).exists()
