from django.conf import settings
from django.db import models
from django.db.models import Q

from emr.models.coverage import Coverage


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Would not say"


class Verification(models.Model):
    """What a payer answered about the needling benefit of one coverage. It never changes.

    `based_on` is the call for an earlier patient of the same plan whose answers were taken over;
    the day stays that of the call.
    """

    class Way(models.TextChoices):
        PHONE = "phone", "Phone"
        PORTAL = "portal", "Portal"
        LETTER = "letter", "Letter or fax"

    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="verifications")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField("day of the answer")
    way = models.CharField(max_length=6, choices=Way, default=Way.PHONE)
    spoke_with = models.CharField("who answered", max_length=80)
    reference = models.CharField("reference number", max_length=60, blank=True)
    covered = models.CharField("is dry needling covered?", max_length=7, choices=Answer)
    authorization = models.CharField("is authorization needed?", max_length=7, choices=Answer)
    limit = models.CharField("is there a frequency limit?", max_length=7, choices=Answer)
    limit_visits = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    investigational = models.CharField(
        "is it called investigational?", max_length=7, choices=Answer
    )
    remarks = models.CharField(max_length=400, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-verified_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="verification_answers_known",
                condition=Q(
                    covered__in=Answer.values,
                    authorization__in=Answer.values,
                    limit__in=Answer.values,
                    investigational__in=Answer.values,
                ),
            ),
            models.CheckConstraint(
                name="verification_names_who_answered", condition=~Q(spoke_with="")
            ),
            models.CheckConstraint(
                name="verification_limit_whole_or_not_at_all",
                condition=Q(limit_visits=None, limit_days=None)
                | Q(
                    limit="yes",
                    limit_visits__isnull=False,
                    limit_visits__gte=1,
                    limit_days__isnull=False,
                    limit_days__gte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Verification of {self.verified_on:%Y-%m-%d}"
