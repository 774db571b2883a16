"""Whether somebody may needle here: the words of the chip, the table, and the owner's override."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr.models import AuditEntry, Practice, Profession, ScopeOverride
from emr.rules.findings import Severity
from emr.scope_standing import scope_standing_of
from tests import factories
from tests.factories import make_licence, make_override, make_provider, make_training

DAY = date(2026, 3, 4)
TODAY = factories.today()
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(factories.ZONE):
        yield


def somebody(*, state="CO", hours=80, licence=None, **fields):
    provider = make_provider(**fields)
    make_licence(provider=provider, state=state, **(licence or {}))
    if hours is not None:
        make_training(provider=provider, hours_in_person=hours, hours_online=0)
    return provider


def standing(provider, *, state="CO", on=DAY):
    return scope_standing_of(provider, state=state, on=on)


def rows(provider, **more):
    return [(row.what, row.asked, row.held, row.met) for row in standing(provider, **more).rows]


# The chip


@pytest.mark.parametrize(
    ("fields", "state", "tone", "word"),
    [
        ({}, "CO", "ok", "May needle"),
        ({}, "CA", "stop", "May not needle in CA"),
        ({}, "OR", "stop", "May not needle yet"),
        ({}, "CT", "warn", "Ask the board"),
        ({"profession": "DC"}, "CO", "warn", "Ask the board"),
        ({}, "WA", "stop", "Endorsement missing"),
        ({"hours": 49}, "CO", "stop", "Training too short"),
        ({"hours": None}, "CO", "warn", "Training not on record"),
        ({"profession": "PTA"}, "FL", "stop", "May not needle in FL"),
        ({"profession": "MD"}, "CA", "mute", "Not checked here"),
        ({"licence": {"expires_on": DAY - A_DAY}}, "CO", "warn", "No licence in CO"),
        ({"licence": {"expires_on": DAY - A_DAY}}, "CA", "stop", "May not needle in CA"),
    ],
)
def test_the_chip_says_the_gravest(db, fields, state, tone, word):
    chip = standing(somebody(state=state, **fields), state=state).chip

    assert (chip.tone, chip.word) == (tone, word)


def test_what_is_overridden_is_a_warning_with_the_reason(db):
    provider = somebody(hours=49)
    make_override(provider=provider, about="training")

    found = standing(provider)

    assert (found.chip.tone, found.chip.word) == ("warn", "May needle by override")
    assert {each.severity for each in found.findings} == {Severity.WARN}
    assert "The board wrote that the course of 2019 counts" in found.findings[0].message
    assert found.to_override == ""


def test_what_the_law_leaves_open_and_the_owner_decided_asks_nobody_any_more(db):
    provider = somebody(profession="DC")
    make_override(provider=provider, about="scope")

    found = standing(provider)

    assert (found.chip.tone, found.chip.word) == ("ok", "May needle by override")
    assert not found.chip.needs
    assert {(each.code, each.severity) for each in found.findings} == {("scope-silent", "info")}


@pytest.mark.parametrize(
    ("fields", "state", "kind"),
    [
        ({}, "CO", ""),
        ({}, "CA", "scope"),
        ({}, "WA", "endorsement"),
        ({"hours": 49}, "CO", "training"),
        ({"profession": "PTA", "hours": 400}, "FL", "delegation"),
    ],
)
def test_the_kind_of_override_that_would_lift_the_stop_is_known(db, fields, state, kind):
    assert standing(somebody(state=state, **fields), state=state).to_override == kind


# The table


def test_the_table_holds_what_is_asked_against_what_is_on_record(db):
    provider = somebody(licence={"number": "PTL.1"}, hours=44)

    assert rows(provider) == [
        ("Law of CO for PT", "Allowed", "", True),
        ("Licence", "One of CO, good today", "PTL.1", True),
        ("Hours of training", "At least 50", "44", False),
        ("Hours of training in person", "At least 40", "44", True),
    ]


def test_the_years_are_told_by_the_day_they_count_from(db):
    provider = somebody(state="DE", licence={"number": "1", "issued_on": date(2024, 3, 5)})

    assert rows(provider, state="DE")[-1] == (
        "Years of licence",
        "At least 2",
        "since 2024-03-05",
        False,
    )
    assert rows(provider, state="DE", on=date(2026, 3, 5))[-1][-1] is True


def test_what_is_not_on_record_is_not_known(db):
    provider = make_provider()

    assert rows(provider)[1:] == [
        ("Licence", "One of CO, good today", "none", False),
        ("Hours of training", "At least 50", "not on record", None),
        ("Hours of training in person", "At least 40", "not on record", None),
    ]


def test_an_endorsement_stands_in_the_table_where_it_is_asked_for_or_held(db):
    without = somebody(state="WA", licence={"number": "1"})
    endorsed = somebody(state="WA", licence={"number": "1", "endorsed_on": date(2024, 7, 1)})
    elsewhere = somebody(licence={"number": "1", "endorsed_on": date(2024, 7, 1)})

    label = "Needling endorsement"
    assert rows(without, state="WA")[-1] == (label, "On the licence", "none", False)
    assert rows(endorsed, state="WA")[-1] == (label, "On the licence", "since 2024-07-01", True)
    assert rows(elsewhere)[-1] == (label, "Not asked for", "since 2024-07-01", True)


@pytest.mark.parametrize(
    ("state", "asked", "met"), [("FL", "Not allowed", False), ("CO", "Not known", None)]
)
def test_whether_it_may_be_left_to_an_assistant_stands_in_the_table(db, state, asked, met):
    provider = somebody(profession=Profession.PTA, state=state)

    assert rows(provider, state=state)[-1] == (
        "Left to: physical therapist assistant",
        asked,
        "",
        met,
    )


def test_of_a_physician_only_the_licence_is_looked_at(db):
    assert [row.what for row in standing(somebody(profession="MD")).rows] == ["Licence"]


# The page


@pytest.fixture
def page(dana):
    return reverse("emr:provider", args=[dana.provider.pk])


def override_form(**fields):
    return {
        "about": "training",
        "reason": "The board's letter of 3 May counts the course of 2019",
        "starts_on": TODAY.isoformat(),
        "ends_on": "",
    } | fields


def set_override(client, provider, **fields):
    address = reverse("emr:set-scope-override", args=[provider.pk])
    return client.post(address, override_form(**fields))


def test_the_page_says_what_the_state_asks_and_where_it_says_so(cora_client, page):
    response = cora_client.get(page)

    assertContains(response, "May needle in Colorado")
    assertContains(response, "At least 50")
    assertContains(response, "APTA state list, January 2026")
    assertContains(response, "told by a list or a trade source, not read in the law")
    assertContains(response, 'as of <span class="num">1 Jan 2026</span>')
    assertNotContains(response, "Override a stop")


def test_the_owner_overrides_a_stop_and_everybody_reads_why(olive_client, dana_client, dana, page):
    Practice.objects.update(state="CA")

    before = olive_client.get(page)
    response = set_override(olive_client, dana.provider, about="scope")

    assert before.context["override_form"].initial["about"] == "scope"
    assertContains(before, "Do not needle or sign: CA does not let a PT needle.")
    assertRedirects(response, page)
    override = ScopeOverride.objects.get()
    assert (override.state, override.about, override.starts_on, override.ends_on) == (
        "CA",
        "scope",
        TODAY,
        None,
    )
    assert AuditEntry.objects.get(verb="override set").details == {
        "provider": dana.provider.pk,
        "state": "CA",
        "about": "scope",
        "starts_on": TODAY.isoformat(),
    }
    own = dana_client.get(page)
    assertContains(own, "The board&#x27;s letter of 3 May counts the course of 2019")
    assertContains(own, f"Overridden by Olive Renner since {TODAY}")
    assertNotContains(own, "End it")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reason": " "}, "This field is required."),
        ({"about": "gravity"}, "Select a valid choice."),
        ({"starts_on": (TODAY - 32 * A_DAY).isoformat()}, "From a month ago to a year ahead."),
        ({"starts_on": (TODAY + 367 * A_DAY).isoformat()}, "From a month ago to a year ahead."),
        ({"ends_on": (TODAY - A_DAY).isoformat()}, "This is before the first day."),
        (
            {
                "starts_on": (TODAY - 3 * A_DAY).isoformat(),
                "ends_on": (TODAY - A_DAY).isoformat(),
            },
            "This day is over: give today or later.",
        ),
    ],
)
def test_an_override_that_does_not_fit_is_refused(olive_client, dana, fields, message):
    response = set_override(olive_client, dana.provider, **fields)

    assertContains(response, message, status_code=422)
    assert not ScopeOverride.objects.exists()


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({}, 409),
        ({"starts_on": (TODAY + 10 * A_DAY).isoformat()}, 409),
        ({"starts_on": (TODAY + 11 * A_DAY).isoformat()}, 302),
        ({"about": "endorsement"}, 302),
    ],
)
def test_two_overrides_of_one_thing_do_not_stand_at_once(olive_client, dana, days, status):
    last = TODAY + 10 * A_DAY
    make_override(provider=dana.provider, starts_on=TODAY + A_DAY, ends_on=last)

    response = set_override(olive_client, dana.provider, **days)

    assert response.status_code == status
    if status == 409:
        words = f"There is an override of this from {TODAY + A_DAY} on, until {last}."
        assertContains(response, words, status_code=409)


def test_one_that_ends_before_the_next_begins_fits(olive_client, dana):
    make_override(provider=dana.provider, starts_on=TODAY + 2 * A_DAY)

    whole = set_override(olive_client, dana.provider)
    fitting = set_override(olive_client, dana.provider, ends_on=(TODAY + A_DAY).isoformat())

    assertContains(whole, "without a last day", status_code=409)
    assert fitting.status_code == 302


def test_an_override_is_ended_once_and_stays_in_the_history(olive_client, olive, dana, page):
    override = make_override(provider=dana.provider)
    address = reverse("emr:end-scope-override", args=[override.pk])

    first, again = olive_client.post(address), olive_client.post(address)

    override.refresh_from_db()
    assertRedirects(first, page)
    assert override.ended_by == olive
    assertContains(again, "This override was ended already.", status_code=409)
    response = olive_client.get(page)
    assertContains(response, "The board wrote that the course of 2019 counts")
    assertContains(response, "Ended")
    assertNotContains(response, "End it")
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["override ended"]


@pytest.mark.parametrize(
    ("days", "word", "may_end"),
    [
        ({}, "Stands", True),
        ({"starts_on": TODAY + A_DAY}, "To come", True),
        ({"ends_on": TODAY - A_DAY}, "Over", False),
    ],
)
def test_the_history_says_how_each_stands_today(olive_client, dana, page, days, word, may_end):
    make_override(provider=dana.provider, **days)

    [shown] = olive_client.get(page).context["overrides"]

    assert (shown.chip.word, shown.may_end) == (word, may_end)


@pytest.mark.parametrize("more", [1, 3])
def test_the_staff_list_tells_of_each_clinician_in_three_questions(
    olive_client, django_assert_num_queries, more
):
    for _ in range(more):
        somebody(hours=49)
    address = reverse("emr:staff")
    olive_client.get(address)  # the first look of a minute renews the session, too

    # session, user, practice, roles, people, their roles, provider of the one who looks;
    # licences, courses, overrides
    with django_assert_num_queries(10):
        response = olive_client.get(address)

    assertContains(response, "Training too short", count=more)


def test_who_has_left_is_not_told_of(olive_client):
    somebody(hours=49, active=False)

    assertNotContains(olive_client.get(reverse("emr:staff")), "Training too short")


def test_an_endorsement_is_added_to_a_licence_later(olive_client, dana):
    licence = dana.provider.licences.get()
    address = reverse("emr:edit-licence", args=[licence.pk])

    wrong = olive_client.post(address, {"expires_on": "", "endorsed_on": "2019-05-31"})
    olive_client.post(address, {"expires_on": "", "endorsed_on": "2024-07-01"})

    assertContains(wrong, "This is not within the days of the licence.", status_code=422)
    licence.refresh_from_db()
    assert (licence.expires_on, licence.endorsed_on) == (None, date(2024, 7, 1))
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.details) == (
        "edited licence",
        {"fields": ["expires_on", "endorsed_on"]},
    )


def test_what_claims_and_the_benefit_ask_is_kept_with_the_clinician(olive_client, dana):
    address = reverse("emr:edit-provider", args=[dana.provider.pk])
    fields = {"profession": "NP", "credentials": "NP", "npi": "1508340712"}

    wrong = olive_client.post(address, fields | {"taxonomy": "225100000"})
    olive_client.post(address, fields | {"taxonomy": "363L00000X", "acupuncture_credential": "on"})

    assertContains(wrong, "Give a taxonomy code of ten signs", status_code=422)
    dana.provider.refresh_from_db()
    assert (dana.provider.taxonomy, dana.provider.acupuncture_credential) == ("363L00000X", True)
