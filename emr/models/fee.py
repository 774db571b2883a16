from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from emr.models.coverage import Payer

# CPT: five digits, or four and the letter of its category or list; HCPCS: a letter and four digits.
A_CODE = RegexValidator(
    r"^([0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[FTUM])\Z",
    "Give a code of five signs, such as 20561, G0283 or 0213T.",
)


class DatedQuerySet(models.QuerySet):
    def begun_by(self, day):
        return self.filter(starts_on__lte=day)


class Fee(models.Model):
    """What the practice charges for a code, from the first to the last day; for one payer or all."""

    payer = models.ForeignKey(Payer, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=5, validators=[A_CODE])
    amount = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="fee_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="fee_is_no_debt", condition=Q(amount__gte=0)),
            models.UniqueConstraint(
                Coalesce("payer", 0), "code", "starts_on", name="fee_once_a_payer_code_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.starts_on:%Y-%m-%d}"


class CashPrice(models.Model):
    """What a patient pays who pays themselves: one price a visit (no code), or one for a code."""

    code = models.CharField(max_length=5, blank=True, validators=[A_CODE])
    label = models.CharField(max_length=120, help_text="As on the wall sign, in plain words.")
    amount = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cash_price_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(name="cash_price_is_no_debt", condition=Q(amount__gte=0)),
            models.UniqueConstraint(
                fields=["code", "starts_on"], name="cash_price_once_a_code_and_day"
            ),
        ]

    def __str__(self) -> str:
        return self.label
