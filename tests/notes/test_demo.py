"""The demo clinic, loaded once for all of these with two days behind it."""

from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from consent.models import Consent
from emr import signing
from emr.accounts import DEMO_PASSWORD, DEMO_PEOPLE
from emr.models import (
    AlertKind,
    AuditEntry,
    Coverage,
    CoverageKind,
    Document,
    Patient,
    PatientAlert,
    Practice,
    User,
    Visit,
    VisitState,
)
from emr.rules.findings import Severity
from notes.demo.clock import Clock
from notes.models import Addendum, AddendumKind, Note
from notes.review import review_note
from tests.factories import ZONE

COUNTED = [Patient, Coverage, Visit, Note, Addendum, Document, Consent, AuditEntry, User]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(settings, "DEMO", True)
        load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    with timezone.override(ZONE):
        yield


def load():
    call_command("load_demo", days=2, verbosity=0)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_every_kind_of_coverage_is_there(demo):
    kinds = Coverage.objects.values_list("payer__kind", flat=True)

    assert set(kinds) == set(CoverageKind.values)


def test_every_coverage_could_have_been_typed_in(demo):
    for coverage in Coverage.objects.select_related("payer", "patient"):
        coverage.full_clean()


def test_every_kind_of_alert_is_there(demo):
    assert set(PatientAlert.objects.values_list("kind", flat=True)) == set(AlertKind.values)


def test_both_needling_codes_appear(demo):
    codes = Note.objects.signed().values_list("suggested_code", flat=True)

    assert set(codes) == {"20560", "20561"}


def test_every_kind_of_addendum_is_there(demo):
    kinds = Addendum.objects.signed().values_list("kind", flat=True)

    assert sorted(kinds) == sorted(AddendumKind.values)


def test_every_signed_note_has_a_pdf_that_verifies(demo):
    notes = Note.objects.signed().select_related("document")

    proofs = [signing.verify_pdf(bytes(note.document.content)) for note in notes]

    assert len(proofs) > 5
    assert [proof.valid for proof in proofs] == [True] * len(proofs)


def test_a_note_is_signed_on_the_day_of_its_visit_and_the_log_says_when(demo):
    signed_at = dict(Note.objects.signed().values_list("pk", "signed_at"))
    started = dict(Note.objects.signed().values_list("pk", "visit__start"))
    logged = AuditEntry.objects.filter(verb="note signed").values_list("subject_id", "at")

    assert {int(pk): at for pk, at in logged} == signed_at
    assert all(started[pk] < at < started[pk] + timedelta(hours=2) for pk, at in signed_at.items())


def test_nothing_in_a_signed_note_stops_its_claim(demo):
    practice = Practice.objects.get()

    for note in Note.objects.signed():
        review = review_note(note, practice=practice, signed=True)
        assert [each for each in review.findings if each.severity == Severity.STOP] == []


def test_everybody_on_the_sign_in_page_gets_in(demo):
    people = User.objects.in_bulk([p.username for p in DEMO_PEOPLE], field_name="username")

    assert [people[p.username].check_password(DEMO_PASSWORD) for p in DEMO_PEOPLE] == [True] * 6
    assert [people[p.username].roles for p in DEMO_PEOPLE] == [{p.role} for p in DEMO_PEOPLE]


def test_odette_marlow_comes_at_half_past_ten_and_has_no_note_yet(demo):
    odette = Patient.objects.search("marlow odette").get()

    visit = Visit.objects.starting_on(timezone.localdate()).get(patient=odette)

    assert timezone.localtime(visit.start).time() == time(10, 30)
    assert visit.provider.user.username == "dana"
    assert not Note.objects.filter(visit=visit).exists()


def test_loading_twice_changes_nothing(demo):
    before = counts()

    load()

    assert counts() == before


@pytest.mark.parametrize("now", [time(0, 5), time(10, 40), time(23, 55)], ids=str)
def test_the_next_day_gets_a_list_of_its_own_at_any_hour(demo, now):
    tomorrow = timezone.localdate() + timedelta(days=1)
    patients, signed = Patient.objects.count(), Note.objects.signed().count()

    with Clock(datetime.combine(tomorrow, now, tzinfo=ZONE)) as clock:
        load()

    listed = Visit.objects.starting_on(tomorrow)
    new = Note.objects.filter(visit__in=listed).signed()
    assert 8 <= listed.count() <= 18
    assert Patient.objects.count() == patients
    assert Note.objects.signed().count() == signed + new.count()
    assert not AuditEntry.objects.filter(at__gt=clock.now).exists()
    assert not Note.objects.filter(visit__start__gt=clock.now).exists()


def test_what_a_former_day_left_waiting_is_closed_on_the_next(demo):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with Clock(datetime.combine(tomorrow, time(0, 5), tzinfo=ZONE)):
        load()

    waiting = [VisitState.PLANNED, VisitState.ARRIVED]
    midnight = datetime.combine(tomorrow, time(0), tzinfo=ZONE)
    assert not Visit.objects.filter(start__lt=midnight, state__in=waiting).exists()


def test_a_practice_that_is_not_the_demos_is_left_alone(demo):
    Practice.objects.update(name="Foothills Physical Therapy")
    before = counts()

    with pytest.raises(CommandError, match="not the demonstration's"):
        load()

    assert counts() == before


def test_people_without_a_practice_are_left_alone_too(demo):
    Practice.objects.all().delete()

    with pytest.raises(CommandError, match="not the demonstration's"):
        load()


def test_nothing_is_loaded_where_no_demo_was_asked_for(demo, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)

    with pytest.raises(CommandError, match="FILIFORM_DEMO=true"):
        load()
