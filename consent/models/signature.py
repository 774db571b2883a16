from django.conf import settings
from django.db import models
from django.db.models import Q

from emr.models import Patient


class Method(models.TextChoices):
    KIOSK = "kiosk", "On the clinic's tablet"
    PHONE = "phone", "On their own phone"
    PAPER = "paper", "On paper, scanned"


class Mark(models.TextChoices):
    DRAWN = "drawn", "Drawn"
    TYPED = "typed", "Typed name"
    ON_PAPER = "on paper", "By hand on paper"


class Scan(models.Model):
    """A signed paper brought back in: the file as it was uploaded, outside what the web serves.

    A paper that was photographed page by page has one row for each photograph: the first stands for
    all of it, and the others follow that one.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    file = models.FileField(upload_to="scans/%Y/%m/")
    kind = models.CharField(max_length=4, help_text="By its content: pdf, jpeg or png.")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="following",
        help_text="The first photograph of the same paper; empty for that one itself.",
    )

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="scan_kind_known", condition=Q(kind__in=["pdf", "jpeg", "png"])
            ),
            models.UniqueConstraint(name="scan_once", fields=["sha256"]),
        ]

    def __str__(self) -> str:
        return f"Scan {self.pk}"


class PatientSignature(models.Model):
    """How somebody put their name to a document: the mark, who they are, when, where, on what.

    `ink` holds the strokes as vectors with their times (emr.rules.ink), never a picture.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    method = models.CharField(max_length=5, choices=Method)
    mark = models.CharField(max_length=8, choices=Mark)
    ink = models.JSONField(null=True)
    typed_name = models.CharField(max_length=250, blank=True)
    scan = models.OneToOneField(Scan, models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=250)
    relation = models.CharField(
        max_length=80, blank=True, help_text="Of a representative; empty for the patient."
    )
    ground = models.CharField(
        max_length=160,
        blank=True,
        help_text="Why they may sign: parent, guardian, power of attorney.",
    )
    interpreter = models.CharField(max_length=160, blank=True)
    witness = models.CharField(max_length=160, blank=True)
    intent = models.CharField(max_length=300, help_text="The words beside the mark, as shown.")
    signed_at = models.DateTimeField()
    place = models.CharField(max_length=250, blank=True)
    device = models.CharField(max_length=200, blank=True, help_text="As the browser names itself.")
    address = models.GenericIPAddressField(null=True)
    attended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="Who handed it over, sent it or brought it in.",
    )

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.CheckConstraint(
                name="signature_method_known", condition=Q(method__in=Method.values)
            ),
            models.CheckConstraint(
                name="signature_mark_is_there",
                condition=(
                    Q(mark="drawn", ink__isnull=False, scan=None, typed_name="")
                    & ~Q(method="paper")
                )
                | (Q(mark="typed", ink=None, scan=None) & ~Q(typed_name="") & ~Q(method="paper"))
                | Q(mark="on paper", method="paper", ink=None, scan__isnull=False, typed_name=""),
            ),
            models.CheckConstraint(
                name="signature_representative_has_relation_and_ground",
                condition=Q(relation="", ground="") | (~Q(relation="") & ~Q(ground="")),
            ),
            models.CheckConstraint(name="signature_names_its_signer", condition=~Q(signer_name="")),
        ]

    def __str__(self) -> str:
        return f"Signature {self.pk}"

    @property
    def by_representative(self) -> bool:
        return bool(self.relation)
