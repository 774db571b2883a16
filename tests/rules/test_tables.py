from datetime import date

import pytest

from emr.rules.tables import day_in, first_in_force, in_force

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def test_an_empty_cell_is_no_day():
    assert [day_in("2026-01-01"), day_in("")] == [FIRST, None]


@pytest.mark.parametrize(
    ("first", "last", "on", "expected"),
    [
        (FIRST, LAST, date(2025, 12, 31), False),
        (FIRST, LAST, FIRST, True),
        (FIRST, LAST, LAST, True),
        (FIRST, LAST, date(2026, 4, 1), False),
        (None, LAST, date.min, True),
        (FIRST, None, date.max, True),
        (None, None, FIRST, True),
    ],
)
def test_a_row_is_in_force_from_its_first_to_its_last_day(first, last, on, expected):
    assert in_force(first, last, on=on) is expected


def test_the_first_row_in_force_answers():
    rows = [("old", FIRST, LAST), ("new", date(2026, 4, 1), None)]
    days = [date(2025, 12, 31), FIRST, LAST, date(2026, 4, 1)]

    assert [first_in_force(rows, on=day) for day in days] == [None, "old", "old", "new"]
    assert first_in_force([], on=FIRST) is None
