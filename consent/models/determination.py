from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consent.models.signature import Scan
from emr.models import Coverage, Patient


class OrganizationDetermination(models.Model):
    """What a Medicare Advantage plan answered before the service. Once decided it never changes."""

    class Decision(models.TextChoices):
        PENDING = "", "No answer yet"
        DENIED = "denied", "Denied"
        APPROVED = "approved", "Approved"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="+")
    service = models.CharField(max_length=160)
    requested_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=8, choices=Decision, blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    notice_on = models.DateField(
        "date of the plan's denial notice", null=True, blank=True, help_text="Form CMS-10003."
    )
    holds_until = models.DateField(null=True, blank=True, help_text="If the plan says so.")
    scan = models.ForeignKey(Scan, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-requested_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="determination_decided_has_its_day",
                condition=Q(decision="", decided_on=None)
                | Q(decision__in=["denied", "approved"], decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="determination_decided_after_it_was_asked",
                condition=Q(decided_on=None) | Q(decided_on__gte=F("requested_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Organization determination {self.pk}"
