from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.models.claim import Claim
from emr.models import Payer


class Group(models.TextChoices):
    """Who bears an adjustment."""

    CO = "CO", "Contract"
    PR = "PR", "Patient"
    OA = "OA", "Other"
    PI = "PI", "Payer's own"
    CR = "CR", "Correction"


class RemittanceFile(models.Model):
    """An 835 file as it came: looked at first, then posted or removed. Once posted it never changes.

    Its text is health data. The same file is posted once.
    """

    content = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="Of the bytes that were uploaded.")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="remittance_file_posted_by_goes_with_posted_at",
                condition=Q(posted_at=None, posted_by=None)
                | Q(posted_at__isnull=False, posted_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="remittance_file_posted_once",
                fields=["sha256"],
                condition=Q(posted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"835 file {self.pk}"


class Remittance(models.Model):
    """A payer's account of what it paid and what not; from an 835 file or typed in by hand.

    It and all of its parts never change. One payment comes once: the same trace number of the same
    payer is refused.
    """

    class Source(models.TextChoices):
        FILE = "file", "835 file"
        HAND = "hand", "By hand"

    payer = models.ForeignKey(Payer, models.PROTECT, null=True, blank=True, related_name="+")
    payer_name = models.CharField(max_length=60)
    payer_identifier = models.CharField(max_length=30, help_text="TRN03, or our payer's id.")
    trace_number = models.CharField("check or trace number", max_length=50)
    method = models.CharField(max_length=3, help_text="BPR04: CHK, ACH, NON.")
    paid_on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    source = models.CharField(max_length=4, choices=Source)
    file = models.ForeignKey(
        RemittanceFile, models.PROTECT, null=True, blank=True, related_name="remittances"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="remittance_once", fields=["payer_identifier", "trace_number"]
            ),
            models.CheckConstraint(
                name="remittance_of_a_file_keeps_it",
                condition=Q(source="file", file__isnull=False) | Q(source="hand", file=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Remittance {self.trace_number}"


class RemittanceClaim(models.Model):
    """What a remittance says of one claim, whether we know that claim or not."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="claims")
    position = models.PositiveIntegerField()
    control_number = models.CharField(max_length=50, help_text="CLP01, ours.")
    status = models.CharField(max_length=2, help_text="CLP02.")
    charge = models.DecimalField(max_digits=10, decimal_places=2)
    paid = models.DecimalField(max_digits=10, decimal_places=2)
    patient_responsibility = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    payer_control_number = models.CharField(max_length=50, blank=True, help_text="CLP07.")
    patient_name = models.CharField(max_length=160, blank=True, help_text="As the payer wrote it.")

    class Meta:
        ordering = ["remittance", "position"]
        constraints = [
            models.UniqueConstraint(
                name="remittance_claim_position_once", fields=["remittance", "position"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.control_number} in remittance {self.remittance_id}"


class RemittanceMatch(models.Model):
    """Which of our claims a remitted claim is; by its number, or found by a person.

    Without a claim it was looked at and left, with the reason.
    """

    remitted = models.OneToOneField(RemittanceClaim, models.PROTECT, related_name="match")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="answers")
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was left.")
    by_number = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="remittance_match_is_a_claim_or_says_why_not",
                condition=Q(claim__isnull=False, reason="") | (Q(claim=None) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"Match of {self.remitted_id}"


class RemittanceLine(models.Model):
    """What a remittance says of one line."""

    remitted = models.ForeignKey(RemittanceClaim, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=48)
    modifiers = models.CharField(max_length=11, blank=True)
    units = models.DecimalField(max_digits=7, decimal_places=2, default=1)
    charge = models.DecimalField(max_digits=10, decimal_places=2)
    paid = models.DecimalField(max_digits=10, decimal_places=2)
    service_on = models.DateField(null=True, blank=True)
    line_control_number = models.CharField(max_length=50, blank=True, help_text="REF*6R.")

    class Meta:
        ordering = ["remitted", "position"]
        constraints = [
            models.UniqueConstraint(
                name="remittance_line_position_once", fields=["remitted", "position"]
            )
        ]

    def __str__(self) -> str:
        return " ".join([self.code, *self.modifiers.split()])


class Adjustment(models.Model):
    """Why less was paid than charged: a group, a reason (CARC) and an amount; of a line or a claim."""

    remitted = models.ForeignKey(RemittanceClaim, models.PROTECT, related_name="adjustments")
    line = models.ForeignKey(
        RemittanceLine, models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    group = models.CharField(max_length=2)
    reason = models.CharField("reason code (CARC)", max_length=5)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    quantity = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["remitted", "pk"]

    def __str__(self) -> str:
        return f"{self.group}-{self.reason}"


class Remark(models.Model):
    """A remark code (RARC) on a remitted line or claim."""

    remitted = models.ForeignKey(RemittanceClaim, models.PROTECT, related_name="remarks")
    line = models.ForeignKey(
        RemittanceLine, models.PROTECT, null=True, blank=True, related_name="remarks"
    )
    code = models.CharField(max_length=8)

    class Meta:
        ordering = ["remitted", "pk"]

    def __str__(self) -> str:
        return self.code


class ProviderAdjustment(models.Model):
    """Money taken from or added to a whole remittance (PLB), which belongs to no claim of it."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="provider_adjustments")
    reason = models.CharField(max_length=2)
    identifier = models.CharField(max_length=50, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["remittance", "pk"]

    def __str__(self) -> str:
        return f"{self.reason} {self.identifier}"


class CollectionDecision(models.Model):
    """What is done about one adjustment, by rule or by a person; with the reason. It never changes.

    One that no rule could decide has no row until somebody decides.
    """

    class Decision(models.TextChoices):
        COLLECT = "collect", "Collect from the patient"
        DO_NOT_COLLECT = "do_not_collect", "Do not collect"

    adjustment = models.OneToOneField(Adjustment, models.PROTECT, related_name="decision")
    decision = models.CharField(max_length=14, choices=Decision)
    by_rule = models.BooleanField()
    reason = models.CharField(max_length=400)
    source = models.CharField(max_length=120, blank=True, help_text="Page of docs/rules/.")
    next_step = models.CharField(
        max_length=24, blank=True, help_text="What the rule names, as in emr.rules.denials."
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="collection_decision_known",
                condition=Q(decision__in=["collect", "do_not_collect"]),
            ),
            models.CheckConstraint(name="collection_decision_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
