import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import audit
from emr.models import AuditEntry
from tests.factories import make_audit_entry, make_patient

ADDRESS = reverse("emr:audit")
EXPORT = reverse("emr:audit-export")


def shown(response):
    return [entry.verb for entry in response.context["entries"]]


@pytest.mark.parametrize("name", ["dana", "fran", "bo", "eve"])
def test_only_compliance_and_owner_read_the_log(request, name):
    client = request.getfixturevalue(f"{name}_client")

    assert [client.get(each).status_code for each in (ADDRESS, EXPORT)] == [404, 404]


def test_the_newest_entry_comes_first_and_reading_is_an_entry_itself(cora_client, cora):
    make_audit_entry(verb="older", at=datetime(2025, 3, 4, 10, tzinfo=UTC))
    make_audit_entry(verb="newer", at=datetime(2025, 3, 4, 11, tzinfo=UTC))

    response = cora_client.get(ADDRESS)

    assert shown(response) == ["viewed audit log", "newer", "older"]
    assert AuditEntry.objects.get(verb="viewed audit log").actor_id == cora.pk


@pytest.mark.parametrize("more", [1, 3], ids=["one", "three"])
def test_the_log_asks_the_same_questions_however_long_it_is(
    cora_client, django_assert_num_queries, more
):
    for number in range(more):
        patient = make_patient(record_number=f"HL-{number}")
        make_audit_entry(patient_id=patient.pk, subject_id=str(number))

    cora_client.get(ADDRESS)  # the first look of a minute renews the session, too

    # session, user, practice, roles, log of the look, entries, patients, verbs, people, and the
    # provider of the one who looks
    with django_assert_num_queries(10):
        response = cora_client.get(ADDRESS)

    assertContains(response, "<tr>", count=1 + 2 + more)


def test_filters_are_sent_so_that_no_record_number_ends_in_an_address(cora_client, patient):
    response = cora_client.post(ADDRESS, {"record_number": "hl-10117", "verb": ""})

    assertRedirects(response, f"{ADDRESS}?patient={patient.pk}", fetch_redirect_response=False)


def test_the_log_of_one_patient_shows_theirs_alone(cora_client, patient):
    make_audit_entry(verb="theirs", patient_id=patient.pk)
    make_audit_entry(verb="of another", patient_id=patient.pk + 1)

    response = cora_client.get(f"{ADDRESS}?patient={patient.pk}")

    assert shown(response) == ["viewed audit log", "theirs"]
    assertContains(response, 'value="HL-10117"')
    assert AuditEntry.objects.get(verb="viewed audit log").patient_id == patient.pk


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("person=7", ["by seven"]),
        ("verb=by+seven", ["by seven"]),
        ("record=emr.visit+12", ["of a visit"]),
        ("since=2025-03-05&until=2025-03-05", ["late that evening", "early that day"]),
    ],
)
def test_each_filter_narrows_the_log(cora_client, query, expected):
    make_audit_entry(verb="by seven", actor_id=7, at=datetime(2025, 1, 1, tzinfo=UTC))
    make_audit_entry(
        verb="of a visit",
        subject_type="emr.Visit",
        subject_id="12",
        at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    # Days are the practice's own: in Denver the fifth of March ends at seven in the morning UTC.
    make_audit_entry(verb="early that day", at=datetime(2025, 3, 5, 7, tzinfo=UTC))
    make_audit_entry(verb="late that evening", at=datetime(2025, 3, 6, 6, 59, tzinfo=UTC))
    make_audit_entry(verb="a day later", at=datetime(2025, 3, 6, 7, tzinfo=UTC))

    response = cora_client.get(f"{ADDRESS}?{query}")

    assert shown(response) == expected


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"record_number": "HL-00000"}, "No patient has this record number."),
        ({"record": "visit"}, "Give kind and number"),
        ({"record": "Odette Marlow"}, "Give kind and number"),
        ({"record": "emr.Patient Marlow"}, "Give kind and number"),
        ({"since": "2025-03-05", "until": "2025-03-04"}, "before the first day"),
    ],
)
def test_a_filter_that_cannot_be_is_said(cora_client, form, message):
    assertContains(cora_client.post(ADDRESS, form), message, status_code=422)


def test_pages_follow_one_another_without_a_gap(cora_client):
    for number in range(120):
        make_audit_entry(verb=f"entry {number}")  # all in the same second
    seen = []
    page = cora_client.get(ADDRESS)
    seen += shown(page)

    while page.context["older"]:
        page = cora_client.get(page.context["older"])
        seen += shown(page)

    entries = [verb for verb in seen if verb.startswith("entry")]
    assert entries == [f"entry {number}" for number in reversed(range(120))]


@pytest.mark.parametrize("query", ["since=yesterday", "record=Odette+Marlow"])
def test_an_address_that_makes_no_sense_shows_everything(cora_client, query):
    assertRedirects(cora_client.get(f"{ADDRESS}?{query}"), ADDRESS)
    assert "Marlow" not in str(AuditEntry.objects.values_list("details"))


def test_the_log_takes_the_longest_name_that_somebody_may_have(fran):
    fran.first_name, fran.last_name = "F" * 150, "I" * 150

    audit.record("signed in", fran, by=fran)

    assert AuditEntry.objects.get().actor == f"{'F' * 150} {'I' * 49}"


def test_the_export_has_every_entry_in_the_practices_time_and_no_formula(cora_client, patient):
    make_audit_entry(
        at=datetime(2025, 3, 4, 17, 30, tzinfo=UTC),
        actor="=cmd()",
        patient_id=patient.pk,
        address="192.0.2.7",
        details={"fields": ["npi"]},
    )

    response = cora_client.get(EXPORT)

    rows = list(csv.reader(io.StringIO(response.getvalue().decode())))
    assert rows[0] == ["when", "who", "what", "record", "patient", "from", "details"]
    assert rows[2] == [
        "2025-03-04T10:30:00-07:00",
        "'=cmd()",
        "viewed",
        "emr.Patient 1",
        "HL-10117",
        "192.0.2.7",
        "fields: ['npi']",
    ]
    assert rows[1][2] == "exported audit log"


def test_the_log_names_no_patient(cora_client, patient):
    make_audit_entry(patient_id=patient.pk)

    response = cora_client.get(ADDRESS)

    assertContains(response, "HL-10117")
    assertNotContains(response, "Marlow")
