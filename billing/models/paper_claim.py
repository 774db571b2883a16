from django.conf import settings
from django.db import models


class PaperClaim(models.Model):
    """A claim as it was sent on a CMS-1500: what stood in each box. It never changes.

    The record behind it may: an address, a name. What is printed once more is this.
    """

    claim = models.OneToOneField("billing.Claim", models.PROTECT, related_name="paper")
    pages = models.JSONField(help_text="For each page the text of each field.")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.claim} on paper"
