from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import desk
        from emr import protection

        desk.register()
        for table in ALWAYS_FROZEN:
            protection.register(protection.Frozen(table))
        protection.register(protection.Frozen("billing_claim", ("sent_at",)))
        protection.register(protection.Fixed("billing_claim", NAMED))
        protection.register(protection.Frozen("billing_remittancefile", ("posted_at",)))
        protection.register(protection.Fixed("billing_maintenanceseries", AGREED))
        protection.register(protection.Frozen("billing_maintenanceseries", ("ended_at",)))
        for table, name, condition in FITTING:
            protection.register(protection.Fitting(table, name, condition))


# Whatever was charged, sent, answered or paid: a correction is always a row of its own.
ALWAYS_FROZEN = [
    "billing_chargesheet",
    "billing_charge",
    "billing_claimstep",
    "billing_claimfile",
    "billing_paperclaim",
    "billing_remittance",
    "billing_remittanceclaim",
    "billing_remittancematch",
    "billing_remittanceline",
    "billing_adjustment",
    "billing_remark",
    "billing_provideradjustment",
    "billing_collectiondecision",
    "billing_payment",
    "billing_refund",
    "billing_posting",
    "billing_superbill",
    "billing_seriesvisit",
]
# What a claim is of, from the beginning: another is another claim.
NAMED = ("note_id", "coverage_id", "control_number", "replaces_id")
# What was agreed of a series; it only ends.
AGREED = (
    "patient_id",
    "provider_id",
    "visits",
    "every_days",
    "price",
    "discharged_on",
    "starts_at",
    "recorded_by_id",
    "recorded_at",
)
# An answer that is matched is posted as it stands: nothing is put into it afterwards.
NOT_MATCHED = (
    'NOT EXISTS (SELECT 1 FROM "billing_remittancematch" m'
    ' WHERE m."remitted_id" = NEW."remitted_id")'
)
FITTING = [
    ("billing_remittanceline", "unmatched", NOT_MATCHED),
    ("billing_adjustment", "unmatched", NOT_MATCHED),
    ("billing_remark", "unmatched", NOT_MATCHED),
    (
        "billing_remittanceclaim",
        "unmatched",
        'NOT EXISTS (SELECT 1 FROM "billing_remittancematch" m JOIN "billing_remittanceclaim" c'
        ' ON c."id" = m."remitted_id" WHERE c."remittance_id" = NEW."remittance_id")',
    ),
    # What was taken off the whole is kept before its claims are.
    (
        "billing_provideradjustment",
        "unanswered",
        'NOT EXISTS (SELECT 1 FROM "billing_remittanceclaim" c'
        ' WHERE c."remittance_id" = NEW."remittance_id")',
    ),
    # A step begins where the one before it ended.
    (
        "billing_claimstep",
        "follows",
        'NEW."number" = 1 OR EXISTS (SELECT 1 FROM "billing_claimstep" s'
        ' WHERE s."claim_id" = NEW."claim_id" AND s."number" = NEW."number" - 1'
        ' AND s."after" = NEW."before")',
    ),
    # Once a claim was sent, its lines are all there are.
    (
        "billing_charge",
        "unsent",
        'NOT EXISTS (SELECT 1 FROM "billing_claim" c WHERE c."sheet_id" = NEW."sheet_id"'
        ' AND c."sent_at" IS NOT NULL)',
    ),
    # No more goes back than came in. SQLite adds in binary fractions, hence the rounding.
    (
        "billing_refund",
        "within",
        'ROUND((SELECT COALESCE(SUM(r."amount"), 0) FROM "billing_refund" r'
        ' WHERE r."payment_id" = NEW."payment_id") + NEW."amount", 2) <='
        ' (SELECT p."amount" FROM "billing_payment" p WHERE p."id" = NEW."payment_id")',
    ),
    # An entry is taken back whole, from the account that it stands in.
    (
        "billing_posting",
        "opposite",
        'NEW."reverses_id" IS NULL OR EXISTS (SELECT 1 FROM "billing_posting" p'
        ' WHERE p."id" = NEW."reverses_id" AND p."patient_id" = NEW."patient_id"'
        ' AND p."party" = NEW."party" AND p."amount" = -NEW."amount")',
    ),
]
