import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("emr", "0005_keep_prices_copies_and_closes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("patients", "Patients"), ("schedule", "Schedule")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Waits for your word"),
                            ("running", "Is being written"),
                            ("left over", "Written, but for some rows"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        default="preview",
                        max_length=9,
                    ),
                ),
                (
                    "encoding",
                    models.CharField(help_text="What the letters were taken for.", max_length=12),
                ),
                ("content", models.TextField(blank=True, help_text="The text as it was read.")),
                (
                    "verdicts",
                    models.TextField(blank=True, help_text="What each row comes to, as JSON."),
                ),
                ("rows", models.PositiveIntegerField()),
                (
                    "handled",
                    models.PositiveIntegerField(
                        default=0, help_text="So many rows, from the first, have had their turn."
                    ),
                ),
                ("new", models.PositiveIntegerField()),
                ("changed", models.PositiveIntegerField()),
                ("same", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("uploaded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["patients", "schedule"])),
                        name="import_file_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content", ""),
                                ("state__in", ["done", "discarded"]),
                                ("verdicts", ""),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            models.Q(
                                ("ended_at", None),
                                ("ended_by", None),
                                ("state__in", ["preview", "running", "left over"]),
                                models.Q(("content", ""), _negated=True),
                                models.Q(("verdicts", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="import_file_wiped_when_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["running", "left over", "done", "discarded"]),
                                ("confirmed_at__isnull", False),
                                ("confirmed_by__isnull", False),
                            ),
                            models.Q(
                                ("confirmed_at", None),
                                ("confirmed_by", None),
                                ("handled", 0),
                                ("state__in", ["preview", "discarded"]),
                            ),
                            _connector="OR",
                        ),
                        name="import_file_written_once_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handled__lte", models.F("rows")),
                            (
                                "rows__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("new"), "+", models.F("changed")
                                        ),
                                        "+",
                                        models.F("same"),
                                    ),
                                    "+",
                                    models.F("refused"),
                                ),
                            ),
                        ),
                        name="import_file_counts_its_rows",
                    ),
                ],
            },
        ),
    ]
