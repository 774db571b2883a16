from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emr.models.user import Role


class ImportState(models.TextChoices):
    PREVIEW = "preview", "Waits for your word"
    RUNNING = "running", "Is being written"
    LEFT_OVER = "left over", "Written, but for some rows"
    DONE = "done", "Done"
    DISCARDED = "discarded", "Discarded"


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def seen_by(self, user):
        """One's own; an owner sees everybody's. Fees are an owner's, also once one is none any more."""
        if user.has_role(Role.OWNER):
            return self
        return self.filter(uploaded_by=user).exclude(kind=ImportFile.Kind.FEES)

    def open(self):
        return self.filter(ended_at=None)


class ImportFile(models.Model):
    """A table of patients, visits or fees on its way into the record.

    Its text and what each row comes to are health data, and are wiped when it ends; the counts
    stay.
    """

    class Kind(models.TextChoices):
        PATIENTS = "patients", "Patients"
        SCHEDULE = "schedule", "Schedule"
        FEES = "fees", "Fee schedule"

    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.PREVIEW)
    encoding = models.CharField(max_length=12, help_text="What the letters were taken for.")
    content = models.TextField(blank=True, help_text="The text as it was read.")
    verdicts = models.TextField(blank=True, help_text="What each row comes to, as JSON.")
    rows = models.PositiveIntegerField()
    handled = models.PositiveIntegerField(
        default=0, help_text="So many rows, from the first, have had their turn."
    )
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_file_kind_known",
                condition=Q(kind__in=["patients", "schedule", "fees"]),
            ),
            models.CheckConstraint(
                name="import_file_wiped_when_it_ends",
                condition=(
                    Q(state__in=["done", "discarded"], content="", verdicts="")
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                )
                | (
                    Q(state__in=["preview", "running", "left over"], ended_at=None, ended_by=None)
                    & ~Q(content="")
                    & ~Q(verdicts="")
                ),
            ),
            models.CheckConstraint(
                name="import_file_written_once_confirmed",
                condition=(
                    Q(state__in=["running", "left over", "done", "discarded"])
                    & Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                )
                | Q(
                    state__in=["preview", "discarded"],
                    confirmed_at=None,
                    confirmed_by=None,
                    handled=0,
                ),
            ),
            models.CheckConstraint(
                # Fewer, where it was stopped: rows that had no turn came to nothing.
                name="import_file_counts_its_rows",
                condition=Q(handled__lte=F("rows"))
                & Q(rows__gte=F("new") + F("changed") + F("same") + F("refused")),
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.what}"

    @property
    def what(self) -> str:
        """As in a sentence."""
        words = {self.Kind.SCHEDULE: "the schedule", self.Kind.FEES: "the fee schedule"}
        return words.get(self.Kind(self.kind), "patients")

    @property
    def ended(self) -> bool:
        return self.ended_at is not None
