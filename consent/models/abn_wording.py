from django.conf import settings
from django.db import models
from django.db.models import Q

from consent.models.consent_form import Language


class AbnWording(models.Model):
    """The wording of one edition of the ABN as the practice installed it. It never changes.

    `parts` holds the pasted text by part (consent.wording.PARTS). A mistake is mended by installing
    the edition once more; the newest counts. `is_demonstration` marks text that is not CMS's.
    """

    edition_expires = models.DateField(help_text="The expiry that is printed on the form.")
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    parts = models.JSONField()
    is_demonstration = models.BooleanField(default=False)
    pdf = models.FileField(upload_to="abn/", blank=True, help_text="The form as CMS publishes it.")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the parts as canonical JSON.")
    installed_at = models.DateTimeField()
    installed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-edition_expires", "-installed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="abn_wording_language_known", condition=Q(language__in=["en", "es"])
            ),
        ]

    def __str__(self) -> str:
        return f"ABN edition {self.edition_expires:%m/%d/%Y}"
