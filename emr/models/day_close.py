from django.conf import settings
from django.db import models


class DayClose(models.Model):
    """The end of one day at the desk: every counter was at zero, or has a reason. Never changes."""

    day = models.DateField(unique=True)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"Close of {self.day:%Y-%m-%d}"


class DayCloseReason(models.Model):
    """Why a counter was left above zero."""

    close = models.ForeignKey(DayClose, models.PROTECT, related_name="reasons")
    counter = models.CharField(max_length=40)
    title = models.CharField(max_length=80, help_text="As it stood on the page.")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=240)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "counter"], name="day_close_reason_once_a_counter"
            ),
            models.CheckConstraint(
                name="day_close_reason_says_why",
                condition=~models.Q(reason="") & models.Q(number__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.number}"
