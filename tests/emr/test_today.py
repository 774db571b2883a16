from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from emr.models import AuditEntry, Visit, VisitState
from tests.factories import (
    ZONE,
    at,
    make_consent,
    make_coverage,
    make_note,
    make_patient,
    make_verification,
    make_visit,
    today,
)

HTMX = {"HX-Request": "true"}
TODAY = reverse("emr:today")


def move(client, visit, to, *, seen=None, headers=None, query=""):
    url = reverse("emr:move-visit", args=[visit.pk]) + query
    return client.post(url, {"to": to, "seen": seen or visit.state}, headers=headers or {})


def rows(response):
    return [row.visit for row in response.context["rows"]]


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_everybody_on_the_staff_opens_today(request, who, visit):
    client = request.getfixturevalue(f"{who}_client")

    response = client.get(TODAY, {"show": "all", "who": "everybody"})

    assert (response.status_code, rows(response)) == (200, [visit])
    assertContains(response, "Marlow, Odette")


def test_somebody_without_a_role_finds_nothing(eve_client, visit):
    assert eve_client.get(TODAY).status_code == 404
    assert move(eve_client, visit, "arrived").status_code == 404


def test_a_stranger_is_asked_to_sign_in(client, practice):
    assert client.get(TODAY).status_code == 302
    assert client.get(TODAY, headers=HTMX).status_code == 401


def test_a_biller_moves_no_visit(bo_client, visit):
    response = bo_client.get(TODAY, {"show": "all"})

    assertNotContains(response, "Arrived")
    assert move(bo_client, visit, "arrived").status_code == 404


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "", "1999-12-31", "2101-01-01"])
def test_a_day_that_is_none_is_not_found(fran_client, day):
    assert fran_client.get(TODAY, {"day": day}).status_code == 404


def test_another_day_shows_its_own_visits(fran_client, visit):
    tomorrow = today() + timedelta(days=1)
    later = make_visit(start=at(8, day=tomorrow))

    response = fran_client.get(TODAY, {"day": tomorrow.isoformat(), "show": "all"})

    assert rows(response) == [later]


def test_the_day_is_the_one_of_the_practice_not_of_greenwich(fran_client, dana):
    late = make_visit(provider=dana.provider, start=at(23, 30))
    make_visit(provider=dana.provider, start=at(0, 30) + timedelta(days=1))

    assert rows(fran_client.get(TODAY, {"show": "all"})) == [late]


def test_a_therapist_sees_their_own_visits_first(dana_client, lee, visit):
    other = make_visit(provider=lee.provider, start=at(11))

    assert rows(dana_client.get(TODAY)) == [visit]
    assert rows(dana_client.get(TODAY, {"who": "everybody"})) == [visit, other]


def test_the_desk_sees_first_what_needs_something(fran_client, visit, dana):
    content = make_patient(last_name="Brisk")
    make_consent(patient=content)
    make_verification(coverage=make_coverage(patient=content))
    fine = make_visit(patient=content, provider=dana.provider, start=at(12))

    response = fran_client.get(TODAY)

    assert rows(response) == [visit]
    assertContains(response, "Needs something · 1")
    assertContains(response, "All · 2")
    assert rows(fran_client.get(TODAY, {"show": "all"})) == [visit, fine]


def test_a_cancelled_visit_needs_nothing(fran_client, visit):
    Visit.objects.update(state=VisitState.CANCELLED)

    assert fran_client.get(TODAY).context["count_needs"] == 0


def test_the_payer_of_that_day_is_shown(fran_client, visit):
    make_coverage(patient=visit.patient, ends_on=today() - timedelta(days=1))
    now = make_coverage(patient=visit.patient, starts_on=today())

    response = fran_client.get(TODAY)

    assert response.context["rows"][0].visit.payer_name == now.payer.name


def test_a_day_without_visits_says_so(fran_client):
    assertContains(fran_client.get(TODAY), "Nobody is planned on this day.")


def test_what_is_late_is_said(fran_client, visit):
    start = timezone.now() - timedelta(minutes=11)
    Visit.objects.update(start=start)

    day = timezone.localdate(start, timezone=ZONE)
    response = fran_client.get(TODAY, {"day": day.isoformat(), "show": "all"})

    assert [row.late for row in response.context["rows"]] == [True]
    assertContains(response, "not here yet")


# Steps


def test_the_desk_marks_an_arrival(fran_client, visit):
    response = move(fran_client, visit, "arrived", headers=HTMX, query="?show=all")

    visit.refresh_from_db()
    assertTemplateUsed(response, "emr/_today_rows.html")
    assert (response.status_code, visit.state) == (200, "arrived")
    assert [e.verb for e in AuditEntry.objects.all()] == ["visit moved"]


def test_without_script_the_page_comes_again_with_its_filters(fran_client, visit):
    response = move(fran_client, visit, "arrived", query="?show=all&who=everybody")

    assert response.status_code == 302
    assert response.url == f"{TODAY}?show=all&who=everybody"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_second_on_one_step_gets_the_row_as_it_is(fran_client, dana_client, visit, headers):
    move(dana_client, visit, "arrived", seen="planned")

    response = move(fran_client, visit, "no show", seen="planned", headers=headers)

    visit.refresh_from_db()
    assert (response.status_code, visit.state) == (409, "arrived")
    assertContains(response, "Somebody was faster", status_code=409)


@pytest.mark.parametrize("to", ["", "gone", "in  progress"])
def test_a_state_that_is_none_is_not_found(fran_client, visit, to):
    assert move(fran_client, visit, to).status_code == 404


def test_a_step_needs_a_post(fran_client, visit):
    assert fran_client.get(reverse("emr:move-visit", args=[visit.pk])).status_code == 405


def test_a_visit_with_a_note_does_not_go_back_to_waiting(fran_client, visit):
    Visit.objects.update(state=VisitState.IN_PROGRESS)
    make_note(visit=visit)

    response = move(fran_client, visit, "arrived", seen="in progress")

    visit.refresh_from_db()
    assert (response.status_code, visit.state) == (409, "in progress")


def test_the_own_therapist_starts_and_the_desk_does_not(dana_client, fran_client, visit):
    start = reverse("notes:start", args=[visit.pk])

    assertContains(dana_client.get(TODAY), f'action="{start}"')
    assertNotContains(fran_client.get(TODAY), start)


def test_a_draft_is_opened_by_its_author(dana_client, lee_client, visit):
    note = make_note(visit=visit)

    assertContains(dana_client.get(TODAY), note.get_absolute_url())
    response = lee_client.get(TODAY, {"who": "everybody"})
    assertNotContains(response, f'href="{note.get_absolute_url()}"')


def test_a_visit_of_another_day_neither_starts_nor_arrives(dana_client, dana, patient):
    tomorrow = today() + timedelta(days=1)
    make_visit(patient=patient, provider=dana.provider, start=at(9, day=tomorrow))

    [row] = dana_client.get(TODAY, {"day": tomorrow.isoformat()}).context["rows"]

    assert (row.start_word, row.step) == ("", None)
    assert row.menu == ((VisitState.CANCELLED, "Cancel the visit"),)


def test_the_next_step_is_a_button_that_tells_what_its_row_showed(fran_client, visit):
    page = fran_client.get(TODAY, {"show": "all"})

    url = reverse("emr:move-visit", args=[visit.pk])
    assertContains(page, f'form="from-planned" formaction="{url}?', count=1)
    assertContains(page, '<input type="hidden" name="seen" value="planned">', count=1, html=True)


# The other steps: a menu that comes when it is opened


@pytest.mark.parametrize(
    ("headers", "template"),
    [({}, "emr/visit_steps.html"), (HTMX, "emr/_visit_steps.html")],
    ids=["page", "part"],
)
def test_the_other_steps_come_when_asked_for(fran_client, visit, headers, template):
    url = reverse("emr:visit-steps", args=[visit.pk])
    listed = fran_client.get(TODAY, {"show": "all"})
    assertContains(listed, f'href="{url}?', count=1)
    assertNotContains(listed, "Did not come")

    response = fran_client.get(url, {"show": "all"}, headers=headers)

    assertTemplateUsed(response, template)
    assert response.context["row"].menu == (
        (VisitState.NO_SHOW, "Did not come"),
        (VisitState.CANCELLED, "Cancel the visit"),
    )
    assertContains(response, f'action="{reverse("emr:move-visit", args=[visit.pk])}?show=all"')


@pytest.fixture
def drafted(visit):
    """The patient is in treatment, and the note is begun."""
    Visit.objects.update(state=VisitState.IN_PROGRESS)
    return make_note(visit=visit)


def steps_of(client, visit):
    return client.get(reverse("emr:visit-steps", args=[visit.pk]), headers=HTMX)


def test_who_wrote_the_draft_is_led_to_discard_it_before_the_patient_is_gone(dana_client, drafted):
    menu = steps_of(dana_client, drafted.visit)

    discard = reverse("notes:discard", args=[drafted.pk])
    assertContains(menu, f'<a href="{discard}">Discard the draft', count=1)
    assertContains(menu, "first, if the patient left without treatment")
    assertContains(dana_client.get(discard), "Left without treatment")


@pytest.mark.parametrize(("works_here", "who"), [(True, "Dana Whitlock"), (False, "The owner")])
def test_everybody_else_is_told_who_discards_the_draft(fran_client, dana, drafted, works_here, who):
    dana.is_active = works_here
    dana.save()

    [row] = fran_client.get(TODAY, {"show": "all"}).context["rows"]
    menu = steps_of(fran_client, drafted.visit)

    assert (row.step, row.menu, row.has_menu) == ((VisitState.DONE, "Done"), (), True)
    assertContains(menu, f"Left without treatment? {who} discards the draft first")
    assertNotContains(menu, reverse("notes:discard", args=[drafted.pk]))
    assertNotContains(menu, "Nothing else to do")


def test_without_a_draft_there_is_nothing_to_discard(fran_client, visit):
    Visit.objects.update(state=VisitState.IN_PROGRESS)

    menu = steps_of(fran_client, visit)

    assertContains(menu, "Back to waiting")
    assertNotContains(menu, "discard")


def test_once_the_draft_is_discarded_the_patient_can_be_put_down_as_gone(dana_client, drafted):
    dana_client.post(reverse("notes:discard", args=[drafted.pk]), {"reason": "Left the clinic"})

    assertContains(steps_of(dana_client, drafted.visit), "Left without treatment")
    assert Visit.objects.get().state == VisitState.ARRIVED


def test_a_finished_visit_has_no_other_steps(fran_client, visit):
    Visit.objects.update(state=VisitState.DONE)
    url = reverse("emr:visit-steps", args=[visit.pk])

    assertNotContains(fran_client.get(TODAY, {"show": "all"}), url)
    assertContains(fran_client.get(url), "Nothing else to do")


def test_what_people_typed_is_text_in_the_list(fran_client, dana):
    patient = make_patient(last_name="<b>Ng", first_name="O'Hara & Sons")
    make_visit(patient=patient, provider=dana.provider, place='"><script>')

    page = fran_client.get(TODAY, {"show": "all"})

    assertContains(page, "&lt;b&gt;Ng, O&#x27;Hara &amp; Sons")
    assertContains(page, "&quot;&gt;&lt;script&gt;")
    assertNotContains(page, "<b>Ng")


# The list renews itself


def test_a_list_that_did_not_change_is_not_swapped(fran_client, visit):
    face = fran_client.get(TODAY).context["face"]

    response = fran_client.get(TODAY, {"seen": face}, headers=HTMX)

    assert response["HX-Reswap"] == "none"
    assertTemplateUsed(response, "emr/_refreshed.html")
    assertNotContains(response, "Marlow")


def test_a_list_that_changed_is_swapped(fran_client, visit):
    face = fran_client.get(TODAY).context["face"]
    Visit.objects.update(state=VisitState.ARRIVED)

    response = fran_client.get(TODAY, {"seen": face}, headers=HTMX)

    assert "HX-Reswap" not in response
    assertTemplateUsed(response, "emr/_today_rows.html")
    assertContains(response, "Marlow")


def test_renewing_does_not_keep_a_session_alive(fran_client, visit):
    fran_client.get(TODAY, headers=HTMX | {"Filiform-Background": "1"})
    assert "used_at" not in fran_client.session

    fran_client.get(TODAY)
    assert "used_at" in fran_client.session


@pytest.mark.parametrize("count", [1, 3, 200])
def test_the_number_of_queries_does_not_grow(fran_client, dana, django_assert_num_queries, count):
    for number in range(count):
        visit = make_visit(provider=dana.provider, start=at(8) + timedelta(minutes=number))
        if number % 2:
            make_consent(patient=visit.patient, recorded_by=dana)
    fran_client.get(TODAY)

    with django_assert_num_queries(TODAY_QUERIES):
        response = fran_client.get(TODAY, {"show": "all"})

    assert len(rows(response)) == count


# session, user, roles, practice, the user's own provider, visits, who treats; practice, consents,
# versions that ask for a new one; coverages, notices; notes
TODAY_QUERIES = 13
