"""Carries the rules' catalogue of muscles into the table; may run on every deploy."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from emr.rules import catalogue
from notes.models import Muscle


class Command(BaseCommand):
    help = "Load the catalogue of muscles; retires what has gone, never deletes."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        rows = [
            Muscle(id=each.id, name=each.name, region=each.region, retired_at=None)
            for each in catalogue.muscles()
        ]
        Muscle.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["name", "region", "retired_at"],
        )
        gone = Muscle.objects.exclude(pk__in=[row.pk for row in rows]).filter(retired_at=None)
        retired = gone.update(retired_at=timezone.now())
        self.stdout.write(f"{len(rows)} muscles loaded, {retired} retired.")
