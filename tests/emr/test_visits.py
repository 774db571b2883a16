from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from emr.models import AuditEntry, Coverage, Patient, Role, Visit, VisitState
from notes.models import Note
from tests.factories import ZONE, at, make_consent, make_payer, make_user, make_visit, today

WALK_IN = reverse("emr:walk-in")


@pytest.fixture
def add_url(patient):
    return reverse("emr:add-visit", args=[patient.pk])


def facts(provider, **changes):
    return {
        "day": today().isoformat(),
        "time": "14:15",
        "provider": provider.pk,
        "place": "Room 1",
    } | changes


def test_a_visit_is_added_at_the_hour_on_the_practices_wall(fran_client, add_url, dana):
    response = fran_client.post(add_url, facts(dana.provider))

    visit = Visit.objects.get()
    assert visit.start == at(14, 15)
    assert (visit.state, visit.place, visit.provider.user) == ("planned", "Room 1", dana)
    query = f"?day={today().isoformat()}&show=all&who=everybody"
    assert (response.status_code, response.url) == (302, reverse("emr:today") + query)


def test_a_patient_who_is_here_already_waits(fran_client, add_url, dana):
    fran_client.post(add_url, facts(dana.provider, here="on"))

    assert Visit.objects.get().state == "arrived"


def test_the_form_guesses_the_therapist_and_place_of_last_time(fran_client, add_url, dana, patient):
    make_visit(patient=patient, provider=dana.provider, start=at(9), place="Room 7")

    form = fran_client.get(add_url).context["form"]

    assert (form["provider"].value(), form["place"].value()) == (dana.provider.pk, "Room 7")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2002-01-01"}, "day"),
        ({"day": (today() + timedelta(days=800)).isoformat()}, "day"),
        ({"time": "25:00"}, "time"),
        ({"provider": ""}, "provider"),
        ({"provider": "0"}, "provider"),
        ({"here": "on", "day": (today() + timedelta(days=1)).isoformat()}, "here"),
    ],
)
def test_a_wrong_field_says_so(fran_client, add_url, dana, changes, field):
    response = fran_client.post(add_url, facts(dana.provider) | changes)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Visit.objects.count() == 0


def test_a_therapist_who_left_takes_no_visits(fran_client, add_url, dana):
    dana.provider.active = False
    dana.provider.save()

    response = fran_client.post(add_url, facts(dana.provider))

    assert list(response.context["form"].errors) == ["provider"]


def test_a_second_visit_at_the_same_time_is_refused(fran_client, add_url, dana):
    fran_client.post(add_url, facts(dana.provider))

    response = fran_client.post(add_url, facts(dana.provider))

    assertContains(response, "has a visit at that time already", status_code=409)
    assert Visit.objects.count() == 1


# Walk-ins


def newcomer(provider, **changes):
    return {
        "last_name": "Brisk",
        "first_name": "Tobias",
        "birth_date": "1949-11-20",
        "phone": "",
        "provider": provider.pk,
    } | changes


def test_a_walk_in_is_registered_and_waits_in_one_go(fran_client, dana):
    response = fran_client.post(WALK_IN, newcomer(dana.provider))

    visit = Visit.objects.get()
    assert (str(visit.patient), visit.state, visit.provider.user) == (
        "Brisk, Tobias",
        "arrived",
        dana,
    )
    assert timezone.now() - visit.start < timedelta(minutes=2)
    assert response.status_code == 302
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["registered", "visit added"]


@pytest.mark.parametrize(
    ("name", "kind", "typed", "kept"),
    [
        ("Medicare", "medicare", {"member_number": "1eg4-te5-mk73"}, ("1EG4TE5MK73", False)),
        (
            "Medicare",
            "medicare",
            {"member_number": "1EG4TE5MK73", "qmb": "on"},
            ("1EG4TE5MK73", True),
        ),
        ("Self-pay", "self_pay", {}, ("", False)),
        ("Bluegate PPO", "commercial", {"member_number": "BG 77"}, ("BG 77", False)),
    ],
)
def test_who_pays_for_a_walk_in_is_kept_from_today_on(fran_client, dana, name, kind, typed, kept):
    payer = make_payer(name=name, kind=kind)

    fran_client.post(WALK_IN, newcomer(dana.provider, payer=payer.pk, **typed))

    coverage = Coverage.objects.get(patient=Visit.objects.get().patient)
    assert (coverage.payer, coverage.rank, coverage.starts_on, coverage.ends_on) == (
        payer,
        Coverage.Rank.PRIMARY,
        today(),
        None,
    )
    assert (coverage.member_number, coverage.qmb) == kept
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["registered", "coverage added", "visit added"]


def test_who_pays_for_a_walk_in_may_be_asked_later(fran_client, dana):
    gone = make_payer(name="Old Plan", active=False)
    page = fran_client.get(WALK_IN)
    fran_client.post(WALK_IN, newcomer(dana.provider, payer=""))

    assertContains(page, '<option value="" selected>Not asked yet</option>', html=True)
    assertNotContains(page, gone.name)
    assert (Visit.objects.count(), Coverage.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("medicare", {}, "member_number"),
        ("medicare", {"member_number": "12"}, "member_number"),
        ("commercial", {"payer": "", "member_number": "BG 77"}, "payer"),
        ("commercial", {"payer": "", "qmb": "on"}, "payer"),
        ("commercial", {"payer": "0"}, "payer"),
        ("commercial", {"payer": "0", "member_number": "BG 77"}, "payer"),
    ],
)
def test_who_pays_for_a_walk_in_is_whole_or_nobody_is_registered(
    fran_client, dana, kind, changes, field
):
    payer = make_payer(kind=kind)

    response = fran_client.post(WALK_IN, newcomer(dana.provider, payer=payer.pk) | changes)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert (Patient.objects.count(), Coverage.objects.count(), Visit.objects.count()) == (0, 0, 0)


def test_a_walk_in_who_may_be_known_is_asked_about(fran_client, dana, patient):
    same = newcomer(dana.provider, last_name="Marlow", birth_date="1951-03-08")

    asked = fran_client.post(WALK_IN, same)

    assertContains(asked, patient.get_absolute_url(), status_code=422)
    assert Visit.objects.count() == 0

    fran_client.post(WALK_IN, same | {"another_person": "on"})

    assert (Patient.objects.count(), Visit.objects.count()) == (2, 1)


def test_a_wrong_walk_in_registers_nobody(fran_client, dana):
    response = fran_client.post(WALK_IN, newcomer(dana.provider, birth_date="soon"))

    assert (response.status_code, list(response.context["form"].errors)) == (
        422,
        ["birth_date"],
    )
    assert Patient.objects.count() == 0


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_who_only_reads_adds_no_visit(request, who, add_url, dana):
    client = request.getfixturevalue(f"{who}_client")

    assert [client.get(url).status_code for url in (add_url, WALK_IN)] == [404, 404]
    assert client.post(add_url, facts(dana.provider)).status_code == 404
    assert client.post(WALK_IN, newcomer(dana.provider)).status_code == 404


# A visit that starts now


@pytest.fixture
def start_url(patient):
    return reverse("emr:start-visit", args=[patient.pk])


def test_a_visit_started_from_the_chart_leads_to_its_note(dana_client, start_url, patient):
    make_consent(patient=patient)

    response = dana_client.post(start_url, follow=True)

    visit, note = Visit.objects.get(), Note.objects.get()
    assert response.redirect_chain == [
        (reverse("notes:start", args=[visit.pk]), 307),
        (note.get_absolute_url(), 302),
    ]
    assert (note.visit, visit.state) == (visit, "in progress")


def test_two_presses_are_one_visit(dana_client, start_url):
    dana_client.post(start_url)
    dana_client.post(start_url)

    assert [v.state for v in Visit.objects.all()] == ["arrived"]


def test_the_visit_planned_for_today_is_the_one_that_starts(dana_client, start_url, visit):
    response = dana_client.post(start_url)

    assert response.url == reverse("notes:start", args=[visit.pk])
    assert Visit.objects.count() == 1


def test_a_finished_visit_does_not_start_again(dana_client, start_url, visit):
    Visit.objects.update(state=VisitState.DONE)

    dana_client.post(start_url)

    assert Visit.objects.count() == 2


def test_only_a_therapist_who_is_a_provider_starts(client, fran_client, start_url, practice):
    client.force_login(make_user(Role.THERAPIST))

    assert client.post(start_url).status_code == 404
    assert fran_client.post(start_url).status_code == 404
    assert Visit.objects.count() == 0


def test_an_hour_that_the_clocks_skip_is_refused(fran_client, add_url, dana):
    spring = next(
        day
        for day in (today() + timedelta(days=n) for n in range(1, 400))
        if at(1, day=day).utcoffset() != at(4, day=day).utcoffset() and day.month < 7
    )

    response = fran_client.post(add_url, facts(dana.provider, day=spring.isoformat(), time="02:30"))

    assert str(ZONE) == "America/Denver"
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["time"])
