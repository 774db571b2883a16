from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from consent.models.consent import Consent
from consent.models.consent_form import ConsentForm
from consent.models.notice import Notice, NoticeStep
from consent.models.signature import Method
from emr.models import Patient

# So long after it was handed over, or opened on a phone, a document can be answered there.
LONGEST = timedelta(hours=2)


class SigningQuerySet(models.QuerySet["Signing"]):
    def unfinished(self):
        return self.filter(ended_at=None)


class Signing(models.Model):
    """One document put before one person once: on the clinic's tablet, their phone, or paper.

    `snapshot` is what they are shown, as it was when this began, whatever becomes of the text.
    """

    class Outcome(models.TextChoices):
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"
        CANCELLED = "cancelled", "Taken back"
        OVERTAKEN = "overtaken", "Answered elsewhere"
        LOCKED = "locked", "Too many wrong tries"

    method = models.CharField(max_length=5, choices=Method)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    form = models.ForeignKey(ConsentForm, models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="signings")
    place = models.CharField(max_length=250, blank=True)
    snapshot = models.TextField(help_text="What is shown, as canonical JSON.")
    snapshot_sha256 = models.CharField(max_length=64)
    token_sha256 = models.CharField(max_length=64, blank=True, help_text="Of a phone's link.")
    code = models.CharField(max_length=14, blank=True, help_text="Printed on a paper form.")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="When the link was used.")
    tries = models.PositiveSmallIntegerField(default=0)
    blanked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    consent = models.OneToOneField(Consent, models.PROTECT, null=True, related_name="signing")
    step = models.OneToOneField(NoticeStep, models.PROTECT, null=True, related_name="signing")

    objects = SigningQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="signing_is_of_one_document",
                condition=Q(form__isnull=False, notice=None) | Q(form=None, notice__isnull=False),
            ),
            models.CheckConstraint(
                name="signing_method_known",
                condition=Q(method="kiosk", token_sha256="", code="")
                | Q(method="phone", code="", expires_at__isnull=False) & ~Q(token_sha256="")
                | Q(method="paper", token_sha256="") & ~Q(code=""),
            ),
            models.UniqueConstraint(
                name="signing_token_once", fields=["token_sha256"], condition=~Q(token_sha256="")
            ),
            models.UniqueConstraint(
                name="signing_code_once", fields=["code"], condition=~Q(code="")
            ),
            models.CheckConstraint(
                name="signing_ended_goes_with_outcome",
                condition=Q(ended_at=None, outcome="", consent=None, step=None)
                | (
                    Q(ended_at__isnull=False)
                    & Q(outcome__in=["signed", "declined", "cancelled", "overtaken", "locked"])
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Signing {self.pk}"

    @property
    def answer_by(self) -> datetime | None:
        """Until when a device may answer; None for paper, and for a link that nobody opened yet."""
        begun = {Method.KIOSK: self.started_at, Method.PHONE: self.opened_at}.get(self.method)
        return begun and begun + LONGEST
