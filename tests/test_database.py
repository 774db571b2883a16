"""The tests' own ground: what one test writes for good, the next one never sees."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from emr import protection
from emr.models import AuditEntry, Diagnosis, Document, Patient
from emr.rules import catalogue
from notes.models import Muscle, Note
from tests import database, factories


def rows():
    models = (Group, Muscle, Diagnosis, Patient, Document, AuditEntry, Note)
    return {model.__name__: model.objects.count() for model in models}


PREPARED = {
    "Group": 5,
    "Muscle": len(catalogue.muscles()),
    "Diagnosis": 9,
    "Patient": 0,
    "Document": 0,
    "AuditEntry": 0,
    "Note": 0,
}


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_a_test_that_signs_for_good_finds_the_prepared_database(transactional_db, time):
    found = rows()
    factories.make_signed_note()
    factories.make_audit_entry()

    assert found == PREPARED
    assert rows() == PREPARED | {"Patient": 1, "Document": 1, "AuditEntry": 1, "Note": 1}


def test_what_was_committed_is_gone_after_the_database_is_put_back(transactional_db):
    note = factories.make_signed_note()

    database.restore()

    assert rows() == PREPARED
    assert protection.present(connection) == set(protection.expected(connection.vendor))
    assert factories.make_signed_note().pk == note.pk


def test_the_database_is_put_back_though_somebody_is_still_connected(transactional_db):
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM emr_patient")
    factories.make_patient()

    database.restore()

    another.close()
    assert rows() == PREPARED


def test_a_transaction_that_somebody_keeps_open_does_not_stop_the_tests(
    transactional_db, monkeypatch
):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    another = connection.copy()
    another.set_autocommit(False)
    with another.cursor() as cursor:
        cursor.execute("UPDATE auth_group SET name = 'Surgeon' WHERE name = 'owner'")

    if connection.vendor == "sqlite":
        with pytest.raises(TimeoutError, match="keeps a transaction open"):
            database.restore()
    else:
        database.restore()  # PostgreSQL throws the other one out

    another.close()
    assert rows() == PREPARED
