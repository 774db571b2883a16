"""Rows of a signed note, for questions across notes; written once, at signing."""

from django.db import models
from django.db.models import Q

from notes.models.muscle import Muscle
from notes.models.note import Note


class Side(models.TextChoices):
    RIGHT = "right", "right"
    LEFT = "left", "left"
    MIDLINE = "midline", "midline"


class Needling(models.Model):
    """Needles put into one muscle on one side."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="needlings")
    muscle = models.ForeignKey(Muscle, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80, help_text="As charted, also of a muscle by name.")
    side = models.CharField(max_length=7, choices=Side)
    needles = models.PositiveSmallIntegerField()
    twitch = models.BooleanField(null=True)
    taut_band = models.BooleanField(default=False)
    jump_sign = models.BooleanField(default=False)
    tenderness = models.BooleanField(default=False)
    refers_to = models.CharField(max_length=120, blank=True)
    rationale = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="muscle_and_side_once_a_note", fields=["note", "name", "side"]
            ),
            models.CheckConstraint(name="needling_side_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name}"


class Injection(models.Model):
    """A muscle that was injected, charted apart from those that were needled."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="injections")
    muscle = models.ForeignKey(Muscle, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    side = models.CharField(max_length=7, choices=Side)
    drug = models.CharField(max_length=5, blank=True, help_text="HCPCS code.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="injection_side_known", condition=Q(side__in=Side.values))
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name}"


class NoteDiagnosis(models.Model):
    """A diagnosis of a note, with the label that it had on that day."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="diagnoses")
    code = models.CharField(max_length=8)
    label = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "note diagnoses"
        constraints = [
            models.UniqueConstraint(name="diagnosis_once_a_note", fields=["note", "code"])
        ]

    def __str__(self) -> str:
        return self.code


class Measure(models.Model):
    """One thing measured before and after."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="measures")
    name = models.CharField(max_length=80)
    side = models.CharField(max_length=7, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ReactionKind(models.TextChoices):
    SORENESS = "soreness", "Soreness"
    BLEEDING = "bleeding", "Bleeding"
    BRUISING = "bruising", "Bruising"
    VASOVAGAL = "vasovagal", "Faint or vasovagal reaction"
    NERVE = "nerve", "Nerve symptoms"
    PNEUMOTHORAX = "pneumothorax", "Suspected pneumothorax"
    RETAINED_NEEDLE = "retained_needle", "Retained or broken needle"
    OTHER = "other", "Other reaction"


class AdverseReaction(models.Model):
    """Something unwanted that happened, as data, so that somebody can call the patient."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="reactions")
    kind = models.CharField(max_length=15, choices=ReactionKind)
    detail = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="reaction_once_a_note", fields=["note", "kind"]),
            models.CheckConstraint(
                name="reaction_kind_known", condition=Q(kind__in=ReactionKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OtherService(models.Model):
    """Another service of the same session, with its minutes."""

    note = models.ForeignKey(Note, models.PROTECT, related_name="services")
    code = models.CharField(max_length=5)
    minutes = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.code
