"""The cast and their clients, and a database that already knows muscles, diagnoses and roles."""

import shutil
import tempfile
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, TransactionTestCase

from emr.models import Patient, Practice, User, Visit
from tests import cast, database, factories
from tests.sessions import sign_in
from tests.shared import Shared, made

TEMPORARY = pytest.StashKey[Path]()

# A busy machine is no reason to fail: nothing here is a test of time.
hypothesis.settings.register_profile(
    "filiform", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("filiform")


def pytest_addoption(parser):
    parser.addoption(
        "--with-database",
        action="store_true",
        help="only tests that use the database; the others say the same on each",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if config.getoption("--with-database"):
        others = [item for item in items if not uses_database(item)]
        items[:] = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=others)


def uses_database(item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db")) or not fixtures.isdisjoint(item.fixturenames)


def pytest_configure(config):
    """What differs from a clinic: nothing of the developer's own, and passwords that cost little."""
    temporary = Path(tempfile.mkdtemp(prefix="filiform-tests-"))
    config.stash[TEMPORARY] = temporary
    settings.DEMO = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = temporary / "media"
    settings.SIGNING_P12 = temporary / "signing.p12"
    # Static files come from where they are written, so that no test waits for collectstatic.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.STATIC_ROOT = temporary / "static"
    settings.STATIC_ROOT.mkdir()
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        # A file of this run alone, so that two runs beside one another do not meet.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(temporary / "test.sqlite3")


def pytest_unconfigure(config):
    shutil.rmtree(config.stash[TEMPORARY], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_modify_db_settings,
    django_db_blocker,
    tmp_path_factory,
    request,
):
    """In place of pytest-django's: the migrations once a run, and what every installation has."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent  # a worker's own is below the run's
    if not settings.SIGNING_P12.exists():  # a test tried again may have set all up before
        call_command("make_signing_key", stdout=StringIO())
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(database.prepared(folder, fill))
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield
        with django_db_blocker.unblock():
            stack.close()


def fill():
    call_command("load_muscles", stdout=StringIO())
    for code, label, billable in DIAGNOSES:
        factories.make_diagnosis(code, label, billable=billable)


def put_back(_case):
    """In place of Django's flush, which what is signed would refuse."""
    database.restore()


# Three leaves that are common in needling, two headers that a claim must not carry.
DIAGNOSES = [
    ("M54.2", "Cervicalgia", True),
    ("M54.5", "Low back pain", False),
    ("M54.50", "Low back pain, unspecified", True),
    ("M54.51", "Vertebrogenic low back pain", True),
    ("M54.59", "Other low back pain", True),
    ("M79.1", "Myalgia", False),
    ("M79.11", "Myalgia of mastication muscle", True),
    ("M79.12", "Myalgia of auxiliary muscles, head and neck", True),
    ("M79.18", "Myalgia, other site", True),
]


# The cast. Always these; tests/factories.py has PASSWORD, which is everybody's. Where a module shares
# its records (tests/shared.py) they are there already.


@pytest.fixture(scope="module")
def shared() -> Shared | None:
    """What all tests of a module begin at: nothing, unless the module has this fixture, too."""
    return None


@pytest.fixture(scope="module")
def shared_records(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), made(tmp_path_factory.mktemp("media")) as shared:
        yield shared


@pytest.fixture
def practice(db, shared):
    return Practice.objects.get() if shared else factories.make_practice()


@pytest.fixture
def dana(practice, shared):
    """A physical therapist who may needle in Colorado."""
    return User.objects.get(username="dana") if shared else cast.dana()


@pytest.fixture
def lee(practice, shared):
    """Another therapist, a chiropractor."""
    return User.objects.get(username="lee") if shared else cast.lee()


@pytest.fixture
def fran(practice, shared):
    """The front desk."""
    return User.objects.get(username="fran") if shared else cast.fran()


@pytest.fixture
def bo(practice, shared):
    """The biller."""
    return User.objects.get(username="bo") if shared else cast.bo()


@pytest.fixture
def cora(practice, shared):
    """Compliance."""
    return User.objects.get(username="cora") if shared else cast.cora()


@pytest.fixture
def olive(practice, shared):
    """The owner of the practice."""
    return User.objects.get(username="olive") if shared else cast.olive()


@pytest.fixture
def eve(practice, shared):
    """Somebody who can sign in and may see nothing."""
    return User.objects.get(username="eve") if shared else cast.eve()


def client_of(user):
    """A client of somebody who has just typed their password again."""
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def dana_client(dana):
    return client_of(dana)


@pytest.fixture
def lee_client(lee):
    return client_of(lee)


@pytest.fixture
def fran_client(fran):
    return client_of(fran)


@pytest.fixture
def bo_client(bo):
    return client_of(bo)


@pytest.fixture
def cora_client(cora):
    return client_of(cora)


@pytest.fixture
def olive_client(olive):
    return client_of(olive)


@pytest.fixture
def eve_client(eve):
    return client_of(eve)


@pytest.fixture
def patient(practice, shared):
    """Odette Marlow, born 8 March 1951."""
    if shared:
        return Patient.objects.get(pk=shared.records["patient"])
    return factories.make_patient(record_number="HL-10117")


@pytest.fixture
def visit(patient, dana, shared):
    """The patient comes to Dana today at half past ten."""
    if shared:
        return Visit.objects.get(pk=shared.records["visit"])
    return factories.make_visit(patient=patient, provider=dana.provider)
