"""Keeps a copy of the prepared test database, and puts it back after a test that cannot roll back.

Django would empty the tables instead. It cannot: what is signed refuses to be deleted, and the
muscles and roles would be gone as well. A copy is faster, too.
"""

import sqlite3
import time
from pathlib import Path

from django.db import connection, connections

PATIENCE = 20  # seconds until somebody who still holds the database is called a mistake


def prepare() -> None:
    """Keep the database as it is now. Once a session, when everything that all tests share is in."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _copy(_file(), _kept_file())
    else:
        with connection._nodb_cursor() as cursor:
            _copy_database(cursor, _name(), _kept_name())


def restore() -> None:
    """Put the kept database back, whatever the test has written and whoever is still connected."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _copy(_kept_file(), _file())
    else:
        with connection._nodb_cursor() as cursor:
            _copy_database(cursor, _kept_name(), _name())


def discard() -> None:
    """Remove the copy. The database itself is Django's to remove."""
    if connection.vendor == "sqlite":
        _kept_file().unlink(missing_ok=True)
    else:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{_kept_name()}" WITH (FORCE)')


def _name() -> str:
    return connection.settings_dict["NAME"]


def _file() -> Path:
    return Path(_name())


def _kept_file() -> Path:
    return Path(f"{_name()}.kept")


def _kept_name() -> str:
    return f"{_name()}_kept"


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
