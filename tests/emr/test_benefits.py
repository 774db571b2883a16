"""What counts of a coverage on a day, and what the rules are told of it."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from emr import needled_visits
from emr.benefits import CareFirst, benefits_among, benefits_of
from emr.models import CoverageKind, NeedlingPolicy
from emr.needled_visits import NeedledVisit
from emr.rules import facts
from tests.factories import (
    ZONE,
    make_authorization,
    make_care,
    make_coverage,
    make_patient,
    make_payer,
    make_policy,
    make_verification,
    today,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
VISIT = date(2026, 6, 15)
COVERED = {"covered": "yes", "authorization": "no", "investigational": "no"}


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def coverage(patient):
    return make_coverage(patient=patient, payer=make_payer(), plan="PPO Gold")


@pytest.fixture
def needled(patient, monkeypatch):
    """needled(day, …) puts signed notes with needling on these days; a region may stand beside one."""
    kept = []

    def on(*days):
        for day in days:
            day, *regions = day if isinstance(day, tuple) else (day,)
            start = datetime.combine(day, time(10, 30), tzinfo=ZONE)
            kept.append(NeedledVisit(start=start, regions=frozenset(regions)))

    monkeypatch.setattr(needled_visits, "_registered", [lambda patients: {patient.pk: kept}])
    return on


def benefits(coverage, day=VISIT):
    return benefits_of(coverage, day=day)


# The policy


def test_the_policy_of_the_plan_goes_before_that_of_every_plan(coverage):
    every = make_policy(payer=coverage.payer)
    own = make_policy(payer=coverage.payer, plan="ppo  gold")
    make_policy(payer=coverage.payer, plan="HMO")
    other = make_coverage(patient=make_patient(), payer=coverage.payer, plan="EPO")

    assert benefits(coverage).policy == own
    assert benefits(other).policy == every


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (VISIT, None, True),
        (VISIT + DAY, None, False),
        (VISIT - DAY, VISIT, True),
        (VISIT - 2 * DAY, VISIT - DAY, False),
    ],
)
def test_a_policy_holds_from_its_first_to_its_last_day(coverage, starts_on, ends_on, holds):
    make_policy(payer=coverage.payer, starts_on=starts_on, ends_on=ends_on)

    assert (benefits(coverage).policy is not None) == holds


# The answers


@pytest.mark.parametrize(
    ("answers", "policy"),
    [
        (COVERED, "covered"),
        (COVERED | {"authorization": "yes"}, "authorization"),
        (COVERED | {"authorization": "unknown"}, "unknown"),
        (COVERED | {"covered": "no"}, "excluded"),
        (COVERED | {"covered": "no", "authorization": "yes"}, "excluded"),
        (COVERED | {"covered": "unknown"}, "unknown"),
        (COVERED | {"investigational": "yes"}, "investigational"),
        (COVERED | {"covered": "no", "investigational": "yes"}, "investigational"),
        (COVERED | {"investigational": "unknown"}, "covered"),
    ],
)
def test_four_answers_come_to_a_policy_where_none_is_written(coverage, answers, policy):
    make_verification(coverage=coverage, verified_on=VISIT, **answers)

    assert benefits(coverage).needling == policy


@pytest.mark.parametrize(
    ("written", "answers", "counts", "contradicted"),
    [
        ("covered", COVERED, "covered", False),
        ("covered", COVERED | {"authorization": "yes"}, "authorization", False),
        ("covered", COVERED | {"covered": "no"}, "covered", True),
        ("investigational", COVERED, "investigational", True),
        ("investigational", COVERED | {"authorization": "yes"}, "investigational", True),
        ("investigational", COVERED | {"covered": "unknown"}, "investigational", False),
        ("unknown", COVERED, "covered", False),
    ],
)
def test_the_written_policy_counts_and_a_contradiction_is_known(
    coverage, written, answers, counts, contradicted
):
    make_policy(payer=coverage.payer, needling=written)
    make_verification(coverage=coverage, verified_on=VISIT, **answers)

    found = benefits(coverage)

    assert (found.needling, found.is_contradicted) == (counts, contradicted)


@pytest.mark.parametrize(
    ("ago", "good", "policy"),
    [(0, True, "covered"), (180, True, "covered"), (181, False, "unknown")],
)
def test_an_answer_is_stale_after_180_days_and_then_says_nothing(coverage, ago, good, policy):
    make_verification(coverage=coverage, verified_on=VISIT - ago * DAY)

    found = benefits(coverage)

    assert (found.is_verified, found.needling, found.days_since) == (good, policy, ago)


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        ([-30, -3], -3),
        ([-3, 4], -3),
        ([-200, 4, 9], 4),
        ([4, 9], 4),
        ([-200], -200),
    ],
)
def test_the_newest_good_answer_counts_else_the_first_after_the_day(coverage, days, counts):
    for days_on in days:
        make_verification(coverage=coverage, verified_on=VISIT + days_on * DAY)

    assert benefits(coverage).verified_on == VISIT + counts * DAY


def test_nobody_has_asked_yet(coverage):
    found = benefits(coverage)

    assert (found.verification, found.verified_on, found.is_verified) == (None, None, False)


# Authorizations


def test_each_visit_uses_the_oldest_authorization_that_is_good_for_it(coverage, needled):
    first = make_authorization(coverage=coverage, starts_on=date(2026, 5, 1), visits=2)
    second = make_authorization(
        coverage=coverage, starts_on=date(2026, 5, 1), visits=8, used_elsewhere=1
    )
    needled(date(2026, 4, 30), date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 18), VISIT)

    found = benefits(coverage)

    assert found.used == {first.pk: 2, second.pk: 2}
    assert (found.authorization, found.is_authorized) == (second, True)


@pytest.mark.parametrize(
    ("fields", "good"),
    [
        ({}, True),
        ({"starts_on": VISIT, "ends_on": VISIT}, True),
        ({"starts_on": VISIT + DAY}, False),
        ({"ends_on": VISIT - DAY}, False),
        ({"visits": 3, "used_elsewhere": 2}, True),
        ({"visits": 3, "used_elsewhere": 3}, False),
        ({"visits": None, "used_elsewhere": 99}, True),
    ],
)
def test_an_authorization_is_good_in_its_days_while_visits_are_left(coverage, fields, good):
    authorization = make_authorization(coverage=coverage, **fields)

    found = benefits(coverage)

    assert (found.authorization, found.is_authorized) == (authorization, good)


def test_an_authorization_that_was_taken_off_does_not_count(coverage, fran):
    make_authorization(coverage=coverage, ended_at=datetime.now(tz=ZONE), ended_by=fran)

    assert (benefits(coverage).authorization, benefits(coverage).is_authorized) == (None, False)


def test_visits_are_used_by_what_began_before_on_the_same_day_too(coverage, needled):
    authorization = make_authorization(coverage=coverage)
    needled(VISIT)

    at_noon = datetime.combine(VISIT, time(12), tzinfo=ZONE)
    at_ten = datetime.combine(VISIT, time(10, 30), tzinfo=ZONE)

    assert benefits(coverage).used == {authorization.pk: 0}
    assert benefits(coverage).at(at_noon).used == {authorization.pk: 1}
    assert benefits(coverage).at(at_ten).used == {authorization.pk: 0}


def test_visits_before_the_coverage_or_after_it_are_another_payers(coverage, needled):
    coverage.starts_on, coverage.ends_on = VISIT - 5 * DAY, VISIT + 5 * DAY
    authorization = make_authorization(coverage=coverage)
    needled(VISIT - 6 * DAY, VISIT - 5 * DAY, VISIT + 5 * DAY, VISIT + 6 * DAY)

    assert benefits(coverage, VISIT + 9 * DAY).used == {authorization.pk: 2}


# Limits


@pytest.mark.parametrize(("first", "used"), [(-29, 1), (-30, 0)])
def test_a_limit_looks_back_from_the_day_itself(coverage, needled, first, used):
    make_policy(payer=coverage.payer, limit_visits=4, limit_days=30)
    needled(VISIT + first * DAY)

    assert benefits(coverage).used_of_limit() == used


@pytest.mark.parametrize(("earlier", "reached"), [(3, False), (4, True)])
def test_a_limit_is_reached_when_as_many_came_before(coverage, needled, earlier, reached):
    make_policy(payer=coverage.payer, limit_visits=4, limit_days=30)
    needled(*(VISIT - ago * DAY for ago in range(1, earlier + 1)))

    assert benefits(coverage).is_limit_reached == reached


@pytest.mark.parametrize(
    ("regions", "used"),
    [({"neck"}, 2), ({"back"}, 1), ({"leg"}, 0), ({"back", "neck"}, 2), (None, 2)],
)
def test_each_region_may_count_by_itself(coverage, needled, regions, used):
    make_policy(payer=coverage.payer, limit_visits=6, limit_days=180, limit_per_region=True)
    needled((VISIT - 9 * DAY, "neck", "back"), (VISIT - 2 * DAY, "neck"))

    assert benefits(coverage).used_of_limit(regions) == used


def test_the_limit_of_the_policy_goes_before_the_one_that_was_answered(coverage):
    make_verification(
        coverage=coverage, verified_on=VISIT, limit="yes", limit_visits=6, limit_days=180
    )
    assert benefits(coverage).limit == (6, 180)

    make_policy(payer=coverage.payer, limit_visits=4, limit_days=30)
    assert benefits(coverage).limit == (4, 30)


# Care tried first


@pytest.mark.parametrize(
    ("fields", "done"),
    [
        ({"starts_on": VISIT - 42 * DAY}, 6),
        ({"starts_on": VISIT - 41 * DAY}, 5),
        ({"starts_on": VISIT - 70 * DAY, "ends_on": VISIT - 56 * DAY}, 2),
        ({"starts_on": VISIT + DAY}, 0),
    ],
)
def test_weeks_of_other_care_are_counted_up_to_the_day(coverage, patient, fields, done):
    make_policy(payer=coverage.payer, conservative_weeks=6)
    make_care(patient=patient, **fields)

    found = benefits(coverage).care_first

    assert (found, found.is_met) == (CareFirst(asked=6, done=done), done == 6)


def test_no_care_is_asked_for_where_the_policy_is_silent(coverage):
    make_policy(payer=coverage.payer)

    assert benefits(coverage).care_first is None


# For the rules


def test_the_rules_are_told_all_of_it(coverage, needled):
    make_policy(
        payer=coverage.payer,
        needling=NeedlingPolicy.AUTHORIZATION,
        unit_rule="ama",
        needling_with_97140="59",
        plan_modifier="GO",
        limit_visits=4,
        limit_days=30,
    )
    make_verification(coverage=coverage, verified_on=VISIT - DAY)
    make_authorization(coverage=coverage, number="A-77", starts_on=date(2026, 6, 1))
    needled(VISIT - 2 * DAY)

    assert benefits(coverage).facts(profession="PT") == facts.Coverage(
        kind="commercial",
        policy="authorization",
        verified_on=VISIT - DAY,
        authorization=facts.Authorization(
            number="A-77", starts_on=date(2026, 6, 1), visits=8, used=1
        ),
        limit=facts.FrequencyLimit(visits=4, days=30, used=1),
        unit_rule="ama",
        needling_with_97140="59",
        therapy_plan_modifier="GO",
    )


@pytest.mark.parametrize(
    ("kind", "profession", "wish", "modifier"),
    [
        ("medicare", "PT", None, "GP"),
        ("medicare", "PT", "table", "GP"),
        ("medicare", "PT", "none", ""),
        ("medicare", "DC", None, ""),
        ("commercial", "PT", "GP", "GP"),
    ],
)
def test_the_modifier_of_the_plan_is_the_payers_wish_or_the_tables(
    patient, kind, profession, wish, modifier
):
    coverage = make_coverage(patient=patient, payer=make_payer(kind=kind), member_number="")
    if wish:
        make_policy(payer=coverage.payer, plan_modifier=wish)

    found = benefits(coverage).facts(profession=profession)

    assert found.therapy_plan_modifier == modifier


def test_the_modifier_of_a_medicare_contractor_reaches_the_rules(patient):
    payer = make_payer(kind=CoverageKind.MEDICARE)
    make_policy(payer=payer, notice_modifier="GX", needling="unknown")

    found = benefits(make_coverage(patient=patient, payer=payer)).facts(profession="PT")

    assert found.notice_modifier == "GX"


def test_many_coverages_take_no_more_queries_than_one(django_assert_num_queries, needled):
    def asked(number):
        rows = []
        for _ in range(number):
            coverage = make_coverage(patient=make_patient(), payer=make_payer())
            make_policy(payer=coverage.payer, needling="authorization", conservative_weeks=6)
            make_verification(coverage=coverage)
            make_authorization(coverage=coverage)
            rows.append((coverage, today()))
        return rows

    for number in (1, 3):
        rows = asked(number)
        with django_assert_num_queries(4):
            for each in benefits_among(rows):
                each.facts(profession="PT")
                assert each.care_first
