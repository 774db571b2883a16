"""The rules from the command line: docs/rules/check_visit.md"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.management.base import BaseCommand

from emr.rules.visit_file import Unreadable, answers

STANDARD_INPUT = "-"
SOME_UNREADABLE = 2


class Command(BaseCommand):
    help = "Check visits written in JSON and print one JSON object a visit."
    requires_system_checks = []  # no model is used, so it runs without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="JSON: one object, a list, or one object a line; - is standard input",
        )

    def handle(self, *, files: list[str], **options: object) -> None:
        try:
            read = [self.check_file(file) for file in files]
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read the answers has enough; nothing may be written at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        if not all(read):
            sys.exit(SOME_UNREADABLE)

    def check_file(self, file: str) -> bool:
        """Print the answers to one file; false where something could not be read."""
        if file == STANDARD_INPUT:
            return self.check_lines(sys.stdin.buffer, name="standard input")
        try:
            with open(file, "rb") as lines:
                return self.check_lines(lines, name=file)
        except BrokenPipeError:
            raise
        except OSError as error:
            self.stderr.write(f"{file}: {error.strerror or error}")
            return False

    def check_lines(self, lines: Iterable[bytes], *, name: str) -> bool:
        all_read = True
        for found in answers(lines):
            if isinstance(found, Unreadable):
                self.stderr.write(f"{name}, line {found.line}: {found.problem}")
                all_read = False
            else:
                self.stdout.write(json.dumps(found.content))
                all_read = all_read and found.was_read
        return all_read
