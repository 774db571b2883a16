from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from emr.models.coverage import Coverage
from emr.models.patient import Patient
from emr.models.provider import Provider


class VisitState(models.TextChoices):
    PLANNED = "planned", "Planned"
    ARRIVED = "arrived", "Arrived"
    IN_PROGRESS = "in progress", "In progress"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no show", "No show"


# Nobody came; the row stays in the list.
GONE = (VisitState.CANCELLED, VisitState.NO_SHOW)

# What may follow what. A step back is allowed while nothing was charted: people press the wrong row.
NEXT = {
    VisitState.PLANNED: {
        VisitState.ARRIVED,
        VisitState.IN_PROGRESS,
        VisitState.CANCELLED,
        VisitState.NO_SHOW,
    },
    VisitState.ARRIVED: {VisitState.IN_PROGRESS, VisitState.PLANNED, VisitState.NO_SHOW},
    VisitState.IN_PROGRESS: {VisitState.DONE, VisitState.ARRIVED},
    VisitState.DONE: set(),
    VisitState.CANCELLED: {VisitState.PLANNED},
    VisitState.NO_SHOW: {VisitState.PLANNED, VisitState.ARRIVED},
}


class VisitQuerySet(models.QuerySet["Visit"]):
    def starting_on(self, day):
        """Visits of one day in the zone that is active, which is the practice's."""
        start = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()))
        return self.filter(start__gte=start, start__lt=start + timezone.timedelta(days=1))

    def with_payer(self, day):
        """Adds `payer_name` and `payer_kind` of the primary coverage on that day, or None."""
        primary = Coverage.objects.primary().in_force_on(day).filter(patient=OuterRef("patient"))
        return self.annotate(
            payer_name=Subquery(primary.values("payer__name")[:1]),
            payer_kind=Subquery(primary.values("payer__kind")[:1]),
        )


class Visit(models.Model):
    """One patient comes to one provider at one time."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="visits")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    place = models.CharField(max_length=80, blank=True)
    start = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=11, choices=VisitState, default=VisitState.PLANNED)
    done_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it became done. A notice that is signed later does not count for it.",
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                name="visit_state_known", condition=Q(state__in=VisitState.values)
            ),
            models.CheckConstraint(
                name="visit_done_at_only_if_done",
                condition=Q(done_at=None) | Q(state=VisitState.DONE),
            ),
        ]

    def __str__(self) -> str:
        return f"Visit {self.pk}"

    @property
    def date_of_service(self):
        """The day on which it starts in the active zone, the practice's."""
        return timezone.localtime(self.start).date()

    @property
    def over_since(self):
        """When the service had been given; None while it was not.

        Of a visit that was done before we kept the time only its start is sure.
        """
        return (self.done_at or self.start) if self.state == VisitState.DONE else None

    def may_become(self, state: VisitState) -> bool:
        return state in NEXT[VisitState(self.state)]
