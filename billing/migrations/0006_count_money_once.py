import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from emr.validators import validate_no_card_number


class Migration(migrations.Migration):
    """Nothing has written these tables before, so that there are no rows to bring along."""

    dependencies = [
        ("billing", "0005_keep_claims_on_paper"),
        ("emr", "0010_keep_limits_whole"),
    ]

    operations = [
        migrations.AddField(
            "payment",
            "entry",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            "refund",
            "entry",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            "payment",
            "receipt",
            models.OneToOneField(
                default=None,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="emr.document",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "payment",
            "reference",
            models.CharField(
                blank=True,
                help_text="Of the card slip or the check; never a card number.",
                max_length=40,
                validators=[validate_no_card_number],
            ),
        ),
        migrations.AlterField(
            "refund",
            "reason",
            models.CharField(max_length=400, validators=[validate_no_card_number]),
        ),
        migrations.AlterField(
            "refund",
            "reference",
            models.CharField(blank=True, max_length=40, validators=[validate_no_card_number]),
        ),
        migrations.AddConstraint(
            "refund",
            models.CheckConstraint(
                condition=Q(method="cash") | ~Q(reference=""),
                name="refund_by_card_or_check_has_its_reference",
            ),
        ),
        migrations.RemoveConstraint("maintenanceseries", "series_price_is_no_debt"),
        migrations.AddConstraint(
            "maintenanceseries",
            models.CheckConstraint(condition=Q(price__gt=0), name="series_price_is_money"),
        ),
        migrations.AddConstraint(
            "maintenanceseries",
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="series_end_says_why",
            ),
        ),
    ]
