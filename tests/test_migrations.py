import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

OURS = ["emr", "consent", "notes", "billing"]


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_migration_is_named_for_what_it_does():
    ours = [each for each in disk_migrations().values() if each.app_label in OURS]

    assert [str(each) for each in ours if "_auto_" in each.name] == []
    assert [str(each) for each in ours if "initial" in each.name and not each.initial] == []


def test_a_migration_can_be_taken_back():
    """Otherwise a clinic could not go back to yesterday's release."""
    ours = [each for each in disk_migrations().values() if each.app_label in OURS]

    assert [str(m) for m in ours if not all(o.reversible for o in m.operations)] == []


def disk_migrations():
    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations


def test_a_migration_has_one_parent_in_its_app():
    """Two that were made side by side are put in order before they are merged."""
    assert MigrationLoader(None, ignore_no_migrations=True).detect_conflicts() == {}
