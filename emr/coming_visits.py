"""Visits to come, as the worklists look at them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from emr.models import Visit, VisitState


def planned_from(day: date):
    start = end_of(day - timedelta(days=1))
    planned = Visit.objects.filter(state=VisitState.PLANNED, start__gte=start)
    return planned.select_related("patient", "provider__user").order_by("start", "pk")


def next_visits(day: date) -> list[Visit]:
    """The next planned visit of each patient who has one, from the day on."""
    first: dict[int, int] = {}
    for patient, visit in planned_from(day).values_list("patient", "pk"):
        first.setdefault(patient, visit)
    return list(planned_from(day).filter(pk__in=first.values()))


def first_of_each_patient(visits: Iterable[Visit]) -> list[Visit]:
    first: dict[int, Visit] = {}
    for visit in visits:
        first.setdefault(visit.patient_id, visit)
    return list(first.values())


def end_of(day: date):
    midnight = timezone.datetime.combine(day + timedelta(days=1), timezone.datetime.min.time())
    return timezone.make_aware(midnight)
