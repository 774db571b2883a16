from django.conf import settings
from django.db import models
from django.db.models import Q

from notes.models.note import Note


class FollowUpCallQuerySet(models.QuerySet["FollowUpCall"]):
    def open(self):
        return self.filter(closed_at=None)


class FollowUpCall(models.Model):
    """Somebody asks the patient how they are after an adverse reaction; opened by the signature."""

    note = models.OneToOneField(Note, models.PROTECT, related_name="follow_up")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FollowUpCallQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_closed_has_who_and_when",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Follow-up call {self.pk}"


class CallAttempt(models.Model):
    """One try to reach the patient, and what was said. Only ever added."""

    call = models.ForeignKey(FollowUpCall, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reached = models.BooleanField()
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="call_that_reached_says_how_it_is", condition=Q(reached=False) | ~Q(words="")
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.pk}"
