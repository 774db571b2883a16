import csv
import re
from datetime import date

import pytest

from emr.rules.code_labels import codes
from emr.rules.daily_limits import daily_limit, find_units_above_limit
from emr.rules.facts import Charge, Visit
from emr.rules.lines import ClaimLine
from emr.rules.tables import DATA, day_in

DAY = date(2026, 11, 23)


def told(charged=(), lines=()):
    visit = Visit(
        date_of_service=DAY,
        charged=tuple(Charge(code=code, units=units) for code, units in charged),
    )
    suggested = [ClaimLine(code=code, units=units) for code, units in lines]
    return [
        (each.code, each.severity, each.subject)
        for each in find_units_above_limit(visit, suggested)
    ]


ABOVE = ("units-above-daily-limit", "stop")


@pytest.mark.parametrize(
    ("code", "most"), [("97110", 6), ("97112", 4), ("20552", 1), ("J2003", 300), ("64450", None)]
)
def test_a_code_has_a_limit_where_the_table_has_one(code, most):
    assert daily_limit(code, on=DAY) == most


@pytest.mark.parametrize(
    ("charged", "lines", "subjects"),
    [
        ([("97112", 4)], [], []),
        ([("97112", 5)], [], ["97112"]),
        ([("97112", 3), ("97112", 2)], [], ["97112"]),
        ([(" 97112 ", 5)], [], ["97112"]),
        ([("20552", 2)], [], ["20552"]),
        ([("64450", 99)], [], []),
        # units-above-one says it of needling
        ([("20560", 2), ("20561", 2)], [], []),
        # a suggestion counts until somebody charged the code otherwise
        ([], [("97112", 4)], []),
        ([], [("97112", 5)], ["97112"]),
        ([("97112", 4)], [("97112", 5)], []),
        ([("97110", 4)], [("97112", 5)], ["97112"]),
    ],
)
def test_units_above_the_limit_of_a_day_stop_the_claim(charged, lines, subjects):
    assert told(charged, lines) == [(*ABOVE, subject) for subject in subjects]


def test_a_limit_is_told_with_both_numbers():
    visit = Visit(date_of_service=DAY, charged=(Charge(code="97112", units=5),))

    assert [each.message for each in find_units_above_limit(visit, ())] == [
        "Bill no more than 4 of 97112, not 5: more are not paid for one patient and day."
    ]


def test_the_table_of_limits_is_well_formed():
    with (DATA / "mue.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert {row["code"] for row in rows} <= {each.code for each in codes()}
    assert len({(row["code"], row["effective_from"]) for row in rows}) == len(rows)
    assert [row for row in rows if not re.fullmatch(r"[1-9]\d{0,3}", row["units_per_day"])] == []
    assert [row for row in rows if not row["source"] or not day_in(row["as_of"])] == []
    for row in rows:
        first, last = day_in(row["effective_from"]), day_in(row["effective_to"])
        assert first is None or last is None or first <= last
