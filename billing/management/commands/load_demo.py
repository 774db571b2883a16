"""Fills an empty database with a clinic to look at; on a later day, adds that day's visits."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.demo.load import NotTheDemoError, load

DAYS = 20


class Command(BaseCommand):
    help = "Load the invented clinic of `make demo`. Asks for FILIFORM_DEMO=true."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS, help="how many working days lie behind it"
        )

    def handle(self, *, days: int, verbosity: int, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Invented patients are loaded with FILIFORM_DEMO=true only.")

        def say(line: str) -> None:
            if verbosity:
                self.stdout.write(line)
                self.stdout.flush()

        try:
            load(days=max(days, 1), say=say)
        except NotTheDemoError as error:
            raise CommandError(str(error)) from error
