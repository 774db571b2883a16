from django.conf import settings
from django.db import models


class Muscle(models.Model):
    """A muscle or a division of one, as the catalogue of the rules names it.

    Filled by `load_muscles` from emr/rules/data/muscles.csv; retired when it goes, never deleted.
    """

    id = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=20)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FavouriteMuscle(models.Model):
    """A muscle that a clinician starred, so that it comes first on their note page."""

    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    muscle = models.ForeignKey(Muscle, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="favourite_once", fields=["clinician", "muscle"])
        ]

    def __str__(self) -> str:
        return str(self.muscle_id)
