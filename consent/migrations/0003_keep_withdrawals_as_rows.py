from django.db import migrations


def to_rows(apps, schema_editor):
    """Each withdrawal becomes a row of its own; a consent itself never changes any more."""
    consents = apps.get_model("consent", "Consent").objects.exclude(withdrawn_on=None)
    withdrawal = apps.get_model("consent", "ConsentWithdrawal")
    withdrawal.objects.bulk_create(
        withdrawal(
            consent=each,
            withdrawn_on=each.withdrawn_on,
            reason=each.withdrawn_reason,
            recorded_by_id=each.withdrawn_by_id,
            # When it was written down was not kept; its day was.
            recorded_at=each.recorded_at,
        )
        for each in consents
    )


def to_columns(apps, schema_editor):
    for each in apps.get_model("consent", "ConsentWithdrawal").objects.select_related("consent"):
        consent = each.consent
        consent.withdrawn_on, consent.withdrawn_reason = each.withdrawn_on, each.reason
        consent.withdrawn_by_id = each.recorded_by_id
        consent.save(update_fields=["withdrawn_on", "withdrawn_reason", "withdrawn_by"])
        each.delete()


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_notices_signatures_and_versions")]

    operations = [migrations.RunPython(to_rows, to_columns)]
