from django.conf import settings
from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A PDF as it was produced: its bytes, their digest, what it was made from. It never changes."""

    class Kind(models.TextChoices):
        NOTE = "note", "Procedure note"
        AMENDED_NOTE = "amended note", "Amended procedure note"
        CONSENT = "consent", "Consent"
        DECLINED_CONSENT = "declined consent", "Declined consent"
        ABN = "abn", "Advance notice (ABN)"
        VOLUNTARY_ABN = "voluntary abn", "Voluntary advance notice (ABN)"
        ESTIMATE = "estimate", "Good-faith estimate"
        AGREEMENT = "agreement", "Agreement to pay"
        SUPERBILL = "superbill", "Superbill"
        RECEIPT = "receipt", "Receipt"

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


class DocumentEvent(models.Model):
    """Something that was done with a document: printed, or a copy given to the patient."""

    class What(models.TextChoices):
        PRINTED = "printed", "Printed"
        PAPER_COPY = "paper copy", "Copy on paper given"
        SHOWN = "shown", "Copy shown to keep"
        EMAILED = "e-mailed", "Copy e-mailed"

    document = models.ForeignKey(Document, models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="document_event_known",
                condition=Q(what__in=["printed", "paper copy", "shown", "e-mailed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()


# Each of these puts the document into the patient's hands.
COPIES = (
    DocumentEvent.What.PAPER_COPY,
    DocumentEvent.What.SHOWN,
    DocumentEvent.What.EMAILED,
)
