from datetime import date

import pytest

from emr.rules.editions import current_edition, edition_usable, editions

OLDEST = date(2023, 6, 30)
OLD = date(2026, 1, 31)
NEW = date(2029, 3, 31)


def test_three_editions_are_on_record_from_the_oldest():
    assert [each.printed_expiry for each in editions()] == [OLDEST, OLD, NEW]
    assert [each.usable_to for each in editions()] == [date(2023, 6, 29), date(2026, 5, 11), None]


def test_each_edition_says_where_its_dates_come_from():
    assert [each.printed_expiry for each in editions() if not each.source] == []


@pytest.mark.parametrize(
    ("printed_expiry", "on", "usable"),
    [
        (OLDEST, date(2020, 12, 31), False),
        (OLDEST, date(2021, 1, 1), True),
        (OLDEST, date(2023, 6, 29), True),
        (OLDEST, date(2023, 6, 30), False),
        (OLD, date(2023, 6, 29), False),
        (OLD, date(2023, 6, 30), True),
        (OLD, date(2026, 2, 1), True),  # past the printed day
        (OLD, date(2026, 5, 11), True),
        (OLD, date(2026, 5, 12), False),
        (NEW, date(2026, 3, 12), False),
        (NEW, date(2026, 3, 13), True),
        (NEW, date(2026, 5, 12), True),
        (NEW, date(2035, 1, 1), True),
        (date(2029, 3, 30), date(2026, 6, 1), False),
    ],
)
def test_an_edition_may_be_given_out_from_its_first_to_its_last_day(printed_expiry, on, usable):
    assert edition_usable(printed_expiry, on=on) is usable


@pytest.mark.parametrize(
    ("on", "printed_expiry"),
    [
        (date(2023, 6, 29), OLDEST),
        (date(2023, 6, 30), OLD),
        (date(2026, 3, 12), OLD),
        (date(2026, 3, 13), NEW),  # both may be used; the newer is offered
        (date(2026, 11, 23), NEW),
    ],
)
def test_the_newest_edition_of_a_day_is_current(on, printed_expiry):
    assert current_edition(on).printed_expiry == printed_expiry


def test_before_the_first_edition_on_record_none_is_current():
    assert current_edition(date(2020, 12, 31)) is None
