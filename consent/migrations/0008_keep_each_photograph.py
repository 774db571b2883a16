import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0007_keep_what_a_draft_replaces"),
    ]

    operations = [
        migrations.AddField(
            model_name="scan",
            name="follows",
            field=models.ForeignKey(
                help_text="The first photograph of the same paper; empty for that one itself.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="following",
                to="consent.scan",
            ),
        ),
    ]
