from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Min, Q


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class ConsentFormQuerySet(models.QuerySet["ConsentForm"]):
    def published(self):
        return self.exclude(published_at=None)

    def drafts(self):
        return self.filter(published_at=None)

    def current(self) -> "ConsentForm | None":
        """The version that is signed now; None until the first is published."""
        return self.published().order_by("-version").first()

    def first_day(self) -> date | None:
        """Since when forms are signed here; None until the first is published."""
        return self.aggregate(first=Min("published_on"))["first"]


class ConsentForm(models.Model):
    """One dated version of the consent text, in each language; never edited once published."""

    version = models.PositiveIntegerField(unique=True)
    must_renew = models.BooleanField(
        "earlier consents must be signed again",
        default=False,
        help_text="Whoever signed an earlier version signs this one before the next visit.",
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(
        null=True, blank=True, help_text="The day at the practice on which it came into use."
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsentFormQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="consent_form_published_has_who_and_when",
                condition=Q(published_at=None, published_by=None, published_on=None)
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    published_on__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.version}"


class ConsentText(models.Model):
    """A version of the consent text in one language.

    `sections` is a list of {"clause", "heading", "text"}; the clauses are those of
    emr.rules.state_packs.CLAUSES.
    """

    form = models.ForeignKey(ConsentForm, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=2, choices=Language)
    title = models.CharField(max_length=120)
    sections = models.JSONField()
    reading_level = models.CharField(
        max_length=60, help_text="As measured: such as US grade 7 (Flesch-Kincaid)."
    )

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                name="consent_text_once_a_language", fields=["form", "language"]
            ),
            models.CheckConstraint(
                name="consent_text_language_known", condition=Q(language__in=["en", "es"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_language_display()})"

    @property
    def clauses(self) -> list[str]:
        """The clauses that say something."""
        return [each["clause"] for each in self.sections if each["text"].strip()]
