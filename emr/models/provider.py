from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from emr.validators import validate_npi, validate_taxonomy


class Profession(models.TextChoices):
    PT = "PT", "Physical therapist"
    PTA = "PTA", "Physical therapist assistant"
    OT = "OT", "Occupational therapist"
    OTA = "OTA", "Occupational therapy assistant"
    AT = "AT", "Athletic trainer"
    DC = "DC", "Chiropractor"
    MD = "MD", "Physician (MD)"
    DO = "DO", "Physician (DO)"
    NP = "NP", "Nurse practitioner"
    PA = "PA", "Physician assistant"
    STUDENT = "student", "Student"


class Provider(models.Model):
    """A clinician who treats, and the user that they sign in as."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="provider")
    profession = models.CharField(max_length=7, choices=Profession)
    credentials = models.CharField(
        max_length=60, help_text="As printed after the name, such as PT, DPT."
    )
    npi = models.CharField("NPI", max_length=10, validators=[validate_npi])
    taxonomy = models.CharField(
        "taxonomy code",
        max_length=10,
        blank=True,
        validators=[validate_taxonomy],
        help_text="Empty: the usual one of the profession.",
    )
    acupuncture_credential = models.BooleanField(
        "holds the acupuncture credential",
        default=False,
        help_text="A degree of an accredited school and an unrestricted acupuncture licence, as"
        " Medicare's low-back benefit asks of an NP or PA.",
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["user__last_name", "user__first_name"]

    def __str__(self) -> str:
        return f"{self.user}, {self.credentials}"


class LicenceQuerySet(models.QuerySet["Licence"]):
    def valid_on(self, day):
        return self.filter(issued_on__lte=day).filter(Q(expires_on=None) | Q(expires_on__gte=day))


class Licence(models.Model):
    """A state's permission to practise, from the first to the last good day.

    Some states also want a needling endorsement on it; that holds from its own first day.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="licences")
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=30)
    issued_on = models.DateField()
    expires_on = models.DateField("last good day", null=True, blank=True)
    endorsed_on = models.DateField("needling endorsement since", null=True, blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["state", "-issued_on"]
        constraints = [
            models.CheckConstraint(
                name="licence_ends_after_it_begins",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
            ),
            models.CheckConstraint(
                name="licence_endorsed_within_its_days",
                condition=Q(endorsed_on=None)
                | Q(endorsed_on__gte=F("issued_on"))
                & (Q(expires_on=None) | Q(expires_on__gte=F("endorsed_on"))),
            ),
            models.UniqueConstraint(
                name="licence_number_once_a_state", fields=["provider", "state", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.number}"


def certificate_path(record: "TrainingRecord", filename: str) -> str:
    return f"certificates/{record.provider_id}/{record.completed_on:%Y%m%d}-{filename[-60:]}"


class TrainingRecordQuerySet(models.QuerySet["TrainingRecord"]):
    def hours(self) -> dict:
        """Total hours, those in person and supervised sessions; zeros where there is none."""
        sums = self.aggregate(
            in_person=Sum("hours_in_person"),
            online=Sum("hours_online"),
            sessions=Sum("supervised_sessions"),
        )
        sums = {key: value or 0 for key, value in sums.items()}
        return sums | {"total": sums["in_person"] + sums["online"]}


class TrainingRecord(models.Model):
    """A dry-needling course that a provider completed."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="training")
    course = models.CharField(max_length=160)
    completed_on = models.DateField()
    hours_in_person = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    hours_online = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    supervised_sessions = models.PositiveIntegerField(default=0)
    certificate = models.FileField(upload_to=certificate_path, blank=True)

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on"]
        constraints = [
            models.CheckConstraint(
                name="training_hours_not_negative",
                condition=Q(hours_in_person__gte=0, hours_online__gte=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course}, {self.completed_on:%Y-%m-%d}"
