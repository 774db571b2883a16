"""Maintenance series: what became of each planned visit, and what they bring in by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.forms.utils import from_current_timezone
from django.utils import timezone

from billing.models import MaintenanceSeries, Payment, SeriesVisit
from billing.review.accounts import NOTHING, Settled, settled_among, with_left
from emr.models import Patient, Provider, Visit, VisitState
from emr.models.visit import GONE
from notes.models import Note


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One visit of a series, with its price, what was paid for it, and what is still open of it."""

    number: int
    visit: Visit
    price: Decimal
    paid: Decimal
    charged: bool

    @property
    def is_gone(self) -> bool:
        return self.visit.state in GONE

    @property
    def is_done(self) -> bool:
        return self.visit.state == VisitState.DONE

    @property
    def open(self) -> Decimal:
        """Not paid of a visit that took place."""
        return max(self.price - self.paid, NOTHING) if self.is_done else NOTHING


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What visits bring in: `coming` when they take place, `done` when they are paid."""

    coming: Decimal = NOTHING
    done: Decimal = NOTHING
    paid: Decimal = NOTHING
    open: Decimal = NOTHING

    @property
    def whole(self) -> Decimal:
        return self.coming + self.done


@dataclass(frozen=True, kw_only=True)
class SeriesState:
    series: MaintenanceSeries
    planned: Sequence[Planned]

    @property
    def projection(self) -> Projection:
        return project(self.planned)

    @property
    def done(self) -> int:
        return sum(each.is_done for each in self.planned)

    @property
    def to_come(self) -> list[Planned]:
        return [each for each in self.planned if each.visit.state == VisitState.PLANNED]

    @property
    def next(self) -> Planned | None:
        now = timezone.now()
        return next((each for each in self.to_come if each.visit.start >= now), None)


def project(planned: Iterable[Planned]) -> Projection:
    """The sums of some visits; one that does not take place brings nothing but what was kept."""
    planned = list(planned)
    standing = [each for each in planned if not each.is_gone]
    return Projection(
        coming=_sum(each.price for each in standing if not each.is_done),
        done=_sum(each.price for each in standing if each.is_done),
        paid=_sum(each.paid for each in planned),
        open=_sum(each.open for each in planned),
    )


def by_month(states: Iterable[SeriesState]) -> list[tuple[date, Projection]]:
    """The sums of all visits of each month, the earliest first."""
    months: dict[date, list[Planned]] = {}
    for state in states:
        for each in state.planned:
            months.setdefault(each.visit.date_of_service.replace(day=1), []).append(each)
    return [(month, project(months[month])) for month in sorted(months)]


def state_of(series: MaintenanceSeries) -> SeriesState:
    return states_of([series])[0]


def states_of(series: Sequence[MaintenanceSeries]) -> list[SeriesState]:
    """In the order given; in a number of queries that does not grow with them."""
    rows = SeriesVisit.objects.filter(series__in=series).select_related(
        "visit__patient", "visit__provider__user"
    )
    rows = list(rows.order_by("series", "number"))
    visits = [row.visit_id for row in rows]
    notes = dict(
        Note.objects.signed().filter(visit__in=visits).order_by("pk").values_list("visit", "pk")
    )
    settled = settled_among({each.patient_id for each in series})
    advances: dict[int, Decimal] = {}
    for payment in with_left(Payment.objects.filter(visit__in=visits)):
        advances[payment.visit_id] = advances.get(payment.visit_id, NOTHING) + payment.left
    return [
        SeriesState(
            series=each,
            planned=[
                _planned(row, each.price, settled.get(notes.get(row.visit_id, 0)), advances)
                for row in rows
                if row.series_id == each.pk
            ],
        )
        for each in series
    ]


def _planned(
    row: SeriesVisit, price: Decimal, settled: Settled | None, advances: dict[int, Decimal]
) -> Planned:
    """Once the visit is on the account its own amount counts, whatever was agreed."""
    charged = settled is not None and bool(settled.owed)
    return Planned(
        number=row.number,
        visit=row.visit,
        price=settled.owed if charged else price,
        paid=settled.paid if charged else advances.get(row.visit_id, NOTHING),
        charged=charged,
    )


def times_of(starts_at: datetime, *, visits: int, every_days: int) -> list[datetime]:
    """The same hour on the clinic's wall each time; raises ValidationError where there is none."""
    first = timezone.localtime(starts_at).replace(tzinfo=None)
    return [from_current_timezone(first + timedelta(days=every_days * n)) for n in range(visits)]


def conflicts_of(times: Sequence[datetime], *, patient: Patient, provider: Provider) -> list[str]:
    """What stands in the schedule at those times already, as words for the desk."""
    taken = Visit.objects.filter(start__in=times).exclude(state__in=GONE).order_by("start")
    words = []
    for visit in taken.select_related("provider__user"):
        when = f"{timezone.localtime(visit.start):%Y-%m-%d %H:%M}"
        if visit.patient_id == patient.pk:
            words.append(f"{when}: the patient has a visit then already")
        elif visit.provider_id == provider.pk:
            words.append(f"{when}: {provider.user} sees somebody else then")
    return words


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
