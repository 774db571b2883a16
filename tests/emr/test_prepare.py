import re
from datetime import timedelta
from fnmatch import fnmatchcase
from importlib import metadata
from io import StringIO
from pathlib import PurePosixPath

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.demo.founding import NAME
from emr.accounts import DEMO_PASSWORD, DEMO_PRACTICE
from emr.checks import demo_left_open
from emr.management.commands.load_diagnoses import LIBRARY, fingerprint
from emr.management.commands.prepare import UNUSED_FILES
from emr.models import Diagnosis, DiagnosisRelease
from tests.factories import make_import_file, make_practice, make_user


def test_an_installation_that_is_ready_stays_as_it_is(db):
    name = f"{LIBRARY} {metadata.version(LIBRARY)}"
    codes = Diagnosis.objects.count()
    DiagnosisRelease.objects.create(
        pk=1, name=name, fingerprint=fingerprint(name), codes=codes, billable_codes=codes
    )
    key = settings.SIGNING_P12.read_bytes()
    output = StringIO()

    call_command("prepare", stdout=output)

    assert re.sub(r"ready, \d+ s", "ready", output.getvalue()) == (
        "Database … ready\n"
        "Shared cache … ready\n"
        "Muscles … ready\n"
        f"Diagnosis codes … {name} is in\n"
        "Static files … ready\n"
    )
    assert settings.SIGNING_P12.read_bytes() == key
    assert (settings.STATIC_ROOT / "css" / "app.css").exists()


def test_imports_that_nobody_ended_are_forgotten_when_the_installation_is_made_ready(db):
    file = make_import_file(uploaded_at=timezone.now() - timedelta(days=8))
    output = StringIO()

    call_command("prepare", stdout=output)

    file.refresh_from_db()
    assert (file.state, file.content) == ("discarded", "")
    assert "Imports that nobody ended … 1 forgotten" in output.getvalue()


@pytest.mark.parametrize(
    ("name", "username", "active", "said"),
    [
        (DEMO_PRACTICE, "heron", True, "This is the database of the demonstration."),
        ("Heron Lane", "olive", True, "“olive” signs in with the password of the demonstration."),
    ],
)
def test_the_demo_never_goes_live(db, name, username, active, said):
    make_practice(name=name)
    make_user(username=username, password=DEMO_PASSWORD, is_active=active)

    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("prepare", stdout=StringIO())
    assert said in [error.msg for error in run_checks(tags=["database"], databases=["default"])]


def test_a_clinic_of_its_own_is_no_demo(db):
    make_practice(name="Heron Lane")
    make_user(username="olive", password="blue-heron-over-water")
    make_user(username="dana", password=DEMO_PASSWORD, is_active=False)

    assert demo_left_open(databases=["default"]) == []


def test_the_demo_may_be_the_demo(db, settings):
    settings.DEMO = True
    make_practice(name=DEMO_PRACTICE)

    assert demo_left_open(databases=["default"]) == []


def test_the_demo_is_known_by_the_name_that_it_is_loaded_with():
    assert NAME == DEMO_PRACTICE


def test_every_file_that_a_page_loads_is_collected():
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    loaded = {
        name
        for template in templates
        for name in re.findall(r"""{% static ["']([^"']+)["']""", template.read_text())
    } | {"django_htmx/htmx-2.min.js", "django_htmx/django-htmx.js"}  # {% htmx_script %}
    parts = {name: PurePosixPath(name).parts for name in loaded}

    assert "bootstrap/css/bootstrap.min.css" in loaded
    assert [
        name
        for name in sorted(loaded)
        if any(fnmatchcase(part, unused) for part in parts[name] for unused in UNUSED_FILES)
    ] == []
