import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.code_labels import codes
from emr.rules.facts import Coverage, Service, Visit
from emr.rules.timed_units import TimedCode, find_ties, units_of, units_of_visit

DAY = date(2026, 11, 23)
CASES = Path(__file__).parent / "data" / "timed_unit_cases.csv"
TIMED = [each.code for each in codes() if each.timed]


def pairs_in(cell):
    return tuple((code, int(number)) for code, number in map(str.split, cell.split(";")))


def cases():
    with CASES.open(encoding="utf-8", newline="") as lines:
        return [pytest.param(row, id=row["id"]) for row in csv.DictReader(lines)]


def units(minutes, rule="cms"):
    return {each.code: each.units for each in units_of(minutes, rule=rule).codes}


def timed(answer):
    """An answer of the table without the needling, which is no timed code."""
    return {code: number for code, number in pairs_in(answer) if code != "20561"}


@pytest.mark.parametrize("case", cases())
def test_published_cases_come_out_as_published(case):
    minutes = pairs_in(case["minutes"])
    answers = [timed(answer) for answer in case["cms"].split("|")]
    worked = units_of(minutes, rule="cms")

    assert units(minutes) in answers
    assert units(minutes, rule="ama") == timed(case["ama"])
    assert bool(worked.tied) is (case["tie"] == "yes")
    for answer in answers:  # whichever code the clinician chose, it is within what is allowed
        assert all(number <= worked.most_of(code) for code, number in answer.items())
        assert sum(answer.values()) == worked.total_units


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4),
        (67, 4), (68, 5), (82, 5), (83, 6), (97, 6), (98, 7), (112, 7), (113, 8), (127, 8),
        (128, 9),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["cms", "ama"])
def test_eight_minutes_make_a_unit_and_fifteen_more_the_next(minutes, expected, rule):
    assert units([("97110", minutes)], rule=rule) == {"97110": expected}
    assert units_of([("97110", minutes)], rule=rule).total_units == expected


@pytest.mark.parametrize(
    ("minutes", "expected", "tied"),
    [
        # the larger remainder first, whatever the number of the code
        ([("97112", 24), ("97110", 23)], {"97112": 2, "97110": 1}, ()),
        ([("97110", 23), ("97112", 24)], {"97110": 1, "97112": 2}, ()),
        # of equal remainders the lower code
        ([("97140", 20), ("97110", 20)], {"97140": 1, "97110": 2}, ("97110", "97140")),
        # two units for three
        (
            [("97140", 10), ("97112", 10), ("97110", 10)],
            {"97140": 0, "97112": 1, "97110": 1},
            ("97110", "97112", "97140"),
        ),
        # equal remainders that all get one, or none, are no tie
        ([("97110", 23), ("97112", 22)], {"97110": 2, "97112": 1}, ()),
        ([("97110", 29), ("97112", 29)], {"97110": 2, "97112": 2}, ()),
        ([("97110", 18), ("97112", 18)], {"97110": 1, "97112": 1}, ()),
        # a tie below the code with the largest remainder
        (
            [("97110", 5), ("97112", 5), ("97140", 14)],
            {"97110": 1, "97112": 0, "97140": 1},
            ("97110", "97112"),
        ),
        # as many units left over as there are codes, and one minute short of it
        ([("97110", 14), ("97112", 9)], {"97110": 1, "97112": 1}, ()),
        ([("97110", 14), ("97112", 8)], {"97110": 1, "97112": 0}, ()),
        ([("97110", 30), ("97112", 15)], {"97110": 2, "97112": 1}, ()),
        ([], {}, ()),
    ],
)
def test_left_over_units_go_to_the_largest_remainders(minutes, expected, tied):
    worked = units_of(minutes, rule="cms")

    assert {each.code: each.units for each in worked.codes} == expected
    assert worked.tied == tied


@pytest.mark.parametrize("rule", ["cms", "ama"])
def test_a_sum_says_by_which_rule_and_with_which_remainders(rule):
    worked = units_of([("97110", 24), ("97140", 30)], rule=rule)

    assert worked.rule == rule
    assert [(each.whole, each.remainder) for each in worked.codes] == [(1, 9), (2, 0)]


def test_a_code_charted_twice_is_one_code_with_the_minutes_of_both():
    worked = units_of([("97110", 8), ("97140", 15), ("97110", 7)], rule="ama")

    assert [(each.code, each.minutes, each.units) for each in worked.codes] == [
        ("97110", 15, 1),
        ("97140", 15, 1),
    ]


@pytest.mark.parametrize("code", ["20561", "20552", "97010", "97161", "97810", "98940", "", "x"])
def test_minutes_of_what_is_not_timed_never_enter(code):
    worked = units_of([("97110", 15), (code, 40)], rule="cms")

    assert (worked.total_minutes, worked.total_units, worked.of(code)) == (15, 1, 0)
    assert [each.code for each in worked.codes] == ["97110"]


def test_the_sum_can_be_redone_by_hand():
    minutes = [("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8), ("97112", 15)]

    worked = units_of(minutes, rule="cms")

    assert (worked.total_minutes, worked.total_units, worked.left_over) == (64, 4, 2)
    assert worked.why == (
        "64 minutes together allow 4 units: 2 in whole fifteens and 2 left over, which go to the"
        " largest remainders."
    )
    assert worked.codes[1] == TimedCode(
        code="97140",
        minutes=13,
        whole=0,
        remainder=13,
        units=1,
        most_units=1,
        why="13 minutes: no whole fifteens and 13 minutes over, which get a left-over unit as one"
        " of the largest remainders.",
    )
    assert [each.why for each in worked.codes if each.code != "97140"] == [
        "18 minutes: 1 whole fifteen and 3 minutes over, which get no unit: none was left for so"
        " small a remainder.",
        "10 minutes: no whole fifteens and 10 minutes over, which get a left-over unit as one of"
        " the largest remainders.",
        "8 minutes: no whole fifteens and 8 minutes over, which get no unit: none was left for so"
        " small a remainder.",
        "15 minutes: 1 whole fifteen.",
    ]


def test_the_sum_tells_of_a_tie():
    worked = units_of([("97112", 20), ("97110", 20)], rule="cms")

    assert [each.why for each in worked.codes] == [
        "20 minutes: 1 whole fifteen and 5 minutes over, as many as a lower code, which got the"
        " left-over unit.",
        "20 minutes: 1 whole fifteen and 5 minutes over, which get a left-over unit: of equal"
        " remainders the lower code goes first.",
    ]
    assert worked.why == (
        "40 minutes together allow 3 units: 2 in whole fifteens and 1 left over, which goes to the"
        " largest remainder."
    )
    assert [(each.code, each.most_units) for each in worked.codes] == [("97112", 2), ("97110", 2)]


def test_by_the_midpoint_each_code_is_summed_for_itself():
    worked = units_of([("97110", 23), ("97140", 31), ("97112", 30)], rule="ama")

    assert [each.why for each in worked.codes] == [
        "23 minutes: 1 whole fifteen and 8 minutes over, which make one more unit.",
        "31 minutes: 2 whole fifteens and 1 minute over, too few for one more unit.",
        "30 minutes: 2 whole fifteens.",
    ]
    assert (worked.rule, worked.total_minutes, worked.total_units, worked.left_over) == (
        "ama",
        84,
        6,
        1,
    )
    assert worked.tied == ()
    assert worked.why == (
        "Each code is counted for itself, 6 units in all: 8 minutes beyond the last whole fifteen"
        " make one more unit."
    )


@pytest.mark.parametrize(
    ("minutes", "why"),
    [
        (0, "0 minutes together allow 0 units: the first takes 8 minutes."),
        (1, "1 minute together allow 0 units: the first takes 8 minutes."),
        (7, "7 minutes together allow 0 units: the first takes 8 minutes."),
        (
            8,
            "8 minutes together allow 1 unit: 0 in whole fifteens and 1 left over, which goes to"
            " the largest remainder.",
        ),
        (15, "15 minutes together allow 1 unit, all in whole fifteens."),
    ],
)
def test_the_total_is_told_as_it_is_worked_out(minutes, why):
    assert units_of([("97110", minutes)], rule="cms").why == why


def test_one_unit_by_the_midpoint_is_told_as_one():
    assert units_of([("97110", 8)], rule="ama").why == (
        "Each code is counted for itself, 1 unit in all: 8 minutes beyond the last whole fifteen"
        " make one more unit."
    )


@pytest.mark.parametrize("rule", ["cms", "ama"])
def test_a_code_without_minutes_has_no_units(rule):
    worked = units_of([("97110", 15)], rule=rule)

    assert (worked.of("97110"), worked.most_of("97110")) == (1, 1)
    assert (worked.of("97140"), worked.most_of("97140")) == (0, 0)


SERVICES = (
    Service(code=" 97110 ", minutes=20),
    Service(code="97140", minutes=20),
    Service(code="97112"),
    Service(code="20561", minutes=30),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"97110": 2, "97140": 1}),
        ({"coverage": Coverage()}, {"97110": 2, "97140": 1}),
        ({"coverage": Coverage(unit_rule="cms")}, {"97110": 2, "97140": 1}),
        ({"coverage": Coverage(unit_rule="ama")}, {"97110": 1, "97140": 1}),
        ({"left_off": ("97140",)}, {"97110": 1}),
    ],
)
def test_the_services_of_a_visit_are_counted_as_its_payer_counts(facts, expected):
    worked = units_of_visit(Visit(date_of_service=DAY, services=SERVICES, **facts))

    assert {each.code: each.units for each in worked.codes} == expected


@pytest.mark.parametrize(
    ("minutes", "subject", "message"),
    [
        (
            [("97112", 20), ("97110", 20)],
            "97110 and 97112",
            "Choose where the 1 left-over unit should go: 97110 and 97112 have equally many minutes"
            " beyond whole fifteens, and 97110 got it as the lower code.",
        ),
        (
            [("97140", 10), ("97110", 10), ("97112", 10)],
            "97110, 97112 and 97140",
            "Choose where the 2 left-over units should go: 97110, 97112 and 97140 have equally many"
            " minutes beyond whole fifteens, and 97110 and 97112 got them as the lower codes.",
        ),
    ],
)
def test_a_tie_is_left_to_the_clinician(minutes, subject, message):
    found = find_ties(units_of(minutes, rule="cms"))

    assert [(each.code, each.severity, each.subject, each.message) for each in found] == [
        ("units-tie", "info", subject, message)
    ]
    assert [each.source for each in found] == ["docs/rules/timed_units.md#ties"]


@pytest.mark.parametrize(
    ("minutes", "rule"), [([("97110", 20), ("97112", 20)], "ama"), ([("97110", 21)], "cms")]
)
def test_without_a_tie_nothing_is_left_to_choose(minutes, rule):
    assert find_ties(units_of(minutes, rule=rule)) == []


MINUTES = st.lists(st.tuples(st.sampled_from(TIMED), st.integers(0, 200)), max_size=12)


@given(MINUTES, st.randoms())
def test_units_never_exceed_the_minutes_and_no_code_gets_more_than_one_left_over(minutes, random):
    worked = units_of(minutes, rule="cms")
    shuffled = minutes[:]
    random.shuffle(shuffled)

    assert worked.total_units == (worked.total_minutes + 7) // 15
    assert sum(each.units for each in worked.codes) == worked.total_units
    assert {each.units - each.whole for each in worked.codes} <= {0, 1}
    assert units(shuffled) == units(minutes)
