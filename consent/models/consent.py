from django.conf import settings
from django.db import models
from django.db.models import Q

from consent.models.consent_form import ConsentForm, Language
from consent.models.signature import PatientSignature
from emr.models import Document, Patient


class Consent(models.Model):
    """What a patient said to being needled, once: yes or no, to which text. It never changes.

    A form that was recorded by hand from paper has no text, no signature and no document here.
    """

    class Outcome(models.TextChoices):
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.SIGNED)
    signed_on = models.DateField()
    form = models.ForeignKey(ConsentForm, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    snapshot = models.TextField(
        blank=True, help_text="The text and who signed it, as canonical JSON."
    )
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    signature = models.OneToOneField(
        PatientSignature, models.PROTECT, null=True, blank=True, related_name="consent"
    )
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_reason = models.CharField(max_length=240, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="consent_outcome_known", condition=Q(outcome__in=["signed", "declined"])
            ),
            models.CheckConstraint(
                name="consent_signed_whole_or_by_hand",
                condition=Q(
                    form=None, signature=None, document=None, snapshot="", snapshot_sha256=""
                )
                | (
                    Q(form__isnull=False, signature__isnull=False, document__isnull=False)
                    & ~Q(snapshot="")
                    & ~Q(snapshot_sha256="")
                ),
            ),
            models.CheckConstraint(
                name="consent_reason_only_when_declined",
                condition=Q(declined_reason="") | Q(outcome="declined"),
            ),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.signed_on:%Y-%m-%d}"


class ConsentWithdrawal(models.Model):
    """The patient took a consent back: when, and why in their words. It never changes."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="withdrawal")
    withdrawn_on = models.DateField()
    reason = models.CharField(max_length=240)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-withdrawn_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="consent_withdrawal_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"Withdrawal of {self.withdrawn_on:%Y-%m-%d}"
