from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.calendar_days import (
    business_days_after,
    is_business_day,
    is_business_days_ahead,
    months_after,
)

MONDAY = date(2026, 11, 23)
THANKSGIVING = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 5), 0, date(2026, 3, 5)),
        (date(2026, 3, 5), 12, date(2027, 3, 5)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last_of_a_short_month(day, months, expected):
    assert months_after(day, months=months) == expected


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (MONDAY, True),
        (date(2026, 11, 27), True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (THANKSGIVING, False),
    ],
)
def test_saturdays_sundays_and_holidays_are_no_business_days(day, is_one):
    assert is_business_day(day, holidays={THANKSGIVING}) is is_one


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 1, date(2026, 11, 24)),
        (MONDAY, 3, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
    ],
)
def test_business_days_are_counted_from_the_day_after(day, count, expected):
    assert business_days_after(day, count=count, holidays=[THANKSGIVING]) == expected


@pytest.mark.parametrize(
    ("day", "of", "ahead"),
    [
        (MONDAY, date(2026, 11, 27), True),  # Monday, Tuesday, Wednesday
        (date(2026, 11, 24), date(2026, 11, 27), False),  # Thursday is a holiday
        (date(2026, 11, 24), date(2026, 11, 28), True),
        (date(2026, 11, 21), date(2026, 11, 25), False),  # a Saturday
        (MONDAY, MONDAY, False),
        (MONDAY, date(2026, 1, 5), False),
        (MONDAY, date(9999, 12, 31), True),
    ],
)
def test_three_business_days_ahead(day, of, ahead):
    assert is_business_days_ahead(day, of, count=3, holidays=[THANKSGIVING]) is ahead


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(1, 20), st.sets(DAYS, max_size=5))
def test_the_business_day_after_so_many_lies_that_far_ahead(day, count, holidays):
    after = business_days_after(day, count=count, holidays=holidays)

    assert is_business_day(after, holidays=holidays)
    # Counting starts with the day itself, when it is a business day, and leaves out the last.
    shorter = count - (not is_business_day(day, holidays=holidays))
    assert is_business_days_ahead(day, after, count=shorter, holidays=holidays)
    assert not is_business_days_ahead(day, after, count=shorter + 1, holidays=holidays)
