import django.core.validators
from django.db import migrations, models

A_CODE = django.core.validators.RegexValidator(
    "^([0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[FTUM])\\Z",
    "Give a code of five signs, such as 20561, G0283 or 0213T.",
)


class Migration(migrations.Migration):
    """A price for what no code looks like was never asked for; the forms refuse it from now on."""

    dependencies = [
        ("emr", "0010_keep_limits_whole"),
    ]

    operations = [
        migrations.AlterField(
            model_name="cashprice",
            name="code",
            field=models.CharField(blank=True, max_length=5, validators=[A_CODE]),
        ),
        migrations.AlterField(
            model_name="fee",
            name="code",
            field=models.CharField(max_length=5, validators=[A_CODE]),
        ),
    ]
