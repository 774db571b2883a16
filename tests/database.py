"""Keeps a copy of the prepared test database, and puts it back after a test that cannot roll back.

Django would empty the tables instead. It cannot: what is signed refuses to be deleted, and the
muscles and roles would be gone as well. A copy is faster, too. The other processes of a run begin
with it as well, for the migrations take as long as a hundred tests.
"""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases

PATIENCE = 20  # seconds until somebody who still holds the database is called a mistake


@contextmanager
def prepared(folder: Path, fill: Callable[[], None]) -> Iterator[None]:
    """The test database with what `fill` puts in, until the block ends.

    `folder` is one for all processes of the run: the first one migrates and fills, and leaves the
    name of its copy there.
    """
    note = folder / "prepared-database"
    with _alone_in(folder):
        found = note.exists()
        if found:
            _copy_named(note.read_text(), connection.creation._get_test_db_name())
        config = setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=found)
        if not found:
            fill()
        connections.close_all()
        _copy_named(_name(), _kept_name())
        if not found:
            note.write_text(_kept_name())
    try:
        yield
    finally:
        with _alone_in(folder):
            if not found:
                note.unlink(missing_ok=True)
            _drop_named(_kept_name())
        teardown_databases(config, verbosity=0)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with open(folder / "prepared-database.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def restore() -> None:
    """Put the kept database back, whatever the test has written and whoever is still connected."""
    connections.close_all()
    _copy_named(_kept_name(), _name())


def _name() -> str:
    return connection.settings_dict["NAME"]


def _kept_name() -> str:
    """A file beside it, or another database of the server."""
    return f"{_name()}{'.kept' if connection.vendor == 'sqlite' else '_kept'}"


def _copy_named(source: str, target: str) -> None:
    if connection.vendor == "sqlite":
        _copy(Path(source), Path(target))
    else:
        with connection._nodb_cursor() as cursor:
            _copy_database(cursor, source, target)


def _drop_named(name: str) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        Path(name).unlink(missing_ok=True)
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(source: Path, target: Path) -> None:
    """Page by page through SQLite itself, so that a thread of a live server may stay connected."""
    give_up_at = time.monotonic() + PATIENCE

    def check_the_time(*_progress) -> None:
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"Somebody keeps a transaction open in {target.name}.")

    old, new = sqlite3.connect(source), sqlite3.connect(target, timeout=0.1)
    try:
        old.backup(new, progress=check_the_time)
    finally:
        old.close()
        new.close()


def _copy_database(cursor, source: str, target: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
