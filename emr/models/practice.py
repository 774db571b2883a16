import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from emr.validators import validate_ein, validate_npi


class Divisions(models.TextChoices):
    """How the fibre divisions of one muscle on one side count."""

    ONCE = "once", "Once, unless each has a rationale of its own"
    EACH = "each", "Each division counts"


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Give a time zone by its name, such as America/Denver.")


class DistinctModifier(models.TextChoices):
    """How a line says that its muscles are others than those of the line it is paired with."""

    XS = "XS", "XS, separate structure"
    FIFTY_NINE = "59", "59, distinct service"


class NecessityDenials(models.TextChoices):
    """What is done when Medicare finds needling not necessary and a valid ABN is on file."""

    LOOK = "look", "A person looks at each"
    COLLECT = "collect", "Collect from the patient: Medicare's rule"
    NEVER = "never", "Never collect: the old billing guide"


class Practice(models.Model):
    """The clinic that runs this installation. There is exactly one row."""

    name = models.CharField(max_length=120)
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2, help_text="Two letters, such as CO.")
    postal_code = models.CharField(max_length=10)
    phone = models.CharField(max_length=30)
    tax_id = models.CharField("tax id", max_length=10, blank=True, validators=[validate_ein])
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[validate_npi])
    time_zone = models.CharField(
        max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    letterhead = models.CharField(
        max_length=200, blank=True, help_text="One line under the name on everything printed."
    )
    sides_count_apart = models.BooleanField(
        "right and left of one muscle count as two", default=True
    )
    divisions = models.CharField(
        "divisions of one muscle",
        max_length=4,
        choices=Divisions,
        default=Divisions.ONCE,
    )
    modifier_for_distinct_muscles = models.CharField(
        max_length=2, choices=DistinctModifier, default=DistinctModifier.XS
    )
    necessity_denials = models.CharField(
        "Medicare denies as not necessary, and the patient signed an ABN",
        max_length=7,
        choices=NecessityDenials,
        default=NecessityDenials.LOOK,
    )
    taxonomy = models.CharField(
        max_length=10, blank=True, help_text="Of the practice as it bills, such as 225100000X."
    )
    tty = models.CharField(
        "TTY number", max_length=30, blank=True, help_text="For callers who cannot hear."
    )
    takes_assignment = models.BooleanField(
        "takes part in Medicare",
        default=True,
        help_text="Accepts what Medicare pays as payment in full.",
    )
    consent_months = models.PositiveSmallIntegerField(
        "consent holds for so many months",
        null=True,
        blank=True,
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="Empty: until it is withdrawn or a new version asks for it.",
    )
    link_minutes = models.PositiveSmallIntegerField(
        "a link to a patient's phone holds for so many minutes",
        default=15,
        validators=[MinValueValidator(2), MaxValueValidator(120)],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="practice_is_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="practice_divisions_known", condition=Q(divisions__in=Divisions.values)
            ),
            models.CheckConstraint(
                name="practice_distinct_modifier_known",
                condition=Q(modifier_for_distinct_muscles__in=DistinctModifier.values),
            ),
            models.CheckConstraint(
                name="practice_necessity_denials_known",
                condition=Q(necessity_denials__in=NecessityDenials.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> list[str]:
        return [self.street, f"{self.city}, {self.state} {self.postal_code}"]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)
