"""A payer's policies: one after another, and the past stays."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from emr.actions import Refused
from emr.benefits.policies import set_policy, take_back_policy
from emr.models import AuditEntry, CoverageKind, PayerPolicy
from tests.factories import ZONE, make_payer, make_policy, today

DAY = timedelta(days=1)
SPRING = date(2025, 3, 4)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def payer(db):
    return make_payer()


def set_from(payer, bo, starts_on, **fields):
    says = {"needling": "investigational", "source": "Policy 12"} | fields
    return set_policy(payer=payer, starts_on=starts_on, by=bo, **says)


def days():
    found = PayerPolicy.objects.order_by("plan", "starts_on")
    return list(found.values_list("plan", "needling", "starts_on", "ends_on"))


def log():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "details"))


def test_a_policy_ends_the_one_before_it_the_day_before(payer, bo):
    make_policy(payer=payer, starts_on=SPRING)

    policy = set_from(payer, bo, today() + 9 * DAY)

    assert days() == [
        ("", "covered", SPRING, today() + 8 * DAY),
        ("", "investigational", today() + 9 * DAY, None),
    ]
    assert policy.recorded_by == bo
    assert log() == [
        (
            "payer policy set",
            {"payer": payer.pk, "starts_on": (today() + 9 * DAY).isoformat()},
        )
    ]


def test_a_policy_of_one_plan_leaves_the_others_alone(payer, bo):
    make_policy(payer=payer, starts_on=SPRING)
    make_policy(payer=payer, plan="Gold", starts_on=SPRING)
    make_policy(starts_on=SPRING)

    set_from(payer, bo, today(), plan=" gold ")

    assert sorted(days())[:3] == [
        ("", "covered", SPRING, None),
        ("", "covered", SPRING, None),
        ("Gold", "covered", SPRING, today() - DAY),
    ]


@pytest.mark.parametrize("starts_on", [SPRING - DAY, SPRING, today() - DAY])
@pytest.mark.parametrize("plan", ["", "Gold"])
def test_what_a_past_day_held_is_never_changed(payer, bo, starts_on, plan):
    make_policy(payer=payer, starts_on=SPRING)
    before = days()

    with pytest.raises(Refused, match="Past visits keep the policy of their day"):
        set_from(payer, bo, starts_on, plan=plan)

    assert (days(), log()) == (before, [])


def test_only_a_first_policy_reaches_back(payer, bo):
    set_from(payer, bo, SPRING)

    assert days() == [("", "investigational", SPRING, None)]


@pytest.mark.parametrize("ahead", [0, 30])
def test_a_slip_of_today_or_of_a_day_to_come_is_mended(payer, bo, ahead):
    day = today() + ahead * DAY
    make_policy(payer=payer, starts_on=SPRING)
    set_from(payer, bo, day, needling="excluded")

    set_from(payer, bo, day)

    assert days() == [
        ("", "covered", SPRING, day - DAY),
        ("", "investigational", day, None),
    ]


def test_a_policy_before_one_that_is_announced_is_refused(payer, bo):
    set_from(payer, bo, today() + 9 * DAY)

    with pytest.raises(Refused, match="Another policy is set from"):
        set_from(payer, bo, today())

    assert len(days()) == 1


def test_who_pays_themselves_has_no_policy(bo):
    with pytest.raises(Refused, match="no policy"):
        set_from(make_payer(kind=CoverageKind.SELF_PAY), bo, today())

    assert days() == []


def test_the_one_before_goes_on_when_one_is_taken_back(payer, bo):
    make_policy(payer=payer, starts_on=SPRING)
    policy = set_from(payer, bo, today() + DAY)

    take_back_policy(policy=policy, by=bo)

    assert days() == [("", "covered", SPRING, None)]
    with pytest.raises(Refused, match="taken back already"):
        take_back_policy(policy=policy, by=bo)


def test_a_policy_that_has_begun_is_not_taken_back(payer, bo):
    policy = set_from(payer, bo, today())

    with pytest.raises(Refused, match="has begun"):
        take_back_policy(policy=policy, by=bo)

    assert days() == [("", "investigational", today(), None)]
