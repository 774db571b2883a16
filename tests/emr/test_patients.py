from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from emr import actions
from emr.forms import PatientForm, WalkInForm
from emr.models import AuditEntry, Patient
from tests.factories import make_patient, today

HTMX = {"HX-Request": "true"}
PATIENTS = reverse("emr:patients")
ADD = reverse("emr:add-patient")
FACTS = {
    "last_name": "Brisk",
    "first_name": "Tobias",
    "birth_date": "1949-11-20",
    "sex": "male",
}


def search(client, typed, **data):
    return client.post(PATIENTS, {"q": typed} | data, headers=HTMX)


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_everybody_on_the_staff_may_search(request, who, patient):
    client = request.getfixturevalue(f"{who}_client")

    assert client.get(PATIENTS).status_code == 200
    assert search(client, "marl").context["hits"] == [patient]


def test_somebody_without_a_role_finds_nothing(eve_client, patient):
    addresses = [PATIENTS, ADD, reverse("emr:edit-patient", args=[patient.pk])]

    assert [eve_client.get(url).status_code for url in addresses] == [404, 404, 404]
    assert search(eve_client, "marl").status_code == 404


@pytest.mark.parametrize("who", ["bo", "cora"])
def test_who_only_reads_registers_nobody(request, who, patient):
    client = request.getfixturevalue(f"{who}_client")

    assert client.post(ADD, FACTS).status_code == 404
    assertNotContains(client.get(PATIENTS), "Add patient")


def test_the_biller_mends_the_details_that_a_claim_lacks(bo_client, patient):
    address = reverse("emr:edit-patient", args=[patient.pk])
    facts = facts_of(bo_client, patient) | {"street": "12 Elm Street"}

    response = bo_client.post(address, facts)

    patient.refresh_from_db()
    assertRedirects(response, patient.get_absolute_url())
    assert patient.street == "12 Elm Street"
    assertContains(bo_client.get(patient.get_absolute_url()), address)


def test_compliance_reads_the_details_and_changes_none(cora_client, patient):
    address = reverse("emr:edit-patient", args=[patient.pk])

    assert cora_client.get(address).status_code == 404
    assertNotContains(cora_client.get(patient.get_absolute_url()), address)


# Search


@pytest.mark.parametrize(
    "typed", ["mar", "ode mar", "MARLOW", "1951-03", "3/8/1951", "03/08/1951", "hl-10117"[:2]]
)
def test_a_patient_is_found_by_the_beginnings_of_what_is_known(fran_client, patient, typed):
    make_patient(last_name="Quill", birth_date=date(1960, 1, 1), record_number="ZZ-1")

    response = search(fran_client, typed)

    assertTemplateUsed(response, "emr/_patient_hits.html")
    assert response.context["hits"] == [patient]


@pytest.mark.parametrize("typed", ["", "  ", "-", "'", "\x00", "%", "zebra"])
def test_nothing_to_look_for_finds_nobody(fran_client, patient, typed):
    assert search(fran_client, typed).context["hits"] == []


def test_search_works_without_script_and_keeps_what_was_typed(fran_client, patient):
    response = fran_client.post(PATIENTS, {"q": "marl"})

    assertTemplateUsed(response, "emr/patients.html")
    assertContains(response, 'value="marl"')
    assertContains(response, "Marlow, Odette")


def test_what_stands_in_the_address_is_not_searched_for(fran_client, patient):
    assertNotContains(fran_client.get(PATIENTS, {"q": "marl"}), "Marlow")


def test_at_most_twenty_five_are_shown_and_more_are_said(fran_client, practice):
    for _ in range(26):
        make_patient()

    response = search(fran_client, "marlow")

    assert len(response.context["hits"]) == 25
    assertContains(response, "There are more: type more letters.")


def test_the_hits_of_a_new_visit_lead_to_it(fran_client, patient):
    response = search(fran_client, "marl", **{"for": "visit", "day": "2031-05-06"})

    url = reverse("emr:add-visit", args=[patient.pk]) + "?day=2031-05-06"
    assertContains(response, f'href="{url}"')
    assertContains(fran_client.get(url), 'value="2031-05-06"')


def test_a_day_that_is_none_does_no_harm(fran_client, patient):
    url = reverse("emr:add-visit", args=[patient.pk])

    assert fran_client.get(url, {"day": "<soon>"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    fran_client, practice, django_assert_num_queries, count
):
    for _ in range(count):
        make_patient()
    fran_client.get(PATIENTS)

    with django_assert_num_queries(6):  # session, user, roles, practice, patients, the log
        response = search(fran_client, "marl")

    assert len(response.context["hits"]) == count


# Add


def test_a_patient_is_added_and_their_chart_opened(fran_client):
    response = fran_client.post(ADD, FACTS | {"state": "co", "postal_code": "80521"})

    patient = Patient.objects.get()
    assert (response.status_code, response.url) == (302, patient.get_absolute_url())
    assert (str(patient), patient.state) == ("Brisk, Tobias", "CO")
    assert [e.verb for e in AuditEntry.objects.all()] == ["registered"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("last_name", ""),
        ("birth_date", ""),
        ("birth_date", "1899-12-31"),
        ("birth_date", (today() + timedelta(days=2)).isoformat()),
        ("sex", "cat"),
        ("email", "nobody"),
        ("state", "Colorado"),
        ("postal_code", "805"),
    ],
)
def test_a_wrong_field_says_so_and_nobody_is_registered(fran_client, field, value):
    response = fran_client.post(ADD, FACTS | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Patient.objects.count() == 0


def test_the_same_name_and_birth_date_must_be_confirmed(fran_client, patient):
    same = FACTS | {"last_name": "marlow", "birth_date": "1951-03-08"}

    asked = fran_client.post(ADD, same)

    assert (asked.status_code, Patient.objects.count()) == (422, 1)
    assertContains(asked, patient.get_absolute_url(), status_code=422)

    confirmed = fran_client.post(ADD, same | {"another_person": "on"})

    assert (confirmed.status_code, Patient.objects.count()) == (302, 2)


def test_a_record_number_that_is_taken_is_an_error_at_its_field(fran_client, patient):
    response = fran_client.post(ADD, FACTS | {"record_number": patient.record_number})

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["record_number"],
    )


# Edit


def facts_of(client, patient):
    form = client.get(reverse("emr:edit-patient", args=[patient.pk])).context["form"]
    facts = {name: form[name].value() for name in form.fields if name != "another_person"}
    return {name: value if value is not None else "" for name, value in facts.items()}


def test_an_edit_is_saved_and_the_log_names_the_fields_only(fran_client, patient):
    facts = facts_of(fran_client, patient) | {"phone": "970-555-0999"}

    response = fran_client.post(reverse("emr:edit-patient", args=[patient.pk]), facts)

    patient.refresh_from_db()
    assert (response.status_code, patient.phone) == (302, "970-555-0999")
    assert AuditEntry.objects.get(verb="edited").details == {"fields": ["phone"]}


def test_an_edit_over_somebody_elses_is_refused(fran_client, patient):
    facts = facts_of(fran_client, patient) | {"phone": "970-555-0999"}
    Patient.objects.update(phone="970-555-0123")

    response = fran_client.post(reverse("emr:edit-patient", args=[patient.pk]), facts)

    patient.refresh_from_db()
    assert (response.status_code, patient.phone) == (409, "970-555-0123")
    assertContains(response, "970-555-0123", status_code=409)


def test_a_wrong_edit_changes_nothing(fran_client, patient):
    facts = facts_of(fran_client, patient) | {"record_number": ""}

    response = fran_client.post(reverse("emr:edit-patient", args=[patient.pk]), facts)

    patient.refresh_from_db()
    assert (response.status_code, patient.record_number) == (422, "HL-10117")


@pytest.mark.parametrize("number", ["HL-2", "HL-3"], ids=["after a visit", "of somebody else"])
def test_a_record_number_that_may_not_be_given_is_an_error_at_its_field(
    fran_client, visit, patient, olive, number
):
    other = make_patient(record_number="HL-3")
    actions.edit_patient(patient=other, by=olive, record_number="HL-4")
    facts = facts_of(fran_client, patient) | {"record_number": number}

    response = fran_client.post(reverse("emr:edit-patient", args=[patient.pk]), facts)

    patient.refresh_from_db()
    assert (response.status_code, patient.record_number) == (422, "HL-10117")
    assert list(response.context["form"].errors) == ["record_number"]
    assertContains(response, "No. HL-10117", status_code=422)


def test_a_new_patient_is_not_given_a_number_that_was_somebodys(fran_client, fran, patient):
    actions.edit_patient(patient=patient, by=fran, record_number="HL-3")

    response = fran_client.post(ADD, FACTS | {"record_number": "HL-10117"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["record_number"]


@pytest.mark.parametrize("field", ["last_name", "first_name", "middle_name", "preferred_name"])
@pytest.mark.parametrize("name", ["\u200b", "Mar\u202elow"])
def test_a_name_that_cannot_be_read_is_refused(practice, field, name):
    assert field in PatientForm(FACTS | {field: name}).errors


@pytest.mark.parametrize("field", ["last_name", "first_name"])
def test_nor_does_anybody_walk_in_under_one(practice, field):
    assert field in WalkInForm(FACTS | {field: "\u200b"}).errors
