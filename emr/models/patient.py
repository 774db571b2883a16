from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from emr.search import fold, words_in, words_of


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class PatientQuerySet(models.QuerySet["Patient"]):
    def search(self, query: str):
        """Patients whose names, record number or birth date start with what was typed.

        Every word must fit: "mar ode" finds Odette Marlow. A birth date is typed as 1951-03-08.
        """
        words = words_of(query, dates=True)
        found = self if words else self.none()
        for word in words:
            having = PatientSearchWord.objects.filter(word__starts=word)
            found = found.filter(pk__in=having.values("patient"))
        return found


class Patient(models.Model):
    """A person who is treated here."""

    record_number = models.CharField(max_length=20, unique=True)
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    preferred_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=7, choices=Sex, default=Sex.UNKNOWN)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.CheckConstraint(name="patient_sex_known", condition=Q(sex__in=Sex.values)),
        ]

    def __str__(self) -> str:
        middle = f" {self.middle_name}" if self.middle_name else ""
        return f"{self.last_name}, {self.first_name}{middle}"

    def get_absolute_url(self) -> str:
        return reverse("emr:chart", args=[self.pk])

    def clean(self) -> None:
        """A number that once was somebody else's still names them on what was printed."""
        former = FormerIdentity.objects.filter(record_number=self.record_number)
        if former.exclude(patient=self.pk).exists():
            raise ValidationError(
                {"record_number": "Another patient had this record number; give one never used."}
            )

    def age_on(self, day) -> int:
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    def search_words(self) -> set[str]:
        """What the patient is found by; dates and record numbers included."""
        names = " ".join([self.last_name, self.first_name, self.middle_name, self.preferred_name])
        return {
            *words_in(names),
            *words_in(self.record_number),
            fold(self.record_number),
            self.birth_date.isoformat(),
        } - {""}


class FormerIdentity(models.Model):
    """Who a patient was on record as until an edit; the database keeps it as it is written."""

    FIELDS = ("last_name", "first_name", "middle_name", "birth_date", "sex", "record_number")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="former_identities")
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=7, choices=Sex)
    record_number = models.CharField(max_length=20, db_index=True)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["replaced_at", "pk"]
        verbose_name_plural = "former identities"
        constraints = [
            models.CheckConstraint(
                name="former_identity_sex_known", condition=Q(sex__in=Sex.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name}, until {self.replaced_at:%Y-%m-%d}"


class PatientSearchWord(models.Model):
    """One word that a patient is found by, folded; kept by `actions`, so that search stays flat."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    word = models.CharField(max_length=80, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="patient_word_once", fields=["patient", "word"])
        ]

    def __str__(self) -> str:
        return self.word


class Ending(models.Model):
    """Something that was written down about a patient: it ends; it is never removed."""

    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    # A constraint's name is the database's, so that each model makes its own of this.
    WHOLE = Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False)

    class Meta:
        abstract = True
        ordering = ["recorded_at", "pk"]


class AlertKind(models.TextChoices):
    ANTICOAGULANT = "anticoagulant", "Anticoagulant or bleeding disorder"
    PREGNANCY = "pregnancy", "Pregnancy"
    PACEMAKER = "pacemaker", "Pacemaker or stimulator"
    IMMUNE = "immune", "Immune compromise"
    LYMPHOEDEMA = "lymphoedema", "Lymphoedema"
    IMPLANT = "implant", "Implant"
    NEEDLE_FEAR = "needle_fear", "Fear of needles"
    INFECTION = "infection", "Local infection"
    OTHER = "other", "Other"


class PatientAlert(Ending):
    """Something to know before a needle goes in."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=13, choices=AlertKind)
    detail = models.CharField(
        max_length=120, blank=True, help_text="Such as the drug, the side or the implant."
    )

    class Meta(Ending.Meta):
        constraints = [
            models.CheckConstraint(
                name="alert_ended_by_goes_with_ended_at", condition=Ending.WHOLE
            ),
            models.CheckConstraint(name="alert_kind_known", condition=Q(kind__in=AlertKind.values)),
        ]

    def __str__(self) -> str:
        label = self.get_kind_display()
        return f"{label}: {self.detail}" if self.detail else label


class FunctionalGoal(Ending):
    """What the patient wants to be able to do again."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="goals")
    text = models.CharField(max_length=240)

    class Meta(Ending.Meta):
        constraints = [
            models.CheckConstraint(name="goal_ended_by_goes_with_ended_at", condition=Ending.WHOLE),
        ]

    def __str__(self) -> str:
        return self.text
