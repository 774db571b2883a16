import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0006_widen_names_and_scans_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="replaced_because",
            field=models.CharField(
                blank=True, help_text="Written on that one, with the day.", max_length=400
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                help_text="The notice that this one takes the place of once it is answered.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consent.notice",
            ),
        ),
    ]
