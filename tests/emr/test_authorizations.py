"""Authorizations with what is used and left, and the care that was tried first."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import needled_visits
from emr.models import AuditEntry, Authorization, ConservativeCare
from emr.needled_visits import NeedledVisit
from tests.factories import (
    ZONE,
    at,
    make_authorization,
    make_care,
    make_coverage,
    make_patient,
    make_policy,
    today,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def coverage(patient, practice):
    return make_coverage(patient=patient)


def page_of(coverage):
    return reverse("emr:coverage", args=[coverage.pk])


def add(client, coverage, **changes):
    facts = {"number": "A-77", "starts_on": today().isoformat(), "visits": "8"} | changes
    return client.post(reverse("emr:add-authorization", args=[coverage.pk]), facts)


@pytest.mark.parametrize("name", ["fran", "bo", "dana", "olive"])
def test_an_authorization_is_put_on_file(request, coverage, patient, name):
    client, user = request.getfixturevalue(f"{name}_client"), request.getfixturevalue(name)

    assertRedirects(add(client, coverage, used_elsewhere="2"), page_of(coverage))

    kept = Authorization.objects.get()
    assert (kept.number, kept.visits, kept.used_elsewhere) == ("A-77", 8, 2)
    assert (kept.starts_on, kept.ends_on, kept.recorded_by) == (today(), None, user)
    entry = AuditEntry.objects.get(verb="authorization added")
    assert (entry.patient_id, entry.details) == (patient.pk, {})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "1999-01-01"}, "starts_on"),
        ({"ends_on": (today() - DAY).isoformat()}, "ends_on"),
        ({"visits": "0"}, "visits"),
        ({"visits": "-1"}, "visits"),
        ({"used_elsewhere": "9"}, "used_elsewhere"),
        ({"used_elsewhere": "99999"}, "used_elsewhere"),
    ],
)
def test_what_does_not_fit_is_said_in_place(fran_client, coverage, changes, field):
    response = add(fran_client, coverage, **changes)

    assert response.status_code == 422
    assert list(response.context["authorization_form"].errors) == [field]
    assert Authorization.objects.count() == 0


def test_one_number_is_on_file_once_until_it_is_taken_off(fran_client, coverage):
    make_authorization(coverage=coverage, number="a-77")

    assertContains(add(fran_client, coverage), "on file already", status_code=409)
    fran_client.post(reverse("emr:end-authorization", args=[Authorization.objects.get().pk]))
    assertRedirects(add(fran_client, coverage), page_of(coverage))


def test_used_and_left_are_counted_from_signed_notes(fran_client, coverage, patient, monkeypatch):
    make_authorization(coverage=coverage, number="A-77", used_elsewhere=1)
    make_authorization(coverage=coverage, number="A-78", starts_on=today(), visits=None)
    needled = [NeedledVisit(start=at(9, day=today() - ago * DAY)) for ago in (2, 4)]
    monkeypatch.setattr(needled_visits, "_registered", [lambda ids: {patient.pk: needled}])

    found = fran_client.get(page_of(coverage)).context["authorizations"]

    assert [(each.number, each.used, each.left) for each in found] == [
        ("A-78", 0, None),
        ("A-77", 3, 5),
    ]


def test_who_takes_it_off_is_shown_and_only_once(fran_client, fran, coverage):
    authorization = make_authorization(coverage=coverage)
    url = reverse("emr:end-authorization", args=[authorization.pk])

    assertRedirects(fran_client.post(url), page_of(coverage))

    authorization.refresh_from_db()
    assert authorization.ended_by == fran
    assertContains(fran_client.get(page_of(coverage)), "taken off")
    assertContains(fran_client.post(url), "was taken off already", status_code=409)


def test_compliance_reads_and_changes_nothing(cora_client, coverage):
    leave = make_authorization(coverage=coverage, number="A-77")

    response = cora_client.get(page_of(coverage))

    assertContains(response, "A-77")
    assertNotContains(response, reverse("emr:end-authorization", args=[leave.pk]))


# Care tried first


def add_care(client, coverage, **changes):
    facts = {"what": "Exercise at home", "starts_on": (today() - 50 * DAY).isoformat()} | changes
    return client.post(reverse("emr:add-conservative-care", args=[coverage.pk]), facts)


def test_care_is_the_patients_whoever_pays(dana_client, coverage, patient, dana):
    make_policy(payer=coverage.payer, conservative_weeks=6)
    assertContains(dana_client.get(page_of(coverage)), "0 of 6 weeks")

    assertRedirects(add_care(dana_client, coverage), page_of(coverage))

    kept = ConservativeCare.objects.get()
    assert (kept.patient, kept.what, kept.recorded_by) == (patient, "Exercise at home", dana)
    assertContains(dana_client.get(page_of(coverage)), "6 weeks asked for")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": ""}, "what"),
        ({"starts_on": (today() + DAY).isoformat()}, "starts_on"),
        ({"ends_on": (today() - 51 * DAY).isoformat()}, "ends_on"),
    ],
)
def test_care_that_does_not_fit_is_said(fran_client, coverage, changes, field):
    response = add_care(fran_client, coverage, **changes)

    assert (response.status_code, list(response.context["care_form"].errors)) == (422, [field])
    assert ConservativeCare.objects.count() == 0


def test_care_is_taken_off_once_and_only_the_patients_own(fran_client, coverage, patient):
    care, others = make_care(patient=patient), make_care(patient=make_patient())

    def take_off(row):
        return fran_client.post(reverse("emr:end-conservative-care", args=[coverage.pk, row.pk]))

    assertRedirects(take_off(care), page_of(coverage))
    assertContains(take_off(care), "was taken off already", status_code=409)
    assert take_off(others).status_code == 404
