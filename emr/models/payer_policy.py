from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from emr.models.coverage import Payer


class NeedlingPolicy(models.TextChoices):
    """What a payer says of dry needling."""

    COVERED = "covered", "Covered"
    AUTHORIZATION = "authorization", "Covered after authorization"
    EXCLUDED = "excluded", "Excluded"
    INVESTIGATIONAL = "investigational", "Investigational"
    NOT_NECESSARY = "not_necessary", "Not medically necessary"
    UNKNOWN = "unknown", "Not known"


class UnitRule(models.TextChoices):
    """How minutes of timed codes become units."""

    CMS = "cms", "8-minute rule: all timed minutes together (CMS)"
    AMA = "ama", "Midpoint rule: each code by itself (AMA)"


class PlanModifier(models.TextChoices):
    """The modifier that says under whose plan of care a therapy line stands."""

    TABLE = "table", "By the table of payers and professions"
    NONE = "none", "None"
    GP = "GP", "GP, physical therapy"
    GO = "GO", "GO, occupational therapy"


class PayerPolicyQuerySet(models.QuerySet["PayerPolicy"]):
    def in_force_on(self, day):
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class PayerPolicy(models.Model):
    """What a payer, or one plan of it, decides about dry needling, from the first to the last day.

    All but the last day is settled when it is written; a change is a new policy from a later day.
    """

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="+")
    plan = models.CharField(max_length=80, blank=True, help_text="Empty: every plan of the payer.")
    needling = models.CharField("dry needling", max_length=15, choices=NeedlingPolicy)
    unit_rule = models.CharField(max_length=3, choices=UnitRule, default=UnitRule.CMS)
    needling_with_97140 = models.CharField(
        "modifier on needling billed with 97140",
        max_length=2,
        blank=True,
        choices=[("59", "59"), ("XS", "XS")],
        help_text="Only if this payer asks for it; Medicare has no such edit.",
    )
    plan_modifier = models.CharField(max_length=5, choices=PlanModifier, default=PlanModifier.TABLE)
    notice_modifier = models.CharField(
        "modifier with a valid ABN",
        max_length=2,
        blank=True,
        choices=[("GA", "GA"), ("GX", "GX")],
        help_text="Empty: by the table. Only if your Medicare contractor says otherwise.",
    )
    waiver_allowed = models.BooleanField(
        "contract lets the patient pay under a signed agreement", null=True, blank=True
    )
    waiver_form = models.CharField(
        max_length=160, blank=True, help_text="Which form the contract asks for."
    )
    limit_visits = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_per_region = models.BooleanField("counted for each body region", default=False)
    conservative_weeks = models.PositiveSmallIntegerField(
        "weeks of conservative care first", null=True, blank=True
    )
    needs_improvement = models.BooleanField("continues only with improvement", default=False)
    url = models.URLField("link", blank=True)
    source = models.CharField(
        max_length=200, help_text="Title and date of the policy, or who said so."
    )
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = PayerPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["payer__name", "plan", "-starts_on", "-pk"]
        verbose_name_plural = "payer policies"
        constraints = [
            models.CheckConstraint(
                name="payer_policy_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="payer_policy_known", condition=Q(needling__in=NeedlingPolicy.values)
            ),
            models.CheckConstraint(
                name="payer_policy_unit_rule_known", condition=Q(unit_rule__in=UnitRule.values)
            ),
            models.CheckConstraint(
                name="payer_policy_plan_modifier_known",
                condition=Q(plan_modifier__in=PlanModifier.values),
            ),
            models.CheckConstraint(
                name="payer_policy_modifiers_known",
                condition=Q(needling_with_97140__in=["", "59", "XS"])
                & Q(notice_modifier__in=["", "GA", "GX"]),
            ),
            models.CheckConstraint(
                name="payer_policy_limit_whole_or_not_at_all",
                condition=Q(limit_visits=None, limit_days=None, limit_per_region=False)
                | Q(
                    limit_visits__isnull=False,
                    limit_visits__gte=1,
                    limit_days__isnull=False,
                    limit_days__gte=1,
                ),
            ),
            models.CheckConstraint(name="payer_policy_has_a_source", condition=~Q(source="")),
            models.UniqueConstraint(
                "payer", Lower("plan"), "starts_on", name="payer_policy_once_a_plan_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_needling_display()} from {self.starts_on:%Y-%m-%d}"
