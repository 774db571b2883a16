from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from consent.models.abn_wording import AbnWording
from consent.models.consent_form import Language
from consent.models.signature import PatientSignature
from emr.models import Coverage, Document, Patient, Provider, Visit
from emr.rules.notice_states import NoticeKind, NoticeState, every_step


class Kind(models.TextChoices):
    ABN = NoticeKind.ABN.value, "ABN"
    VOLUNTARY_ABN = NoticeKind.VOLUNTARY_ABN.value, "Voluntary ABN"
    ESTIMATE = NoticeKind.ESTIMATE.value, "Good-faith estimate"
    AGREEMENT = NoticeKind.AGREEMENT.value, "Agreement to pay"


ABN_KINDS = (Kind.ABN, Kind.VOLUNTARY_ABN)


class State(models.TextChoices):
    DRAFT = NoticeState.DRAFT.value, "Draft"
    ISSUED = NoticeState.ISSUED.value, "Waiting for the patient"
    CHOSEN = NoticeState.CHOSEN.value, "Option chosen"
    REFUSED = NoticeState.REFUSED.value, "Refused to sign"
    GIVEN = NoticeState.GIVEN.value, "Given"
    AGREED = NoticeState.AGREED.value, "Agreed"
    DECLINED = NoticeState.DECLINED.value, "Declined"
    SUPERSEDED = NoticeState.SUPERSEDED.value, "Replaced"
    VOID = NoticeState.VOID.value, "Void"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def with_state(self):
        """Adds `state_now`, the state after the last step."""
        last = NoticeStep.objects.filter(notice=OuterRef("pk")).order_by("-pk")
        return self.annotate(state_now=Subquery(last.values("after")[:1]))

    def in_state(self, *states):
        return self.with_state().filter(state_now__in=states)


class Notice(models.Model):
    """What a service will cost whom and why, for one patient: an ABN, an estimate, an agreement.

    A draft can be edited. Once issued it never changes: what the patient answers, and all that
    happens to it later, are its steps.
    """

    kind = models.CharField(max_length=13, choices=Kind)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, models.PROTECT, null=True, blank=True, related_name="+")
    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The first visit that it was made for.",
    )
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    identification = models.CharField(
        max_length=40, blank=True, help_text="Blank C: our own number, never Medicare's."
    )
    service_word = models.CharField(
        max_length=80, blank=True, help_text="The word over blank D, such as dry needling."
    )
    repetitive = models.BooleanField("covers a course of visits", default=False)
    frequency = models.CharField(max_length=80, blank=True, help_text="Such as once a week.")
    duration = models.CharField(max_length=80, blank=True, help_text="Such as eight weeks.")
    visits = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    ends_on = models.DateField("last day of the course", null=True, blank=True)
    additional = models.TextField("additional information (H)", max_length=1200, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The notice that this one takes the place of once it is answered.",
    )
    replaced_because = models.CharField(
        max_length=400, blank=True, help_text="Written on that one, with the day."
    )
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    wording = models.ForeignKey(AbnWording, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True, help_text="The day at the practice.")
    snapshot = models.TextField(blank=True, help_text="All that it says, as canonical JSON.")
    snapshot_sha256 = models.CharField(max_length=64, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="notice_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="notice_issued_whole_or_not_at_all",
                condition=Q(issued_at=None, issued_on=None, snapshot="", snapshot_sha256="")
                | (
                    Q(issued_at__isnull=False, issued_on__isnull=False)
                    & ~Q(snapshot="")
                    & ~Q(snapshot_sha256="")
                ),
            ),
            models.CheckConstraint(
                name="notice_issued_as_abn_has_its_wording",
                condition=Q(issued_at=None)
                | Q(kind__in=["abn", "voluntary_abn"], wording__isnull=False)
                | Q(kind__in=["estimate", "agreement"], wording=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def state(self) -> NoticeState:
        """The state after the last step; asks the database unless `with_state` did."""
        if "state_now" not in self.__dict__:
            self.state_now = self.steps.order_by("-pk").values_list("after", flat=True)[0]
        return NoticeState(self.state_now)

    @property
    def state_label(self) -> str:
        return State(self.state).label


class NoticeLine(models.Model):
    """One service of a notice: blanks D, E and F."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=5, blank=True)
    service = models.CharField(max_length=160, help_text="In plain words.")
    reason = models.CharField(max_length=400, blank=True)
    estimate = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="notice_line_once", fields=["notice", "position"]),
            models.CheckConstraint(
                name="notice_line_estimate_is_no_debt",
                condition=Q(estimate=None) | Q(estimate__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.service


def _steps_known() -> Q:
    known = Q()
    for before, after in sorted((str(before), str(after)) for before, after in every_step()):
        known |= Q(before=before, after=after)
    return known


class NoticeStep(models.Model):
    """One step of a notice: from which state to which, when, by whom. Only ever added.

    That a state is left once and entered once is the database's to hold, so that of two people
    who answer one notice at the same moment one comes first and the other is told.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="steps")
    before = models.CharField(max_length=10, blank=True, choices=State)
    after = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="Who did it, or attended while the patient did.",
    )
    answered_on = models.DateField(null=True, help_text="The day on which the patient answered.")
    option = models.PositiveSmallIntegerField(null=True)
    signature = models.OneToOneField(
        PatientSignature, models.PROTECT, null=True, related_name="notice_step"
    )
    transcribed = models.BooleanField(
        default=False, help_text="The option was keyed in from paper by staff."
    )
    witness = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    replaced_by = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="notice_step_known", condition=_steps_known()),
            models.UniqueConstraint(name="notice_leaves_a_state_once", fields=["notice", "before"]),
            models.UniqueConstraint(name="notice_enters_a_state_once", fields=["notice", "after"]),
            models.CheckConstraint(
                name="notice_option_goes_with_its_signature",
                # No option at all is none of the three, which a check of the list alone lets through.
                condition=Q(
                    after="chosen",
                    option__isnull=False,
                    option__in=[1, 2, 3],
                    signature__isnull=False,
                )
                | (~Q(after="chosen") & Q(option=None)),
            ),
            models.CheckConstraint(
                name="notice_agreement_goes_with_its_signature",
                condition=~Q(after__in=["agreed", "declined"]) | Q(signature__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_refusal_has_a_witness_and_why",
                condition=Q(after="refused") & ~Q(witness="") & ~Q(reason="")
                | ~Q(after="refused") & Q(witness=""),
            ),
            models.CheckConstraint(
                name="notice_void_says_why", condition=~Q(after="void") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="notice_replaced_by_another",
                condition=Q(after="superseded", replaced_by__isnull=False)
                | (~Q(after="superseded") & Q(replaced_by=None)),
            ),
            models.CheckConstraint(
                name="notice_answer_has_its_day_and_document",
                condition=Q(
                    after__in=["chosen", "refused", "given", "agreed", "declined"],
                    answered_on__isnull=False,
                    document__isnull=False,
                )
                | (
                    ~Q(after__in=["chosen", "refused", "given", "agreed", "declined"])
                    & Q(answered_on=None, document=None)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_after_display()} {self.at:%Y-%m-%d}"


class NoticeAnnotation(models.Model):
    """Something written on a notice after it was issued (blank H), with its date. Only ever added."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="annotations")
    text = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Annotation {self.pk}"
