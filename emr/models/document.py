from django.conf import settings
from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A PDF as it was produced: its bytes, their digest, what it was made from. It never changes."""

    class Kind(models.TextChoices):
        NOTE = "note", "Procedure note"
        AMENDED_NOTE = "amended note", "Amended procedure note"

    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=14, unique=True, help_text="Printed on it, for checking.")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    made_from = models.CharField(
        max_length=60, help_text="Type and number of the record, such as notes.Note 12."
    )
    made_from_sha256 = models.CharField(max_length=64, help_text="Digest of that record.")
    signed_by = models.CharField(max_length=200, help_text="As printed.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="document_has_a_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"
