from django.apps import AppConfig

from emr.rules.notice_states import NEXT, every_step


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        from consent import desk
        from consent.worklists import consent_chips, notice_chips
        from emr import chips, protection

        chips.register("Consent", consent_chips, order=10)
        chips.register("Notice", notice_chips, order=20)
        desk.register()
        for table in ALWAYS_FROZEN:
            protection.register(protection.Frozen(table))
        for table, column in FROZEN_ONCE:
            protection.register(protection.Frozen(table, (column,)))
        for table, parent, key, column in PARTS:
            protection.register(protection.Part(table, parent, key, (column,)))
        protection.register(protection.Fixed("consent_signing", FIXED_OF_SIGNING))
        protection.register(
            protection.Chain("consent_noticestep", key="notice_id", before="before", after="after")
        )
        for name, condition in FITTING_STEPS.items():
            protection.register(protection.Fitting("consent_noticestep", name, condition))


# What a patient put their name to, and each step of it, from the moment it is written.
ALWAYS_FROZEN = [
    "consent_consent",
    "consent_consentwithdrawal",
    "consent_patientsignature",
    "consent_scan",
    "consent_abnwording",
    "consent_noticestep",
    "consent_noticeannotation",
]
FROZEN_ONCE = [
    ("consent_consentform", "published_at"),
    ("consent_notice", "issued_at"),
    ("consent_organizationdetermination", "decided_on"),
    ("consent_signing", "ended_at"),
]
# What is put before whom and by which way: settled when it begins, not only when it has ended.
FIXED_OF_SIGNING = (
    "patient_id",
    "form_id",
    "notice_id",
    "method",
    "snapshot",
    "snapshot_sha256",
    "token_sha256",
    "code",
)


def _listed(steps) -> str:
    return ", ".join(f"'{step}'" for step in sorted(steps))


_STEPS = _listed({f"{before}>{after}" for before, after in every_step()})
_STEPS_OF_KINDS = _listed(
    {
        f"{kind}:{before}>{after}"
        for kind, table in NEXT.items()
        for before, following in table.items()
        for after in following
    }
)
FITTING_STEPS = {
    # A step that some kind knows is one of the notice's own kind; the rest is the table's own check.
    "kind": (
        f"""NEW."before" || '>' || NEW."after" NOT IN ({_STEPS})"""
        ' OR EXISTS (SELECT 1 FROM "consent_notice" n WHERE n."id" = NEW."notice_id" AND n."kind"'
        f""" || ':' || NEW."before" || '>' || NEW."after" IN ({_STEPS_OF_KINDS}))"""
    ),
    # Signed by or for the patient whose notice it is.
    "patient": (
        'NEW."signature_id" IS NULL OR EXISTS (SELECT 1 FROM "consent_patientsignature" s'
        ' JOIN "consent_notice" n ON n."patient_id" = s."patient_id"'
        ' WHERE s."id" = NEW."signature_id" AND n."id" = NEW."notice_id")'
    ),
}
PARTS = [
    ("consent_consenttext", "consent_consentform", "form_id", "published_at"),
    ("consent_noticeline", "consent_notice", "notice_id", "issued_at"),
]
