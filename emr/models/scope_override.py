from django.db import models
from django.db.models import F, Q

from emr.models.patient import Ending
from emr.models.provider import Provider


class ScopeOverride(Ending):
    """The owner's word that a provider may needle although the table of states stops it.

    The stop then becomes a warning that names this reason.
    """

    class About(models.TextChoices):
        SCOPE = "scope", "Scope of practice"
        ENDORSEMENT = "endorsement", "Endorsement"
        TRAINING = "training", "Training"
        DELEGATION = "delegation", "Assistant or student"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="scope_overrides")
    state = models.CharField(max_length=2)
    about = models.CharField(max_length=11, choices=About)
    reason = models.CharField(max_length=400)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)

    class Meta(Ending.Meta):
        constraints = [
            models.CheckConstraint(
                name="scope_override_ended_by_goes_with_ended_at", condition=Ending.WHOLE
            ),
            models.CheckConstraint(
                name="scope_override_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="scope_override_known",
                condition=Q(about__in=["scope", "endorsement", "training", "delegation"]),
            ),
            models.CheckConstraint(name="scope_override_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}, {self.state}"
