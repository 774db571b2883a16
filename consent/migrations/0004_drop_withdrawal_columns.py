from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0003_keep_withdrawals_as_rows"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="consent",
            name="consent_withdrawal_has_who_when_and_why",
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="consent_withdrawn_after_signed",
        ),
        migrations.RemoveField(
            model_name="consent",
            name="withdrawn_by",
        ),
        migrations.RemoveField(
            model_name="consent",
            name="withdrawn_on",
        ),
        migrations.RemoveField(
            model_name="consent",
            name="withdrawn_reason",
        ),
    ]
