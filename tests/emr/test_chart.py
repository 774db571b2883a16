from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from emr.models import AuditEntry, FunctionalGoal, PatientAlert, VisitState
from tests.factories import (
    at,
    make_alert,
    make_coverage,
    make_goal,
    make_patient,
    make_payer,
    make_visit,
)

HTMX = {"HX-Request": "true"}


def chart_of(client, patient):
    return client.get(reverse("emr:chart", args=[patient.pk]))


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_everybody_on_the_staff_reads_a_chart_and_that_is_written_down(request, who, patient):
    user = request.getfixturevalue(who)

    response = chart_of(request.getfixturevalue(f"{who}_client"), patient)

    assert response.status_code == 200
    [entry] = AuditEntry.objects.all()
    assert (entry.verb, entry.actor_id, entry.patient_id) == ("viewed", user.pk, patient.pk)


def test_somebody_without_a_role_reads_no_chart(eve_client, patient):
    assert chart_of(eve_client, patient).status_code == 404
    assert eve_client.get(reverse("emr:banner", args=[patient.pk])).status_code == 404
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("number", [0, 10**18 - 1])
def test_a_chart_of_nobody_is_not_found(fran_client, number):
    assert fran_client.get(reverse("emr:chart", args=[number])).status_code == 404


def test_the_banner_names_alerts_payer_and_age(fran_client, patient, fran):
    make_alert(patient=patient, recorded_by=fran)
    make_alert(patient=patient, recorded_by=fran, kind="pregnancy", detail="")
    ended = make_alert(patient=patient, recorded_by=fran, kind="infection", detail="left elbow")
    PatientAlert.objects.filter(pk=ended.pk).update(ended_at=at(8), ended_by=fran)
    make_coverage(patient=patient, payer=make_payer(name="Medicare Part B"), qmb=True)

    response = fran_client.get(reverse("emr:banner", args=[patient.pk]))

    assertContains(response, "8 Mar 1951")
    assertContains(response, "HL-10117")
    assertContains(response, "Medicare Part B")
    assertContains(response, "QMB")
    assertContains(response, "apixaban")
    assertContains(response, "Pregnancy")
    assertNotContains(response, "left elbow")


def test_a_member_number_shows_its_last_four_only(fran_client, patient):
    make_coverage(patient=patient, member_number="1EG4TE5MK73")

    response = chart_of(fran_client, patient)

    assertContains(response, "MK73")
    assertNotContains(response, "1EG4")


def test_visits_to_come_stand_apart_from_past_ones(fran_client, dana, patient):
    past = make_visit(
        patient=patient, provider=dana.provider, start=at(9, day=date(2025, 3, 4)), state="done"
    )
    coming = make_visit(patient=patient, provider=dana.provider, start=at(9) + timedelta(days=7))

    context = chart_of(fran_client, patient).context

    assert [row.visit for row in context["coming"]] == [coming]
    assert [row.visit for row in context["past"]] == [past]


def test_only_therapists_start_a_visit_from_the_chart(dana_client, fran_client, patient):
    start = reverse("emr:start-visit", args=[patient.pk])

    assertContains(chart_of(dana_client, patient), start)
    assertNotContains(chart_of(fran_client, patient), start)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    fran_client, fran, dana, patient, django_assert_num_queries, count
):
    for number in range(count):
        make_alert(patient=patient, recorded_by=fran)
        make_goal(patient=patient, recorded_by=dana)
        make_coverage(patient=patient, rank=1, starts_on=date(2020 + number, 1, 1))
        make_visit(patient=patient, provider=dana.provider, start=at(8 + number))
        make_visit(
            patient=patient,
            provider=dana.provider,
            start=at(8 + number) - timedelta(days=9),
            state=VisitState.DONE,
        )
    chart_of(fran_client, patient)

    with django_assert_num_queries(26):
        chart_of(fran_client, patient)


# Alerts and goals change in place


def add_alert(client, patient, headers=HTMX, **data):
    url = reverse("emr:add-alert", args=[patient.pk])
    return client.post(url, {"kind": "pacemaker", "detail": "left chest"} | data, headers=headers)


def test_an_alert_is_added_in_place_and_the_banner_told(fran_client, patient):
    response = add_alert(fran_client, patient)

    assertTemplateUsed(response, "emr/_alerts.html")
    assertContains(response, "Pacemaker or stimulator: left chest")
    assert response["HX-Trigger"] == "chart-changed"
    assert [str(a) for a in patient.alerts.all()] == ["Pacemaker or stimulator: left chest"]


def test_an_alert_is_added_without_script(fran_client, patient):
    response = add_alert(fran_client, patient, headers={})

    assert (response.status_code, response.url) == (302, patient.get_absolute_url())


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_a_wrong_alert_says_so_at_its_field(fran_client, patient, headers):
    response = add_alert(fran_client, patient, headers=headers, kind="dragon")

    assert response.status_code == 422
    assert list(response.context["alert_form"].errors) == ["kind"]
    assert patient.alerts.count() == 0


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_second_who_ends_an_alert_is_told(fran_client, fran, patient, headers):
    alert = make_alert(patient=patient, recorded_by=fran)
    url = reverse("emr:end-alert", args=[patient.pk, alert.pk])

    assert fran_client.post(url, headers=HTMX).status_code == 200
    response = fran_client.post(url, headers=headers)

    assertContains(response, "This alert was ended already.", status_code=409)


def test_an_alert_of_another_patient_is_not_found(fran_client, fran, patient):
    alert = make_alert(patient=make_patient(), recorded_by=fran)

    url = reverse("emr:end-alert", args=[patient.pk, alert.pk])

    assert fran_client.post(url).status_code == 404


def test_a_goal_is_added_and_ended_in_place(dana_client, patient):
    added = dana_client.post(
        reverse("emr:add-goal", args=[patient.pk]), {"text": "Sleep on one side"}, headers=HTMX
    )
    goal = FunctionalGoal.objects.get()
    url = reverse("emr:end-goal", args=[patient.pk, goal.pk])
    ended = dana_client.post(url, headers=HTMX)
    again = dana_client.post(url, headers=HTMX)

    assertContains(added, "Sleep on one side")
    assert [added.status_code, ended.status_code, again.status_code] == [200, 200, 409]
    goal.refresh_from_db()
    assert goal.ended_at is not None


def test_a_goal_of_no_words_is_refused(dana_client, patient):
    response = dana_client.post(
        reverse("emr:add-goal", args=[patient.pk]), {"text": " "}, headers=HTMX
    )

    assert (response.status_code, FunctionalGoal.objects.count()) == (422, 0)


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_who_only_reads_changes_no_alert_and_no_goal(request, who, fran, patient):
    client = request.getfixturevalue(f"{who}_client")
    alert = make_alert(patient=patient, recorded_by=fran)
    goal = make_goal(patient=patient, recorded_by=fran)

    answers = [
        add_alert(client, patient),
        client.post(reverse("emr:end-alert", args=[patient.pk, alert.pk])),
        client.post(reverse("emr:add-goal", args=[patient.pk]), {"text": "Run"}),
        client.post(reverse("emr:end-goal", args=[patient.pk, goal.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert AuditEntry.objects.count() == 0
