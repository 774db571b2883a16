from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from emr.models.patient import Patient, Sex
from emr.validators import normalise_medicare_number, validate_medicare_number


class CoverageKind(models.TextChoices):
    MEDICARE = "medicare", "Original Medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage", "Medicare Advantage"
    MEDICAID = "medicaid", "Medicaid"
    TRICARE = "tricare", "TRICARE"
    COMMERCIAL = "commercial", "Commercial"
    WORKERS_COMP = "workers_comp", "Workers' compensation"
    AUTO = "auto", "Auto"
    SELF_PAY = "self_pay", "Self-pay"


class Payer(models.Model):
    """Who pays: a plan or programme, of one kind."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=18, choices=CoverageKind)
    active = models.BooleanField(default=True)
    electronic_id = models.CharField(
        "electronic payer id", max_length=20, blank=True, help_text="As claims are addressed to it."
    )
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="payer_kind_known", condition=Q(kind__in=CoverageKind.values)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Relation(models.TextChoices):
    """Who the patient is to the person who holds the insurance."""

    SELF = "self", "Self"
    SPOUSE = "spouse", "Spouse"
    CHILD = "child", "Child"
    OTHER = "other", "Other"


CASH_BESIDE_MEDICARE = (
    "Medicare patients pay cash only by option 2 of an ABN: keep Medicare first, and end self-pay."
)


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def in_force_on(self, day):
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def primary(self):
        return self.filter(rank=Coverage.Rank.PRIMARY)


class Coverage(models.Model):
    """One patient with one payer, from the first to the last day that it pays."""

    class Rank(models.IntegerChoices):
        PRIMARY = 1, "Primary"
        SECONDARY = 2, "Secondary"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="coverages")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(choices=Rank, default=Rank.PRIMARY)
    member_number = models.CharField(
        max_length=40, blank=True, help_text="As on the card. Never printed on a notice."
    )
    plan = models.CharField(
        max_length=80, blank=True, help_text="As on the card, such as PPO Gold."
    )
    group_number = models.CharField(max_length=30, blank=True)
    relation = models.CharField(
        "the patient is the subscriber's",
        max_length=6,
        choices=Relation,
        default=Relation.SELF,
    )
    subscriber_last_name = models.CharField(max_length=80, blank=True)
    subscriber_first_name = models.CharField(max_length=80, blank=True)
    subscriber_birth_date = models.DateField(null=True, blank=True)
    subscriber_sex = models.CharField(max_length=7, choices=Sex, default=Sex.UNKNOWN)
    qmb = models.BooleanField(
        "qualified Medicare beneficiary (QMB)",
        default=False,
        help_text="Owes no Medicare cost sharing.",
    )
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="coverage_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="coverage_rank_known", condition=Q(rank__in=[1, 2])),
            models.CheckConstraint(
                name="coverage_of_somebody_else_names_the_subscriber",
                condition=Q(
                    relation="self",
                    subscriber_last_name="",
                    subscriber_first_name="",
                    subscriber_birth_date=None,
                )
                | (
                    Q(relation__in=["spouse", "child", "other"])
                    & ~Q(subscriber_last_name="")
                    & Q(subscriber_birth_date__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} ({self.get_rank_display().lower()})"

    def pays_on(self, day) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def clean(self) -> None:
        if not self.payer_id:
            return
        if self.payer.kind == CoverageKind.MEDICARE:
            self.member_number = normalise_medicare_number(self.member_number)
            try:
                validate_medicare_number(self.member_number)
            except ValidationError as error:
                raise ValidationError({"member_number": error.messages}) from error
        if self.patient_id and self.starts_on:
            beside = self._beside()
            if self._hides_medicare(beside):
                raise ValidationError(CASH_BESIDE_MEDICARE)
            if beside.filter(rank=self.rank).exists():
                raise ValidationError(
                    f"There is another {self.get_rank_display().lower()} coverage in these days:"
                    " end that one first."
                )

    def _beside(self) -> models.QuerySet["Coverage"]:
        """The patient's other coverages in these days."""
        others = Coverage.objects.filter(patient=self.patient_id).exclude(pk=self.pk)
        others = others.filter(Q(ends_on=None) | Q(ends_on__gte=self.starts_on))
        return others.filter(starts_on__lte=self.ends_on) if self.ends_on else others

    def _hides_medicare(self, beside: models.QuerySet["Coverage"]) -> bool:
        """Whether somebody with Original Medicare would count as one who pays alone."""
        primary, medicare = Q(rank=Coverage.Rank.PRIMARY), CoverageKind.MEDICARE
        if self.payer.kind == CoverageKind.SELF_PAY and self.rank == Coverage.Rank.PRIMARY:
            return beside.filter(payer__kind=medicare).exists()
        if self.payer.kind == medicare and self.rank != Coverage.Rank.PRIMARY:
            return beside.filter(primary, payer__kind=CoverageKind.SELF_PAY).exists()
        return False
