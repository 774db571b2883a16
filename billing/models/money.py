"""Money: what was received and given back, and the postings that every balance is the sum of."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum

from billing.models.charge import Charge, ChargeSheet
from billing.models.claim import Claim
from billing.models.remittance import Adjustment, RemittanceClaim, RemittanceLine
from emr.models import Document, Patient, Visit
from emr.validators import validate_no_card_number
from notes.models import Note

CENT = Decimal("0.01")


class Payment(models.Model):
    """Money that a patient paid. It never changes; giving it back is a refund.

    `entry` names the form that it was typed into: sent twice, it is one payment.
    """

    class Method(models.TextChoices):
        CASH = "cash", "Cash"
        CARD = "card", "Card"
        CHEQUE = "check", "Check"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="+")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    method = models.CharField(max_length=5, choices=Method)
    reference = models.CharField(
        max_length=40,
        blank=True,
        validators=[validate_no_card_number],
        help_text="Of the card slip or the check; never a card number.",
    )
    entry = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    received_on = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receipt = models.OneToOneField(Document, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="payment_is_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_method_known", condition=Q(method__in=["cash", "card", "check"])
            ),
            models.CheckConstraint(
                name="payment_by_card_or_check_has_its_reference",
                condition=Q(method="cash") | ~Q(reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.pk}"


class Refund(models.Model):
    """Money given back to a patient from one payment; never more than is left of it.

    `entry` names the form that it was typed into: sent twice, it is one refund.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    method = models.CharField(max_length=5, choices=Payment.Method)
    reference = models.CharField(max_length=40, blank=True, validators=[validate_no_card_number])
    reason = models.CharField(max_length=400, validators=[validate_no_card_number])
    entry = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    refunded_on = models.DateField()
    refunded_at = models.DateTimeField()
    refunded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-refunded_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="refund_is_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_method_known", condition=Q(method__in=["cash", "card", "check"])
            ),
            models.CheckConstraint(
                name="refund_by_card_or_check_has_its_reference",
                condition=Q(method="cash") | ~Q(reference=""),
            ),
            models.CheckConstraint(name="refund_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"Refund {self.pk}"


class Party(models.TextChoices):
    """Who owes what a posting is about."""

    PAYER = "payer", "Payer"
    PATIENT = "patient", "Patient"


class PostingQuerySet(models.QuerySet["Posting"]):
    def balance(self):
        """The sum of the rows to the cent; 0.00 without any."""
        total = self.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        return total.quantize(CENT)  # SQLite adds in binary fractions


class Posting(models.Model):
    """One entry of the ledger: by how much what a party owes grew (+) or shrank (−). It never changes.

    A wrong entry is taken back by another with the opposite amount that names it.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge", "Charge"
        INSURANCE_PAYMENT = "insurance payment", "Payment by the payer"
        CONTRACTUAL = "contractual", "Contractual adjustment"
        WRITE_OFF = "write-off", "Write-off"
        TRANSFER = "transfer", "Transfer to the patient"
        PAYMENT = "payment", "Payment by the patient"
        REFUND = "refund", "Refund"
        REVERSAL = "reversal", "Reversal"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    note = models.ForeignKey(Note, models.PROTECT, null=True, blank=True, related_name="+")
    party = models.CharField(max_length=7, choices=Party)
    kind = models.CharField(max_length=17, choices=Kind)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    posted_on = models.DateField(help_text="The day that it counts for.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, blank=True, related_name="+")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, blank=True, related_name="+")
    remitted = models.ForeignKey(
        RemittanceClaim, models.PROTECT, null=True, blank=True, related_name="postings"
    )
    remitted_line = models.ForeignKey(
        RemittanceLine, models.PROTECT, null=True, blank=True, related_name="+"
    )
    adjustment = models.ForeignKey(
        Adjustment, models.PROTECT, null=True, blank=True, related_name="postings"
    )
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="+")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, blank=True, related_name="+")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    memo = models.CharField(max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["posted_on", "pk"]
        constraints = [
            models.CheckConstraint(name="posting_party_known", condition=Q(party__in=Party.values)),
            models.CheckConstraint(
                name="posting_sign_fits_its_kind",
                condition=Q(kind__in=["charge", "refund"], amount__gt=0)
                | Q(kind__in=["contractual", "write-off", "payment"], amount__lt=0)
                | Q(kind="transfer", party="payer", amount__lt=0)
                | Q(kind="transfer", party="patient", amount__gt=0)
                # A payer takes back what it paid by a negative payment.
                | (Q(kind="insurance payment", party="payer") & ~Q(amount=0))
                | (Q(kind="reversal", reverses__isnull=False) & ~Q(amount=0)),
            ),
            models.CheckConstraint(
                name="posting_names_what_it_comes_from",
                condition=(Q(kind="charge", charge__isnull=False, note__isnull=False))
                | Q(kind="payment", payment__isnull=False, party="patient")
                | Q(kind="refund", refund__isnull=False, party="patient")
                | Q(kind="reversal", reverses__isnull=False)
                | Q(kind__in=["insurance payment", "contractual", "write-off", "transfer"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Superbill(models.Model):
    """The itemised bill that a patient takes along. It never changes."""

    sheet = models.ForeignKey(ChargeSheet, models.PROTECT, related_name="superbills")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    not_for_medicare = models.BooleanField(help_text="Says that it is not to be sent to Medicare.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Superbill {self.pk}"
