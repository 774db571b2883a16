"""The records of tests/records.py, made once for a module whose tests all begin at them.

A module asks for it by a fixture of its own; the cast of tests/conftest.py is then the one below:

    @pytest.fixture(scope="module")
    def shared(shared_records):
        return shared_records

The rows stand in a transaction around the module and each test in a savepoint within it, so that no
test sees what another wrote. Nothing in such a module may want rows that are committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from tests import cast, factories
from tests.records import make_records
from tests.sessions import sign_in

LONG = 24 * 60 * 60  # a module may take longer than a password typed again is good for


@dataclass(frozen=True)
class Shared:
    """The records by name, as `make_records` gives them, and a session key of each of the cast."""

    records: dict[str, int | str]
    sessions: dict[str, str]

    def client(self, username: str, **options) -> Client:
        """A client of one of the cast; of nobody for any other name."""
        client = Client(**options)
        if username in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[username]
        return client


@contextmanager
def made(media: Path) -> Iterator[Shared]:
    """Everything there is in the practice, until the block ends; files go to a folder of its own."""
    with override_settings(MEDIA_ROOT=media), transaction.atomic():
        practice = factories.make_practice()
        people = {make.__name__: make() for make in cast.EVERYBODY}
        patient = factories.make_patient(record_number="HL-10117")
        visit = factories.make_visit(patient=patient, provider=people["dana"].provider)
        seen = {name: people[name] for name in ("dana", "lee", "fran")}
        records = make_records(practice=practice, patient=patient, **seen)
        records["visit"] = visit.pk
        yield Shared(records, {name: session_of(user) for name, user in people.items()})
        transaction.set_rollback(True)


def session_of(user) -> str:
    client = Client()
    sign_in(client, user, ahead=LONG)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
