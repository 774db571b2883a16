import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from emr.models import Document, Role, Visit


class AddendumKind(models.TextChoices):
    """What may be added to a signed note; the last of them takes it out of force."""

    LATE_ENTRY = "late entry", "Late entry"
    CORRECTION = "correction", "Correction"
    CORRECTED_MUSCLES = "corrected muscles", "Corrected list of muscles"
    ENTERED_IN_ERROR = "entered in error", "Entered in error"


class NoteQuerySet(models.QuerySet["Note"]):
    def unsigned(self):
        return self.filter(signed_at=None, discarded_at=None)

    def signed(self):
        return self.exclude(signed_at=None)

    def written_by(self, user):
        return self.filter(author=user)

    def discardable_by(self, user):
        """The user's own drafts; for an owner also those of people who left."""
        mine = Q(author=user)
        if user.has_role(Role.OWNER):
            mine |= Q(author__is_active=False)
        return self.unsigned().filter(mine)

    def in_force(self):
        """Signed and not marked as entered in error."""
        return self.signed().exclude(addenda__kind=AddendumKind.ENTERED_IN_ERROR)

    def last_of(self, patient_id: int):
        """The patient's newest note in force, whoever wrote it; None where there is none."""
        return (
            self.in_force()
            .filter(visit__patient=patient_id)
            .order_by("-date_of_service", "-pk")
            .first()
        )

    def readable_by(self, user):
        """What this user may open: signed notes, and drafts of their own."""
        return self.filter(Q(signed_at__isnull=False) | Q(author=user, discarded_at=None))


class Note(models.Model):
    """The procedure note of one visit.

    While it is a draft, `content` holds what was typed as one document with a revision number (see
    notes/content.py). Signing freezes it: `snapshot` is the canonical text that was signed, rows in
    the sibling tables answer questions across notes, and nothing of it ever changes again.
    Corrections are addenda.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)

    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    discarded_reason = models.CharField(max_length=240, blank=True)

    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    date_of_service = models.DateField(null=True)
    muscle_count = models.PositiveSmallIntegerField(null=True)
    needle_count = models.PositiveIntegerField(null=True)
    suggested_code = models.CharField(max_length=5, blank=True)
    snapshot = models.TextField(blank=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_draft_a_visit",
                fields=["visit"],
                condition=Q(signed_at=None, discarded_at=None),
            ),
            models.CheckConstraint(
                name="note_signed_whole_or_not_at_all",
                condition=Q(
                    signed_at=None,
                    signed_by=None,
                    date_of_service=None,
                    muscle_count=None,
                    needle_count=None,
                    document=None,
                    suggested_code="",
                    snapshot="",
                    snapshot_sha256="",
                )
                | (
                    Q(
                        signed_at__isnull=False,
                        signed_by__isnull=False,
                        date_of_service__isnull=False,
                        muscle_count__isnull=False,
                        needle_count__isnull=False,
                        document__isnull=False,
                        discarded_at=None,
                    )
                    & ~Q(snapshot="")
                    & ~Q(snapshot_sha256="")
                ),
            ),
            models.CheckConstraint(
                name="note_discarded_has_who_when_and_why",
                condition=Q(discarded_at=None, discarded_by=None, discarded_reason="")
                | (
                    Q(discarded_at__isnull=False, discarded_by__isnull=False)
                    & ~Q(discarded_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("notes:note", args=[self.pk])

    def content_in_force(self) -> dict:
        """What was charted, with the muscles as last corrected."""
        corrected = self.addenda.signed().exclude(muscle_count=None).last()
        if corrected is None:
            return self.content
        return self.content | {"sites": json.loads(corrected.snapshot)["sites"]}


class SupersededDraft(models.Model):
    """The version of a draft that lost when two were saved over one another; kept, so nothing is."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="superseded")
    content = models.JSONField()
    set_aside_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_aside_at = models.DateTimeField()

    class Meta:
        ordering = ["set_aside_at", "pk"]

    def __str__(self) -> str:
        return f"Superseded draft {self.pk} of note {self.note_id}"
