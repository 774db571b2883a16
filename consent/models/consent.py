from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emr.models import Patient


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force_on(self, day):
        """Signed on or before the day and not withdrawn on or before it."""
        return self.filter(signed_on__lte=day).filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=day)
        )


class Consent(models.Model):
    """A patient's signed informed consent to dry needling, on paper, recorded by hand."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    signed_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=240, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_withdrawal_has_who_when_and_why",
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_signed",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("signed_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.signed_on:%Y-%m-%d}"
