from django.db import migrations, models

import emr.validators


class Migration(migrations.Migration):
    dependencies = [
        ("emr", "0008_keep_what_payers_decide"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="licence",
            name="needling_endorsement",
        ),
        migrations.AddField(
            model_name="licence",
            name="endorsed_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="needling endorsement since"
            ),
        ),
        migrations.AlterField(
            model_name="provider",
            name="taxonomy",
            field=models.CharField(
                blank=True,
                help_text="Empty: the usual one of the profession.",
                max_length=10,
                validators=[emr.validators.validate_taxonomy],
                verbose_name="taxonomy code",
            ),
        ),
        migrations.AddConstraint(
            model_name="licence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("endorsed_on", None),
                    models.Q(
                        ("endorsed_on__gte", models.F("issued_on")),
                        models.Q(
                            ("expires_on", None),
                            ("expires_on__gte", models.F("endorsed_on")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="licence_endorsed_within_its_days",
            ),
        ),
    ]
