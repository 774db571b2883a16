from django.conf import settings
from django.db import models
from django.db.models import Q

from emr.models import Document
from notes.models.charted import Side
from notes.models.muscle import Muscle
from notes.models.note import AddendumKind, Note


class AddendumQuerySet(models.QuerySet["Addendum"]):
    def signed(self):
        return self.exclude(signed_at=None)


class Addendum(models.Model):
    """What was added to a signed note: dated, authored, signed; the note itself stays untouched."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="addenda")
    kind = models.CharField(max_length=17, choices=AddendumKind)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    snapshot = models.TextField()
    snapshot_sha256 = models.CharField(max_length=64)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    muscle_count = models.PositiveSmallIntegerField(null=True)
    needle_count = models.PositiveIntegerField(null=True)
    suggested_code = models.CharField(max_length=5, blank=True)

    objects = AddendumQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "addenda"
        constraints = [
            models.CheckConstraint(
                name="addendum_kind_known", condition=Q(kind__in=AddendumKind.values)
            ),
            models.CheckConstraint(
                name="addendum_counts_only_corrected_muscles",
                condition=Q(
                    kind=AddendumKind.CORRECTED_MUSCLES,
                    muscle_count__isnull=False,
                    needle_count__isnull=False,
                )
                | (
                    ~Q(kind=AddendumKind.CORRECTED_MUSCLES)
                    & Q(muscle_count=None, needle_count=None, suggested_code="")
                ),
            ),
            models.UniqueConstraint(
                name="entered_in_error_once",
                fields=["note"],
                condition=Q(kind=AddendumKind.ENTERED_IN_ERROR),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class AddendumNeedling(models.Model):
    """A muscle of the corrected list, which is whole: it takes the place of the note's."""

    addendum = models.ForeignKey(Addendum, models.PROTECT, related_name="needlings")
    muscle = models.ForeignKey(Muscle, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    side = models.CharField(max_length=7, choices=Side)
    needles = models.PositiveSmallIntegerField()
    rationale = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="muscle_and_side_once_an_addendum", fields=["addendum", "name", "side"]
            ),
            models.CheckConstraint(
                name="addendum_needling_side_known", condition=Q(side__in=Side.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name}"
