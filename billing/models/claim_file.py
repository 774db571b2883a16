import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


class Usage(models.TextChoices):
    TEST = "T", "Test"
    PRODUCTION = "P", "Production"


class ClaimSubmitter(models.Model):
    """Who sends claims to whom, as the head of every file says it. There is at most one row."""

    name = models.CharField(max_length=60, help_text="As enrolled with the clearing house.")
    identifier = models.CharField("submitter id", max_length=15)
    contact_name = models.CharField(max_length=60)
    contact_phone = models.CharField(max_length=30)
    receiver_name = models.CharField(max_length=60)
    receiver_identifier = models.CharField("receiver id", max_length=15)
    usage = models.CharField(max_length=1, choices=Usage, default=Usage.TEST)

    class Meta:
        constraints = [
            models.CheckConstraint(name="claim_submitter_is_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="claim_submitter_usage_known", condition=Q(usage__in=Usage.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for field in ("identifier", "receiver_identifier"):
            value = getattr(self, field)
            if value and not value.isalnum():
                raise ValidationError({field: "Give letters and digits only."})


class ClaimFile(models.Model):
    """An 837P file as it was made. It never changes."""

    control_number = models.PositiveIntegerField(
        unique=True, help_text="Of the interchange, which an acknowledgement names."
    )
    usage = models.CharField(max_length=1, choices=Usage)
    content = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-control_number"]
        constraints = [
            models.CheckConstraint(
                name="claim_file_control_number_fits",
                condition=Q(control_number__gte=1, control_number__lte=999_999_999),
            ),
            models.CheckConstraint(
                name="claim_file_usage_known", condition=Q(usage__in=Usage.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Claim file {self.control_number}"

    @property
    def is_test(self) -> bool:
        return self.usage == Usage.TEST

    @property
    def claim_numbers(self) -> list[str]:
        """The control numbers of the claims in it, as its own text has them."""
        return re.findall(r"^CLM\*([^*~]+)", self.content, re.MULTILINE)
