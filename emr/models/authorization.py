from django.db import models
from django.db.models import F, Q

from emr.models.coverage import Coverage
from emr.models.patient import Ending, Patient


class Authorization(Ending):
    """A payer's leave for a number of visits under one coverage.

    Visits used here are counted from signed notes; `used_elsewhere` adds those of other practices.
    """

    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="authorizations")
    number = models.CharField(max_length=50)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)
    visits = models.PositiveSmallIntegerField("visits allowed", null=True, blank=True)
    used_elsewhere = models.PositiveSmallIntegerField("of these used elsewhere", default=0)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="authorization_ended_by_goes_with_ended_at", condition=Ending.WHOLE
            ),
            models.CheckConstraint(
                name="authorization_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="authorization_has_a_number", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"Authorization {self.number}"


class ConservativeCare(Ending):
    """What was tried before needling, and since when: some policies ask for it."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    what = models.CharField(max_length=240)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)

    class Meta(Ending.Meta):
        constraints = [
            models.CheckConstraint(
                name="conservative_care_ended_by_goes_with_ended_at", condition=Ending.WHOLE
            ),
            models.CheckConstraint(
                name="conservative_care_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.what
