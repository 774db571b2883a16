from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models.charge import Charge, ChargeSheet
from billing.models.claim_file import ClaimFile
from emr.models import Coverage
from emr.rules.claim_states import ClaimState, every_step
from emr.validators import validate_npi
from notes.models import Note


class State(models.TextChoices):
    HELD = ClaimState.HELD.value, "Held"
    READY = ClaimState.READY.value, "Ready to send"
    SENT = ClaimState.SENT.value, "Sent"
    PAID = ClaimState.PAID.value, "Paid"
    DENIED = ClaimState.DENIED.value, "Denied"
    REJECTED = ClaimState.REJECTED.value, "Rejected"
    APPEALED = ClaimState.APPEALED.value, "Appealed"
    CORRECTED = ClaimState.CORRECTED.value, "Corrected by another"
    WRITTEN_OFF = ClaimState.WRITTEN_OFF.value, "Written off"
    DROPPED = ClaimState.DROPPED.value, "Dropped"


class Frequency(models.TextChoices):
    """What a claim is to one that was sent before."""

    ORIGINAL = "1", "Original"
    REPLACEMENT = "7", "Replaces an earlier claim"
    VOID = "8", "Voids an earlier claim"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def with_state(self):
        """Adds `state_now`, the state after the last step."""
        last = ClaimStep.objects.filter(claim=OuterRef("pk")).order_by("-number")
        return self.annotate(state_now=Subquery(last.values("after")[:1]))

    def with_charge(self):
        """Adds `charged`, the sum of its lines."""
        claimed = Sum("sheet__charges__amount", filter=Q(sheet__charges__to_patient=False))
        return self.annotate(charged=Coalesce(claimed, Decimal(0)))


class Claim(models.Model):
    """The charges of one note as they are asked from one payer. Once sent it never changes."""

    class Accident(models.TextChoices):
        NONE = "", "No accident"
        WORK = "work", "At work"
        AUTO = "auto", "Auto"
        OTHER = "other", "Other"

    note = models.ForeignKey(Note, models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="+")
    sheet = models.ForeignKey(ChargeSheet, models.PROTECT, related_name="+")
    control_number = models.CharField(
        max_length=20, unique=True, help_text="Ours, which the payer sends back. Names nobody."
    )
    frequency = models.CharField(max_length=1, choices=Frequency, default=Frequency.ORIGINAL)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    payer_control_number = models.CharField(
        max_length=50, blank=True, help_text="The payer's own number of the claim it replaces."
    )
    authorization_number = models.CharField(max_length=50, blank=True)
    onset_on = models.DateField("symptoms began on", null=True, blank=True)
    accident = models.CharField(max_length=5, choices=Accident, blank=True, default="")
    accident_state = models.CharField(max_length=2, blank=True)
    referrer_last_name = models.CharField(max_length=60, blank=True)
    referrer_first_name = models.CharField(max_length=35, blank=True)
    referrer_npi = models.CharField(
        "referrer's NPI", max_length=10, blank=True, validators=[validate_npi]
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="For the first time.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="claim_frequency_known", condition=Q(frequency__in=Frequency.values)
            ),
            models.CheckConstraint(
                name="claim_replaces_another_or_is_original",
                condition=Q(frequency="1") | Q(replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_accident_known",
                condition=Q(accident__in=["", "work", "other"], accident_state="")
                | (Q(accident="auto") & ~Q(accident_state="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.control_number}"

    @property
    def state(self) -> ClaimState:
        """The state after the last step; asks the database unless `with_state` did."""
        if "state_now" not in self.__dict__:
            last = self.steps.order_by("-number").values_list("after", flat=True)
            self.state_now = last[0]
        return ClaimState(self.state_now)

    @property
    def lines(self) -> list[Charge]:
        """The charges that are asked from the payer; those of the patient stand on no claim."""
        return [charge for charge in self.sheet.charges.all() if not charge.to_patient]

    @property
    def state_label(self) -> str:
        return State(self.state).label


def _steps_known() -> Q:
    known = Q()
    for before, after in sorted((str(before), str(after)) for before, after in every_step()):
        known |= Q(before=before, after=after)
    return known


class ClaimStep(models.Model):
    """One step of a claim: from which state to which, when, by whom, why. Only ever added.

    Steps are numbered, and of two people who take the next step of one claim at the same moment the
    database lets one through.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=11, blank=True, choices=State)
    after = models.CharField(max_length=11, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    file = models.ForeignKey(ClaimFile, models.PROTECT, null=True, blank=True, related_name="steps")
    on_paper = models.BooleanField(default=False, help_text="Sent as a printed CMS-1500.")

    class Meta:
        ordering = ["claim", "number"]
        constraints = [
            models.CheckConstraint(name="claim_step_known", condition=_steps_known()),
            models.UniqueConstraint(name="claim_step_number_once", fields=["claim", "number"]),
            models.CheckConstraint(
                name="claim_steps_begin_with_one",
                condition=Q(number=1, before="") | (Q(number__gte=2) & ~Q(before="")),
            ),
            models.CheckConstraint(
                name="claim_sent_in_a_file_or_on_paper",
                condition=Q(after="sent", file__isnull=False, on_paper=False)
                | Q(after="sent", file=None, on_paper=True)
                | (~Q(after="sent") & Q(file=None, on_paper=False)),
            ),
            models.CheckConstraint(
                name="claim_given_up_says_why",
                condition=~Q(after__in=["appealed", "corrected", "written off", "dropped"])
                | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_after_display()} {self.at:%Y-%m-%d}"
