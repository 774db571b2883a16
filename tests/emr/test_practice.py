import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from emr.models import AuditEntry, Practice, Role
from emr.rules.diagnoses import find_release_problems
from tests.factories import make_user, today

ADDRESS = reverse("emr:practice")


def answers(**fields):
    return {
        "name": "Harbour Lane Physical Therapy",
        "letterhead": "Physical therapy and dry needling",
        "street": "214 Harbour Lane",
        "city": "Fort Collins",
        "state": "CO",
        "postal_code": "80521",
        "phone": "970-555-0142",
        "tax_id": "84-1234567",
        "npi": "1093817231",
        "time_zone": "America/Denver",
        "sides_count_apart": "on",
        "divisions": "once",
        "taxonomy": "",
        "modifier_for_distinct_muscles": "XS",
        "necessity_denials": "look",
        "tty": "",
        "takes_assignment": "on",
        "consent_months": "",
        "link_minutes": "15",
    } | fields


def test_an_owner_sets_the_practice_up(client, db):
    client.force_login(make_user(Role.OWNER))

    response = client.post(ADDRESS, answers())

    assertRedirects(response, ADDRESS)
    practice = Practice.objects.get()
    assert (practice.pk, practice.name, practice.sides_count_apart) == (
        1,
        "Harbour Lane Physical Therapy",
        True,
    )
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["set up practice"]


def test_the_counting_switches_are_the_owners_and_logged(olive_client, practice):
    Practice.objects.update(npi="1093817231")
    fields = answers(divisions="each")
    del fields["sides_count_apart"]

    olive_client.post(ADDRESS, fields)

    practice.refresh_from_db()
    assert (practice.sides_count_apart, practice.divisions) == (False, "each")
    assert AuditEntry.objects.get().details == {"fields": ["sides_count_apart", "divisions"]}


def test_the_settings_of_desk_and_medicare_are_the_owners_and_logged(olive_client, practice):
    fields = answers(tty="711", consent_months="6", link_minutes="30")
    del fields["takes_assignment"]

    assertRedirects(olive_client.post(ADDRESS, fields), ADDRESS)

    practice.refresh_from_db()
    assert (
        practice.tty,
        practice.takes_assignment,
        practice.consent_months,
        practice.link_minutes,
    ) == ("711", False, 6, 30)
    assert AuditEntry.objects.get().details == {
        "fields": ["tty", "takes_assignment", "consent_months", "link_minutes"]
    }


def test_a_consent_may_hold_until_something_ends_it(olive_client, practice):
    Practice.objects.update(consent_months=12)

    olive_client.post(ADDRESS, answers(consent_months=""))

    practice.refresh_from_db()
    assert practice.consent_months is None


@pytest.mark.parametrize("months", [1, 120])
@pytest.mark.parametrize("minutes", [2, 120])
def test_the_shortest_and_the_longest_are_taken(olive_client, practice, months, minutes):
    olive_client.post(ADDRESS, answers(consent_months=months, link_minutes=minutes))

    practice.refresh_from_db()
    assert (practice.consent_months, practice.link_minutes) == (months, minutes)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"npi": "1093817230"}, "not a valid NPI"),
        ({"tax_id": "123"}, "nine digits"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"name": ""}, "This field is required."),
        ({"consent_months": "0"}, "greater than or equal to 1."),
        ({"consent_months": "121"}, "less than or equal to 120."),
        ({"link_minutes": "1"}, "greater than or equal to 2."),
        ({"link_minutes": "121"}, "less than or equal to 120."),
        ({"link_minutes": ""}, "This field is required."),
        ({"tty": "7" * 31}, "at most 30 characters"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_saved(olive_client, practice, fields, message):
    response = olive_client.post(ADDRESS, answers(phone="1", **fields))

    assertContains(response, message, status_code=422)
    practice.refresh_from_db()
    assert practice.phone == "970-555-0142"


def test_zones_of_the_united_states_come_first(olive_client):
    page = olive_client.get(ADDRESS).content.decode()

    assert page.index('value="America/Denver"') < page.index('value="Africa/Abidjan"')


@pytest.mark.parametrize("name", ["dana", "fran", "bo", "cora", "eve"])
def test_only_an_owner_opens_it(request, name):
    client = request.getfixturevalue(f"{name}_client")

    assert client.get(ADDRESS).status_code == 404


def test_the_owner_reads_once_that_the_list_of_diagnoses_is_old(client, practice):
    client.force_login(make_user(Role.OWNER))

    response = client.get(ADDRESS)

    told = [each.message for each in find_release_problems(today())]
    assert [each.message for each in response.context["old_lists"]] == told
    for message in told:
        assertContains(response, message, count=1)
