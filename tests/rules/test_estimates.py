from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.estimates import due_on, exceeds_variance, find_estimate_problems
from emr.rules.facts import Coverage, Estimate, Visit

MONDAY = date(2026, 11, 9)
VETERANS_DAY = date(2026, 11, 11)
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("service_on", "holidays", "due"),
    [
        (date(2026, 11, 9), [], None),  # walked in
        (date(2026, 11, 11), [], None),  # two business days ahead
        (date(2026, 11, 12), [], date(2026, 11, 10)),  # three
        (date(2026, 11, 12), [VETERANS_DAY], None),
        (date(2026, 11, 13), [VETERANS_DAY], date(2026, 11, 10)),
        (date(2026, 11, 20), [], date(2026, 11, 10)),  # nine
        (date(2026, 11, 23), [], date(2026, 11, 12)),  # ten
        (date(2026, 11, 23), [VETERANS_DAY], date(2026, 11, 10)),
        (date(2026, 11, 24), [VETERANS_DAY], date(2026, 11, 13)),
    ],
)
def test_the_farther_ahead_the_visit_the_longer_the_time_to_estimate(service_on, holidays, due):
    assert due_on(scheduled_on=MONDAY, service_on=service_on, holidays=holidays) == due


def test_scheduled_on_a_friday_it_is_due_on_monday():
    friday = date(2026, 11, 6)

    assert due_on(scheduled_on=friday, service_on=date(2026, 11, 11), holidays=[]) == MONDAY


@pytest.mark.parametrize(
    ("requested_on", "service_on", "due"),
    [
        (MONDAY, MONDAY, date(2026, 11, 12)),
        (date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 13)),
        # Scheduling set an earlier day than the request.
        (date(2026, 11, 12), date(2026, 11, 23), date(2026, 11, 12)),
        # And the other way round.
        (date(2026, 11, 5), date(2026, 11, 23), date(2026, 11, 10)),
    ],
)
def test_a_patient_who_asks_gets_it_within_three_business_days(requested_on, service_on, due):
    answer = due_on(
        scheduled_on=MONDAY, service_on=service_on, requested_on=requested_on, holidays=[]
    )

    assert answer == due


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, DAYS, st.none() | DAYS, st.sets(DAYS, max_size=5))
def test_a_due_day_is_a_business_day_after_it_was_set_off(scheduled, service, requested, holidays):
    due = due_on(
        scheduled_on=scheduled, service_on=service, requested_on=requested, holidays=holidays
    )

    assert due is None or (due.weekday() < 5 and due not in holidays)
    assert due is None or due > min(scheduled, requested or scheduled)
    assert (due is None) <= (requested is None)


@pytest.mark.parametrize(
    ("charge", "exceeds"), [("60", False), ("459.99", False), ("460", True), ("461", True)]
)
def test_four_hundred_dollars_over_the_estimate_may_be_disputed(charge, exceeds):
    assert exceeds_variance(estimate=Decimal(60), charge=Decimal(charge)) is exceeds


def told(estimate, *, kind="self_pay", charge=None):
    visit = Visit(
        date_of_service=DAY,
        coverage=Coverage(kind=kind) if kind is not None else None,
        estimate=estimate,
        charge=charge,
    )
    return [(each.code, each.severity) for each in find_estimate_problems(visit)]


MISSING = [("estimate-missing", "warn")]
EXCEEDED = [("estimate-exceeded", "warn")]


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (None, MISSING),
        (Estimate(), MISSING),
        (Estimate(given_on=DAY), MISSING),
        (Estimate(amount=Decimal(60)), []),
        (Estimate(given_on=DAY, amount=Decimal(60)), []),
        (Estimate(given_on=date(2026, 11, 24), amount=Decimal(60)), MISSING),
    ],
)
def test_self_pay_asks_for_an_estimate_given_by_the_day_of_the_visit(estimate, expected):
    assert told(estimate) == expected


@pytest.mark.parametrize("kind", [None, "", "medicare", "commercial", "auto"])
def test_no_estimate_is_asked_for_with_other_coverage_or_none_told(kind):
    assert told(None, kind=kind) == []
    assert told(Estimate(amount=Decimal(60)), kind=kind, charge=Decimal(900)) == []


@pytest.mark.parametrize(
    ("charge", "expected"), [(None, []), ("459.99", []), ("460.00", EXCEEDED), ("900", EXCEEDED)]
)
def test_a_price_is_held_against_its_estimate(charge, expected):
    estimate = Estimate(given_on=DAY, amount=Decimal(60))

    assert told(estimate, charge=charge and Decimal(charge)) == expected


def test_a_late_estimate_may_be_exceeded_too():
    estimate = Estimate(given_on=date(2026, 11, 24), amount=Decimal(60))

    assert told(estimate, charge=Decimal(460)) == MISSING + EXCEEDED


def test_what_was_estimated_and_asked_is_told_in_dollars():
    visit = Visit(
        date_of_service=DAY,
        coverage=Coverage(kind="self_pay"),
        estimate=Estimate(given_on=DAY, amount=Decimal("60.00")),
        charge=Decimal("500.00"),
    )

    assert [each.message for each in find_estimate_problems(visit)] == [
        "Ask no more than was estimated, or be ready for a dispute: the price of $500.00 is $400 or"
        " more above the estimate of $60.00."
    ]
