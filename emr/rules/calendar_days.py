"""Months and business days, counted the same way everywhere."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

MONTHS_IN_A_YEAR = 12
SATURDAY = 5

_ONE_DAY = timedelta(days=1)


def months_after(day: date, *, months: int) -> date:
    """The same day of the month, or the last day of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, MONTHS_IN_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_business_day(day: date, *, holidays: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def business_days_after(day: date, *, count: int, holidays: Collection[date]) -> date:
    """The business day that is this many after a day; the day itself does not count."""
    while count:
        day += _ONE_DAY
        count -= is_business_day(day, holidays=holidays)
    return day


def is_business_days_ahead(day: date, of: date, *, count: int, holidays: Collection[date]) -> bool:
    """Whether at least so many business days lie from a day, it included, to another, excluded."""
    while count and day < of:
        count -= is_business_day(day, holidays=holidays)
        day += _ONE_DAY
    return not count
