from django.db import migrations, models


class Migration(migrations.Migration):
    """A limit with visits and no days compared with NULL, which no constraint refuses."""

    dependencies = [
        ("emr", "0009_date_the_needling_endorsement"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payerpolicy", name="payer_policy_limit_whole_or_not_at_all"
        ),
        migrations.AddConstraint(
            model_name="payerpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("limit_days", None), ("limit_per_region", False), ("limit_visits", None)
                    ),
                    models.Q(
                        ("limit_days__gte", 1),
                        ("limit_days__isnull", False),
                        ("limit_visits__gte", 1),
                        ("limit_visits__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payer_policy_limit_whole_or_not_at_all",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="verification", name="verification_limit_whole_or_not_at_all"
        ),
        migrations.AddConstraint(
            model_name="verification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit_days", None), ("limit_visits", None)),
                    models.Q(
                        ("limit", "yes"),
                        ("limit_days__gte", 1),
                        ("limit_days__isnull", False),
                        ("limit_visits__gte", 1),
                        ("limit_visits__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="verification_limit_whole_or_not_at_all",
            ),
        ),
    ]
