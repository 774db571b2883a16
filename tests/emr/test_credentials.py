"""What is on record of a clinician on a day, and which overrides stand then."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from emr.credentials import credentials_among, credentials_of
from emr.models import Profession
from emr.rules import facts
from emr.rules.scope_overrides import Override
from tests import factories
from tests.factories import make_licence, make_override, make_provider, make_training, make_user

DAY = date(2025, 6, 15)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def provider(db):
    return make_provider()


def known(provider, *, state="CO", on=DAY):
    return credentials_of(provider, state=state, on=on).facts


def test_of_somebody_new_only_profession_and_state_are_known(provider):
    assert known(provider) == facts.Provider(profession="PT", state="CO")


def test_all_that_is_on_record_is_told(db):
    chiropractor = make_provider(profession=Profession.DC, acupuncture_credential=True)
    make_licence(provider=chiropractor, issued_on=date(2019, 6, 1), endorsed_on=date(2024, 2, 1))
    make_training(provider=chiropractor)
    make_training(provider=chiropractor, hours_in_person=24, hours_online=3, supervised_sessions=40)

    assert known(chiropractor) == facts.Provider(
        profession="DC",
        state="CO",
        licensed_on=date(2019, 6, 1),
        training_hours=107,
        in_person_hours=88,
        supervised_sessions=240,
        acupuncture_credential=True,
        endorsed=True,
    )


# Years of licence


@pytest.mark.parametrize(
    ("licences", "licensed_on"),
    [
        ([("CO", "2019-06-01", None)], "2019-06-01"),
        ([("CO", "2025-06-15", None)], "2025-06-15"),
        ([("CO", "2025-06-16", None)], None),
        ([("CO", "2019-06-01", "2025-06-15")], "2019-06-01"),
        ([("CO", "2019-06-01", "2025-06-14")], None),
        ([("WY", "2019-06-01", None)], None),
        ([("CO", "2010-01-01", "2014-12-31"), ("CO", "2019-06-01", None)], "2010-01-01"),
        ([("WY", "2010-01-01", None), ("CO", "2019-06-01", None)], "2019-06-01"),
        ([("CO", "2010-01-01", "2014-12-31"), ("CO", "2025-06-16", None)], None),
    ],
)
def test_years_count_from_the_first_licence_of_the_state_if_one_is_good(
    provider, licences, licensed_on
):
    for number, (state, first, last) in enumerate(licences):
        make_licence(
            provider=provider, state=state, number=str(number), issued_on=first, expires_on=last
        )

    assert known(provider).licensed_on == (licensed_on and date.fromisoformat(licensed_on))


@pytest.mark.parametrize(
    ("licence", "endorsed"),
    [
        ({"endorsed_on": "2025-06-15"}, True),
        ({"endorsed_on": "2025-06-16"}, False),
        ({"endorsed_on": None}, False),
        ({"endorsed_on": "2024-01-01", "expires_on": "2025-06-14"}, False),
        ({"endorsed_on": "2024-01-01", "state": "WY"}, False),
    ],
)
def test_an_endorsement_holds_from_its_day_on_a_good_licence_of_the_state(
    provider, licence, endorsed
):
    make_licence(provider=provider, **licence)

    assert known(provider).endorsed is endorsed


# Training


@pytest.mark.parametrize(
    ("completed_on", "hours"), [("2025-06-14", 80), ("2025-06-15", 80), ("2025-06-16", None)]
)
def test_a_course_counts_from_the_day_it_was_completed(provider, completed_on, hours):
    make_training(provider=provider, completed_on=completed_on)

    assert known(provider).training_hours == hours


def test_halves_of_hours_add_up_and_what_is_left_is_no_hour(provider):
    for _ in range(3):
        make_training(provider=provider, hours_in_person="16.5", hours_online="0.5")

    found = known(provider)

    assert (found.training_hours, found.in_person_hours) == (51, 49)


def test_a_course_without_sessions_says_none_and_not_unknown(provider):
    make_training(provider=provider, hours_in_person=0, hours_online=8, supervised_sessions=0)

    found = known(provider)

    assert (found.training_hours, found.in_person_hours, found.supervised_sessions) == (8, 0, 0)


# Overrides


def told(provider, *, state="CO", on=DAY):
    return [each.reason for each in credentials_of(provider, state=state, on=on).overrides]


def test_an_override_is_told_with_who_and_since_when(provider):
    owner = make_user(first_name="Olive", last_name="Brandt")
    make_override(provider=provider, recorded_by=owner, starts_on=date(2025, 6, 1))

    assert credentials_of(provider, state="CO", on=DAY).overrides == (
        Override(
            kind="training",
            reason="The board wrote that the course of 2019 counts",
            by="Olive Brandt",
            since=date(2025, 6, 1),
        ),
    )


@pytest.mark.parametrize(
    ("days", "stands"),
    [
        ({"starts_on": "2025-06-15"}, True),
        ({"starts_on": "2025-06-16"}, False),
        ({"starts_on": "2025-06-01", "ends_on": "2025-06-15"}, True),
        ({"starts_on": "2025-06-01", "ends_on": "2025-06-14"}, False),
        ({"state": "WY"}, False),
    ],
)
def test_an_override_stands_from_its_first_to_its_last_day(provider, days, stands):
    make_override(provider=provider, reason="Wrote so", **days)

    assert told(provider) == (["Wrote so"] if stands else [])


@pytest.mark.parametrize(
    ("ended_at", "stands"),
    [
        (datetime(2025, 6, 16, 5, 59, tzinfo=UTC), False),
        (datetime(2025, 6, 16, 6, 0, tzinfo=UTC), True),
    ],
    ids=["that day", "the day after, by the clock of the practice"],
)
def test_one_that_was_ended_stood_until_the_day_before(provider, ended_at, stands):
    make_override(provider=provider, reason="Wrote so", ended_at=ended_at, ended_by=make_user())

    assert told(provider) == (["Wrote so"] if stands else [])


# Many at once


@pytest.mark.parametrize("count", [1, 3])
def test_three_questions_for_any_number_of_providers_and_days(db, django_assert_num_queries, count):
    providers = [make_provider() for _ in range(count)]
    for each in providers:
        make_licence(provider=each)
        make_training(provider=each)
        make_override(provider=each)
    asked = [(each, day) for each in providers for day in (DAY, date(2020, 1, 1))]

    with django_assert_num_queries(3):
        found = [(each.facts, each.overrides) for each in credentials_among(asked, state="CO")]

    assert [block.training_hours for block, _ in found] == [80, None] * count
    assert [len(overrides) for _, overrides in found] == [1, 0] * count


def test_nobody_asked_for_is_no_question(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert credentials_among([], state="CO") == []


def test_what_is_not_asked_for_is_not_read(provider, django_assert_num_queries):
    with django_assert_num_queries(0):
        credentials_among([(provider, DAY)], state="CO")
