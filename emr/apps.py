from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class EmrConfig(AppConfig):
    name = "emr"
    verbose_name = "Filiform"

    def ready(self) -> None:
        from emr import checks, chips, desk, protection, search  # noqa: F401 -- they register themselves
        from emr.benefits.chips import verification_chips
        from emr.benefits.desk import TO_VERIFY

        chips.register("Verification", verification_chips, order=25)
        desk.register(TO_VERIFY)

        for table in FROZEN:
            protection.register(protection.Frozen(table))
        protection.register(protection.Fixed("emr_payerpolicy", FIXED_OF_POLICY))
        protection.register(protection.Fixed("emr_scopeoverride", FIXED_OF_OVERRIDE))
        protection.register(protection.Frozen("emr_scopeoverride", ("ended_at",)))
        pre_migrate.connect(protection.take_down, dispatch_uid="protection-down")
        post_migrate.connect(protection.put_up, dispatch_uid="protection-up")


FROZEN = [
    "emr_document",
    "emr_documentevent",
    "emr_auditentry",
    "emr_formeridentity",
    "emr_dayclose",
    "emr_dayclosereason",
    "emr_verification",
]
# A policy that changed is a new one; only its last day is set later.
FIXED_OF_POLICY = (
    "payer_id",
    "plan",
    "needling",
    "unit_rule",
    "needling_with_97140",
    "plan_modifier",
    "notice_modifier",
    "waiver_allowed",
    "waiver_form",
    "limit_visits",
    "limit_days",
    "limit_per_region",
    "conservative_weeks",
    "needs_improvement",
    "url",
    "source",
    "starts_on",
)
# An override is ended, and never rewritten.
FIXED_OF_OVERRIDE = (
    "provider_id",
    "state",
    "about",
    "reason",
    "starts_on",
    "ends_on",
    "recorded_by_id",
    "recorded_at",
)
