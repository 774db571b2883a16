from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("emr", "0006_keep_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="done_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it became done. A notice that is signed later does not count for it.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at", None), ("state", "done"), _connector="OR"),
                name="visit_done_at_only_if_done",
            ),
        ),
    ]
