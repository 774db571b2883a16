"""Everything that an installation needs before it serves."""

from io import StringIO
from time import monotonic

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from emr.checks import demo_left_open
from emr.imports.steps import expire_imports

# Of Bootstrap and htmx only what the pages load; to compress the rest would take a dozen seconds.
UNUSED_FILES = ["*.rtl.*", "bootstrap-*", "bootstrap.css*", "bootstrap.*js*", "ext", "htm*x-4*"]


class Command(BaseCommand):
    help = "Bring the database, reference data, signing key and static files up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill in the demo clinic, too")

    def handle(self, *, demo: bool, **options) -> None:
        self.step("Database", "migrate", interactive=False)
        if errors := demo_left_open(databases=["default"]):
            raise CommandError(" ".join([*(error.msg for error in errors), errors[0].hint]))
        self.step("Shared cache", "createcachetable")
        self.step("Muscles", "load_muscles")
        # Takes seconds the first time, and says itself how far it is.
        call_command("load_diagnoses", stdout=options.get("stdout"))
        if not settings.SIGNING_P12.exists():
            self.step("Signing key", "make_signing_key")
        self.step("Static files", "collectstatic", interactive=False, ignore_patterns=UNUSED_FILES)
        if expired := expire_imports():
            self.stdout.write(f"Imports that nobody ended … {expired} forgotten")
        if demo:
            self.step("Demo clinic", "load_demo")

    def step(self, name: str, command: str, **options) -> None:
        """Run a command quietly, in one line: its name at once, how long it took in the end."""
        self.stdout.write(f"{name} … ", ending="")
        self.stdout.flush()
        began = monotonic()
        call_command(command, verbosity=0, stdout=StringIO(), **options)
        seconds = monotonic() - began
        self.stdout.write(f"ready, {seconds:.0f} s" if seconds > 1 else "ready")
