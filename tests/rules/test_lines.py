from datetime import date

import pytest

from emr.rules.facts import Coverage, Practice, Service, Visit
from emr.rules.line_modifiers import Reason
from emr.rules.lines import ClaimLine
from emr.rules.needling import Injection, Needling
from emr.rules.reckoning import reckon

DAY = date(2026, 11, 23)
MUSCLES = ["soleus", "popliteus", "gracilis", "sartorius"]


def needled(count):
    return tuple(Needling(muscle=each, side="right") for each in MUSCLES[:count])


def injected(count, side="left"):
    return tuple(Injection(muscle=each, side=side) for each in MUSCLES[:count])


def services(*given):
    return tuple(Service(code=code, minutes=minutes) for code, minutes in given)


def lines(**facts):
    return reckon(Visit(**{"date_of_service": DAY} | facts)).lines


def listed(**facts):
    return [(line.code, line.units) for line in lines(**facts)]


def test_services_stand_as_given_then_the_injection_then_the_needling():
    found = lines(
        needled=needled(3),
        injected=injected(1),
        services=services(("97140", 20), ("99213", None), ("97110", 15)),
        coverage=Coverage(therapy_plan_modifier="GP"),
    )

    assert found == (
        ClaimLine(code="97140", units=1, modifiers=("GP",)),
        ClaimLine(code="99213", units=1, modifiers=("25",)),
        ClaimLine(code="97110", units=1, modifiers=("GP",)),
        ClaimLine(code="20552", units=1, modifiers=()),
        ClaimLine(code="20561", units=1, modifiers=("XS", "GP")),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("97110", 38)], [("97110", 3)]),
        ([("97110", 8)], [("97110", 1)]),
        # no line without units
        ([("97110", 7)], []),
        ([("97110", None)], []),
        ([("97110", 33), ("97140", 7), ("97035", 2)], [("97110", 2), ("97140", 1)]),
        # twice is once, where it first stands
        ([("97140", 8), ("97110", 15), ("97140", 7)], [("97140", 1), ("97110", 1)]),
        ([("97010", 10), ("97010", 10)], [("97010", 1)]),
        # what is not timed is one unit, whatever its minutes
        ([("97161", 45)], [("97161", 1)]),
        ([("97010", 0)], [("97010", 1)]),
        ([("97810", 30)], [("97810", 1)]),
        ([(" 98941 ", None)], [("98941", 1)]),
        ([("64450", None)], [("64450", 1)]),
        # neither a drug nor an empty code is a line, and needling is billed by its muscles
        ([("J1010", None)], []),
        ([(" ", 15)], []),
        ([("20561", 15)], []),
        ([("20552", None)], [("20552", 1)]),
    ],
)
def test_services_have_lines_with_their_units(given, expected):
    assert listed(services=services(*given)) == expected


def test_the_payers_way_of_counting_decides_the_units():
    given = services(("97110", 20), ("97112", 20))

    assert listed(services=given) == [("97110", 2), ("97112", 1)]
    assert listed(services=given, coverage=Coverage(unit_rule="ama")) == [
        ("97110", 1),
        ("97112", 1),
    ]


@pytest.mark.parametrize(
    ("needle_count", "injection_count", "expected"),
    [
        (0, 0, []),
        (1, 0, ["20560"]),
        (2, 0, ["20560"]),
        (3, 0, ["20561"]),
        (0, 1, ["20552"]),
        (0, 2, ["20552"]),
        (0, 3, ["20553"]),
        (1, 3, ["20553", "20560"]),
    ],
)
def test_muscles_decide_the_codes_of_injection_and_needling(
    needle_count, injection_count, expected
):
    found = lines(needled=needled(needle_count), injected=injected(injection_count))

    assert [line.code for line in found] == expected
    assert {line.units for line in found} <= {1}


def test_the_example_of_the_guide_leaves_two_muscles_to_needle():
    found = lines(
        injected=(Injection(muscle="upper trapezius", side="right"),),
        needled=(
            Needling(muscle="levator scapulae", side="left"),
            Needling(muscle="lower trapezius", side="both"),
        ),
    )

    assert found == (ClaimLine(code="20552"), ClaimLine(code="20560", modifiers=("XS",)))


def test_where_every_needled_muscle_was_injected_there_is_no_needling_line():
    assert lines(needled=needled(2), injected=injected(2, side="right")) == (
        ClaimLine(code="20552"),
    )


def test_a_service_never_repeats_the_line_of_the_muscles():
    given = services(("20561", None), ("20552", None))

    assert listed(services=given, needled=needled(1)) == [("20552", 1), ("20560", 1)]
    assert listed(services=given, injected=injected(3)) == [("20553", 1)]


def test_before_the_needling_codes_there_is_no_needling_line():
    assert listed(needled=needled(3), date_of_service=date(2019, 12, 31)) == []


@pytest.mark.parametrize(
    ("left_off", "expected"),
    [
        ((), [("97110", 2), ("97140", 1), ("20552", 1), ("20560", 1)]),
        (("97140",), [("97110", 1), ("20552", 1), ("20560", 1)]),
        (("20560", "20552"), [("97110", 2), ("97140", 1)]),
    ],
)
def test_what_the_biller_left_off_has_no_line_and_no_minutes(left_off, expected):
    found = listed(
        services=services(("97110", 20), ("97140", 18)),
        needled=needled(1),
        injected=injected(1),
        left_off=left_off,
    )

    assert found == expected


def test_a_modifier_is_not_put_for_a_line_that_was_left_off():
    facts = {"needled": needled(1), "injected": injected(1)}

    assert [line.modifiers for line in lines(**facts)] == [(), ("XS",)]
    assert [line.modifiers for line in lines(**facts, left_off=("20552",))] == [()]


def reasons(code, **facts):
    (line,) = [each for each in lines(**facts) if each.code == code]
    return list(line.reasons)


ONE_UNIT = "One unit covers all muscles of the visit, however many needles or minutes."


@pytest.mark.parametrize(
    ("count", "code", "why"),
    [
        (1, "20560", "1 needled muscle counts (right soleus); one or two are 20560."),
        (
            3,
            "20561",
            "3 needled muscles count (right gracilis, right popliteus and right soleus);"
            " three or more are 20561.",
        ),
    ],
)
def test_the_needling_line_names_its_muscles(count, code, why):
    source = "docs/rules/needling.md#code-and-count"

    assert reasons(code, needled=needled(count)) == [
        Reason(about=code, why=why, source=source),
        Reason(about="units", why=ONE_UNIT, source=source),
    ]


def test_muscles_that_do_not_count_are_not_named():
    facts = {"needled": needled(2), "injected": injected(1, side="right")}

    assert reasons("20560", **facts)[0].why == (
        "1 needled muscle counts (right popliteus); one or two are 20560."
    )


def test_the_injection_line_tells_its_count():
    source = "docs/rules/lines.md#injection"

    assert reasons("20553", injected=injected(3)) == [
        Reason(
            about="20553", why="3 injected muscles count; three or more are 20553.", source=source
        ),
        Reason(about="units", why=ONE_UNIT, source=source),
    ]


@pytest.mark.parametrize(
    ("code", "why", "why_units", "source_of_units"),
    [
        (
            "97110",
            "The visit's services list it: Therapeutic exercise.",
            "15 minutes: 1 whole fifteen. 15 minutes together allow 1 unit, all in whole fifteens.",
            "docs/rules/timed_units.md#the-sum",
        ),
        (
            "97010",
            "The visit's services list it: Heat or ice pack.",
            "The code is billed once, whatever the minutes.",
            "docs/rules/lines.md#services",
        ),
        (
            "64450",
            "The visit's services list it; nothing else is on record of this code.",
            "The code is billed once, whatever the minutes.",
            "docs/rules/lines.md#services",
        ),
    ],
)
def test_a_service_says_why_it_has_its_units(code, why, why_units, source_of_units):
    assert reasons(code, services=services((code, 15))) == [
        Reason(about=code, why=why, source="docs/rules/lines.md#services"),
        Reason(about="units", why=why_units, source=source_of_units),
    ]


def test_every_modifier_has_a_reason_after_those_of_code_and_units():
    found = lines(
        needled=needled(1),
        injected=injected(1),
        services=services(("99213", None), ("97110", 15)),
        coverage=Coverage(kind="medicare", therapy_plan_modifier="GP"),
        practice=Practice(modifier_for_distinct_muscles="59"),
    )

    for line in found:
        assert [each.about for each in line.reasons] == [line.code, "units", *line.modifiers]
    assert [line.modifiers for line in found] == [("25",), ("GP",), (), ("GZ", "59", "GP")]


def test_reasons_are_for_people_and_not_written():
    (line,) = lines(needled=needled(1))

    assert line.as_dict() == {"code": "20560", "units": 1, "modifiers": ()}
    assert line == ClaimLine(code="20560")
