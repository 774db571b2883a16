import re
from fnmatch import fnmatchcase
from importlib import metadata
from io import StringIO
from pathlib import PurePosixPath

from django.conf import settings
from django.core.management import call_command

from emr.management.commands.load_diagnoses import LIBRARY, fingerprint
from emr.management.commands.prepare import UNUSED_FILES
from emr.models import Diagnosis, DiagnosisRelease


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
