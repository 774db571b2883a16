from django.db import models
from django.db.models import Q

from emr.models import Patient, Provider, Visit
from emr.models.patient import Ending


class MaintenanceSeries(Ending):
    """Visits after discharge that the patient pays themselves: so many, so often, at one price.

    What was agreed never changes: another price or rhythm is another series. It ends with a reason.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    visits = models.PositiveSmallIntegerField()
    every_days = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=8, decimal_places=2, help_text="For one visit.")
    discharged_on = models.DateField("discharged from the plan of care on")
    starts_at = models.DateTimeField("first visit")
    end_reason = models.CharField(max_length=240, blank=True)

    class Meta(Ending.Meta):
        verbose_name_plural = "maintenance series"
        constraints = [
            models.CheckConstraint(
                name="series_ended_by_goes_with_ended_at", condition=Ending.WHOLE
            ),
            models.CheckConstraint(
                name="series_is_of_some_visits",
                condition=Q(visits__gte=1, visits__lte=52, every_days__gte=1),
            ),
            models.CheckConstraint(name="series_price_is_money", condition=Q(price__gt=0)),
            models.CheckConstraint(
                name="series_end_says_why",
                condition=Q(ended_at=None, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Maintenance series {self.pk}"


class SeriesVisit(models.Model):
    """A planned visit of a series. It never changes; what became of it is the visit's state."""

    series = models.ForeignKey(MaintenanceSeries, models.PROTECT, related_name="planned")
    number = models.PositiveSmallIntegerField()
    visit = models.OneToOneField(Visit, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(name="series_visit_number_once", fields=["series", "number"])
        ]

    def __str__(self) -> str:
        return f"Visit {self.number} of series {self.series_id}"
