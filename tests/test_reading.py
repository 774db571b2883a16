"""Whoever is shown a patient stands in the audit log, whatever they asked for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from emr.models import AuditEntry
from tests import factories
from tests.records import make_records

HTMX = {"HX-Request": "true"}


@pytest.fixture
def records(practice, patient, dana, lee, fran):
    return make_records(practice=practice, patient=patient, dana=dana, lee=lee, fran=fran)


def readings():
    entries = AuditEntry.objects.filter(verb="viewed").order_by("pk")
    return [entry.details.get("part", entry.subject_type) for entry in entries]


# Where a patient stands on the answer: the address, its record, what the log says was read.
READ = [
    ("emr:chart", "patient", "chart"),
    ("emr:banner", "patient", "banner"),
    ("emr:edit-patient", "patient", "details"),
    ("emr:add-visit", "patient", "visit"),
    ("emr:add-coverage", "patient", "coverage"),
    ("consent:of-patient", "patient", "consents"),
    ("notes:of-patient", "patient", "notes"),
]
REFUSED = [
    ("emr:edit-patient", "patient", "details", 409),
    ("emr:add-visit", "patient", "visit", 422),
    ("emr:add-coverage", "patient", "coverage", 422),
    ("emr:end-coverage", "coverage", "chart", 422),
    ("emr:add-alert", "patient", "chart", 422),
    ("emr:add-goal", "patient", "chart", 422),
    ("consent:record", "patient", "consents", 422),
    ("consent:withdraw", "consent", "consents", 422),
]
htmx_or_not = pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])


@htmx_or_not
@pytest.mark.parametrize(("name", "record", "part"), READ)
def test_each_page_about_a_patient_is_written_down(
    fran_client, records, headers, name, record, part
):
    response = fran_client.get(reverse(name, args=[records[record]]), headers=headers)

    assert (response.status_code, readings()) == (200, [part])


@htmx_or_not
@pytest.mark.parametrize(("name", "record", "part", "status"), REFUSED)
def test_a_form_that_is_refused_shows_the_patient_and_is_written_down(
    fran_client, records, headers, name, record, part, status
):
    response = fran_client.post(reverse(name, args=[records[record]]), headers=headers)

    assert (response.status_code, readings()) == (status, [part])


def test_a_form_that_is_taken_shows_nobody(fran_client, patient):
    fran_client.post(reverse("emr:add-goal", args=[patient.pk]), {"text": "Climb stairs"})

    assert readings() == []


def test_what_htmx_loads_into_an_open_chart_is_one_reading(fran_client, patient):
    fran_client.get(patient.get_absolute_url())
    for name in ("emr:banner", "notes:of-patient", "consent:of-patient"):
        fran_client.get(reverse(name, args=[patient.pk]), headers=HTMX)
    fran_client.post(reverse("emr:add-alert", args=[patient.pk]), headers=HTMX)

    assert readings() == ["chart"]


def test_an_open_chart_is_a_reading_of_that_patient_only_by_that_person_and_for_an_hour(
    fran_client, bo_client, bo, patient
):
    other = factories.make_patient()
    long_ago = timezone.now() - timedelta(minutes=61)
    factories.make_audit_entry(
        at=long_ago, actor_id=bo.pk, patient_id=patient.pk, details={"part": "chart"}
    )
    fran_client.get(patient.get_absolute_url())

    fran_client.get(reverse("emr:banner", args=[other.pk]), headers=HTMX)
    bo_client.get(reverse("emr:banner", args=[patient.pk]), headers=HTMX)

    assert readings() == ["chart", "chart", "banner", "banner"]


def test_a_draft_that_is_shown_again_with_its_fault_is_written_down(dana_client, records):
    response = dana_client.post(reverse("notes:note", args=[records["draft"]]))

    assert (response.status_code, readings()) == (422, ["notes.Note"])


def test_asking_to_discard_a_draft_is_written_down(dana_client, records):
    dana_client.get(reverse("notes:discard", args=[records["draft"]]))

    assert readings() == ["notes.Note"]


def test_a_note_that_may_not_be_started_names_its_visit_in_the_log(lee_client, visit):
    response = lee_client.post(reverse("notes:start", args=[visit.pk]))

    assert (response.status_code, readings()) == (409, ["emr.Visit"])
    assert AuditEntry.objects.get().patient_id == visit.patient_id


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_for_addenda_is_written_down(dana_client, records, method):
    getattr(dana_client, method)(reverse("notes:add-addendum", args=[records["signed"]]))

    assert readings() == ["notes.Note"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_colleague_has_no_page_for_addenda_and_reads_nothing(lee_client, records, method):
    url = reverse("notes:add-addendum", args=[records["signed"]])

    assert getattr(lee_client, method)(url).status_code == 404
    assert readings() == []


# Searching shows many at once


@pytest.mark.parametrize(("typed", "found"), [("19", [{"hits": 2}]), ("zebra", []), ("", [])])
def test_a_search_that_shows_somebody_is_written_down_without_what_was_typed(
    fran_client, fran, patient, typed, found
):
    factories.make_patient(last_name="Quill")

    fran_client.post(reverse("emr:patients"), {"q": typed}, headers=HTMX)

    entries = AuditEntry.objects.filter(verb="searched patients", subject_id=str(fran.pk))
    assert [entry.details for entry in entries] == found
    assert AuditEntry.objects.count() == len(found)


@pytest.mark.parametrize("name", ["emr:add-patient", "emr:walk-in"])
def test_who_has_that_name_already_is_a_search_too(fran_client, patient, name):
    person = {"last_name": "Marlow", "first_name": "Ottilie", "birth_date": "1951-03-08"}

    response = fran_client.post(reverse(name), person)

    assertContains(response, patient.get_absolute_url(), status_code=422)
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["searched patients"]
