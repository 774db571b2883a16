"""Maintenance series: visits after discharge that a patient plans ahead and pays themselves."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from billing.models import MaintenanceSeries, SeriesVisit
from billing.models.money import CENT
from billing.review.series import conflicts_of, times_of
from emr import audit
from emr.actions import Refused, add_visit, move_visit
from emr.models import Patient, Provider, User, VisitState
from emr.rules.folding import says_something


@transaction.atomic
def plan_series(
    *,
    patient: Patient,
    provider: Provider,
    starts_at: datetime,
    visits: int,
    every_days: int,
    price: Decimal,
    discharged_on: date,
    by: User,
    place: str = "",
) -> MaintenanceSeries:
    """The series with all of its visits in the schedule; nothing at all where one time is taken.

    Raises Refused, and ValidationError for what cannot be a series.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    if discharged_on > timezone.localdate():
        raise Refused("Maintenance begins after discharge: the day of discharge lies ahead.")
    if timezone.localtime(starts_at).date() <= discharged_on:
        raise Refused("The first visit comes after the day of discharge.")
    if price != price.quantize(CENT):
        raise ValidationError({"price": "Give a price in dollars and cents."})
    times = _times(starts_at, visits=visits, every_days=every_days)
    if conflicts := conflicts_of(times, patient=patient, provider=provider):
        raise Refused(f"Nothing was planned, for these times are taken: {'; '.join(conflicts)}.")
    series = MaintenanceSeries(
        patient=patient,
        provider=provider,
        visits=visits,
        every_days=every_days,
        price=price,
        discharged_on=discharged_on,
        starts_at=starts_at,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    series.full_clean()
    series.save(force_insert=True)
    for number, start in enumerate(times, start=1):
        visit = add_visit(patient=patient, provider=provider, start=start, place=place, by=by)
        SeriesVisit.objects.create(series=series, number=number, visit=visit)
    audit.record(
        "series planned",
        series,
        by=by,
        patient_id=patient.pk,
        visits=visits,
        every_days=every_days,
        price=str(price),
    )
    return series


@transaction.atomic
def end_series(*, series: MaintenanceSeries, reason: str, by: User) -> MaintenanceSeries:
    """No more visits: those that are still planned are cancelled, with the reason on the series."""
    series = MaintenanceSeries.objects.select_for_update().get(pk=series.pk)
    if series.ended_at:
        raise Refused("This series was ended already.")
    if not says_something(reason):
        raise Refused("Say why it ends.")
    planned = series.planned.filter(visit__state=VisitState.PLANNED).select_related("visit")
    cancelled = [
        move_visit(visit=row.visit, to=VisitState.CANCELLED, by=by, seen=VisitState.PLANNED)
        for row in planned.order_by("number")
    ]
    series.ended_at, series.ended_by, series.end_reason = timezone.now(), by, reason
    series.save(update_fields=["ended_at", "ended_by", "end_reason"])
    audit.record(
        "series ended", series, by=by, patient_id=series.patient_id, cancelled=len(cancelled)
    )
    return series


def _times(starts_at: datetime, *, visits: int, every_days: int) -> list[datetime]:
    try:
        return times_of(starts_at, visits=visits, every_days=every_days)
    except ValidationError as error:
        raise Refused("The clocks change on one of the days: choose another hour.") from error
