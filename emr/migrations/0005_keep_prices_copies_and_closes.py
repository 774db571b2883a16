import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("emr", "0004_keep_former_identities"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="consent_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=12,
                help_text="Empty: until it is withdrawn or a new version asks for it.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(120),
                ],
                verbose_name="consent holds for so many months",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="link_minutes",
            field=models.PositiveSmallIntegerField(
                default=15,
                validators=[
                    django.core.validators.MinValueValidator(2),
                    django.core.validators.MaxValueValidator(120),
                ],
                verbose_name="a link to a patient's phone holds for so many minutes",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="takes_assignment",
            field=models.BooleanField(
                default=True,
                help_text="Accepts what Medicare pays as payment in full.",
                verbose_name="takes part in Medicare",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="tty",
            field=models.CharField(
                blank=True,
                help_text="For callers who cannot hear.",
                max_length=30,
                verbose_name="TTY number",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("note", "Procedure note"),
                    ("amended note", "Amended procedure note"),
                    ("consent", "Consent"),
                    ("declined consent", "Declined consent"),
                    ("abn", "Advance notice (ABN)"),
                    ("voluntary abn", "Voluntary advance notice (ABN)"),
                    ("estimate", "Good-faith estimate"),
                    ("agreement", "Agreement to pay"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="CashPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z][0-9]{3}[0-9A-Z]$",
                                "Give a code of five signs, such as 20561.",
                            )
                        ],
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        help_text="As on the wall sign, in plain words.", max_length=120
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "ordering": ["code", "-starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="cash_price_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="cash_price_is_no_debt"
                    ),
                    models.UniqueConstraint(
                        fields=("code", "starts_on"), name="cash_price_once_a_code_and_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("closed_at", models.DateTimeField()),
                (
                    "closed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="DayCloseReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("counter", models.CharField(max_length=40)),
                ("title", models.CharField(help_text="As it stood on the page.", max_length=80)),
                ("number", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=240)),
                (
                    "close",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reasons",
                        to="emr.dayclose",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("close", "counter"), name="day_close_reason_once_a_counter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), ("number__gt", 0)
                        ),
                        name="day_close_reason_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("printed", "Printed"),
                            ("paper copy", "Copy on paper given"),
                            ("shown", "Copy shown to keep"),
                            ("e-mailed", "Copy e-mailed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="emr.document",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what__in", ["printed", "paper copy", "shown", "e-mailed"])
                        ),
                        name="document_event_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Fee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z][0-9]{3}[0-9A-Z]$",
                                "Give a code of five signs, such as 20561.",
                            )
                        ],
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="emr.payer",
                    ),
                ),
            ],
            options={
                "ordering": ["code", "-starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="fee_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="fee_is_no_debt"
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Coalesce("payer", 0),
                        models.F("code"),
                        models.F("starts_on"),
                        name="fee_once_a_payer_code_and_day",
                    ),
                ],
            },
        ),
    ]
