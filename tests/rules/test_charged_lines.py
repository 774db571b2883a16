import pytest

from emr.rules.charged_lines import (
    codes_of,
    find_both_sides,
    find_clashes,
    find_units_without_minutes,
    units_by_code,
)
from emr.rules.facts import Charge
from emr.rules.timed_units import units_of


def charge(code, *modifiers, units=1):
    return Charge(code=code, units=units, modifiers=modifiers)


def test_only_lines_with_a_code_and_units_bill_something():
    charged = (
        charge(" 97110 ", units=2),
        charge("97110"),
        charge("20561", units=0),
        charge(" ", units=3),
    )

    assert codes_of(charged) == {"97110"}
    assert units_by_code(charged) == {"97110": 3}


@pytest.mark.parametrize(
    ("modifiers", "clash"),
    [
        (("GA", "GX"), "GA and GX"),
        (("GY", "GA"), "GA and GY"),
        (("GA", "GZ"), "GA and GZ"),
        (("GA", "GZ", "GX"), "GA and GX and GZ"),
        ((" ga ", "gz"), "GA and GZ"),
        (("59", "XS"), "59 and XS"),
        (("XE", "59"), "59 and XE"),
        (("59", "XP"), "59 and XP"),
        (("59", "XU"), "59 and XU"),
        (("GA", "GZ", "59", "XS"), "GA and GZ, and one of 59 and XS"),
    ],
)
def test_modifiers_that_say_opposite_things_clash_on_a_line(modifiers, clash):
    found = find_clashes((charge("20561", *modifiers), charge("97110", "GP")))

    assert [(each.code, each.severity, each.subject, each.message) for each in found] == [
        (
            "modifiers-clash",
            "stop",
            "20561",
            f"Keep one of {clash} on 20561: they cannot stand on one line.",
        )
    ]


@pytest.mark.parametrize(
    "charged",
    [
        (charge("20561", "GX", "GY", "XS", "GP"),),
        (charge("20561", "GA", "XS", "GP", "KX"),),
        (charge("20561", "XS", "XE"),),
        (charge("20561", "GA"), charge("97110", "GZ")),
        (charge("20561", "59"), charge("20561", "XS")),
        (charge("20561", "GA", "GZ", units=0),),
        (charge("", "GA", "GZ"),),
        (charge("20561"),),
        (),
    ],
)
def test_other_modifiers_stand_together(charged):
    assert find_clashes(charged) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (charge("20552", "50"), True),
        (charge("20553", "50"), True),
        (charge("20560", " 50 "), True),
        (charge("20561", "GA", "50"), True),
        (charge("20561", "GA"), False),
        (charge("20610", "50"), False),
        (charge("97110", "50"), False),
        (charge("20561", "50", units=0), False),
    ],
)
def test_a_code_that_counts_muscles_is_never_billed_for_both_sides(line, told):
    found = find_both_sides((line,))

    assert [(each.code, each.severity, each.subject) for each in found] == (
        [("modifier-50", "stop", line.code.strip())] if told else []
    )


def test_both_sides_are_told_with_the_reason():
    (found,) = find_both_sides((charge("20561", "50"),))

    assert found.message == (
        "Take modifier 50 off 20561: it counts muscles, and a muscle on each side counts twice"
        " already."
    )


TIE = (("97110", 20), ("97112", 20))  # 3 units: 2 and 1, either way


@pytest.mark.parametrize(
    ("minutes", "rule", "billed", "subjects"),
    [
        ((("97110", 22),), "cms", {"97110": 1}, []),
        ((("97110", 22),), "cms", {"97110": 2}, ["97110"]),
        ((("97110", 23),), "cms", {"97110": 2}, []),
        ((("97110", 38),), "cms", {"97110": 1}, []),
        ((), "cms", {"97110": 1}, ["97110"]),
        ((("97110", 15),), "cms", {"97110": 1, "97140": 1}, ["97140"]),
        # untimed codes and those not on record are no matter of minutes
        ((), "cms", {"97161": 2, "20561": 3, "97810": 4, "64450": 1}, []),
        # where remainders tie, either choice is good, but not both
        (TIE, "cms", {"97110": 2, "97112": 1}, []),
        (TIE, "cms", {"97110": 1, "97112": 2}, []),
        (TIE, "cms", {"97110": 2, "97112": 2}, ["97112"]),
        (TIE, "cms", {"97110": 3}, ["97110"]),
        (TIE, "cms", {"97110": 3, "97112": 1}, ["97110"]),
        (TIE, "cms", {"97110": 1, "97112": 2, "97140": 1}, ["97140"]),
        # the left-over unit belongs to the larger remainder
        ((("97110", 33), ("97140", 7)), "cms", {"97110": 2, "97140": 1}, []),
        ((("97110", 33), ("97140", 7)), "cms", {"97110": 3}, ["97110"]),
        # the midpoint counts each code for itself
        (TIE, "ama", {"97110": 2, "97112": 1}, ["97110"]),
        (TIE, "ama", {"97110": 1, "97112": 1}, []),
    ],
)
def test_timed_units_are_held_against_the_minutes(minutes, rule, billed, subjects):
    charged = tuple(charge(code, units=units) for code, units in billed.items())

    found = find_units_without_minutes(charged, units_of(minutes, rule=rule))

    assert [(each.code, each.severity, each.subject) for each in found] == [
        ("minutes-do-not-support-units", "stop", subject) for subject in subjects
    ]


def test_units_on_several_lines_are_added_up():
    charged = (charge("97110"), charge("97110"))

    assert find_units_without_minutes(charged, units_of([("97110", 23)], rule="cms")) == []
    assert len(find_units_without_minutes(charged, units_of([("97110", 22)], rule="cms"))) == 1


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        (
            (),
            "Take 97110 off the bill, or chart the minutes that are missing: those on record allow"
            " no timed units in all.",
        ),
        (
            (("97110", 15),),
            "Bill 1 of 97110, not 4, or chart the minutes that are missing: those on record allow"
            " 1 timed unit in all.",
        ),
        (
            (("97110", 30),),
            "Bill 2 of 97110, not 4, or chart the minutes that are missing: those on record allow"
            " 2 timed units in all.",
        ),
    ],
)
def test_missing_minutes_are_told_with_what_they_allow(minutes, message):
    (found,) = find_units_without_minutes(
        (charge("97110", units=4),), units_of(minutes, rule="cms")
    )

    assert found.message == message
