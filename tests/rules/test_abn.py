from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.abn import (
    Agreed,
    BlankLine,
    Blanks,
    Lapse,
    exceeds_tolerance,
    find_blank_problems,
    find_lapse,
    is_due_for_renewal,
)

REASON = "Medicare pays for this only for chronic low back pain."
LINE = BlankLine(service="Dry needling, 3 or more muscles", reason=REASON, estimate=Decimal(75))
FILLED = Blanks(
    notifier_name="Harbour Lane Physical Therapy",
    notifier_address="1 Harbour Lane, Fort Collins, CO",
    notifier_phone="970-555-0100",
    patient_name="Odette Marlow",
    identification="HL-1042",
    lines=(LINE,),
)


@pytest.mark.parametrize(
    ("estimate", "charge", "exceeds"),
    [
        ("60", "75", False),
        ("60", "160", False),
        ("60", "160.01", True),
        ("60", "161", True),
        ("500", "660", False),  # 160 of 165
        ("500", "700", True),  # 200 of 175
        ("300", "400", False),
        ("300", "400.01", True),
        ("600", "800", False),  # 200, a quarter of 800
        ("600", "800.01", True),
        ("300", "75", False),
        ("0", "100", False),
        ("0", "100.01", True),
    ],
)
def test_a_charge_may_lie_above_its_estimate_by_100_dollars_or_a_quarter(estimate, charge, exceeds):
    assert exceeds_tolerance(estimate=Decimal(estimate), charge=Decimal(charge)) is exceeds


def problems(**changes):
    return [(each.blank, each.line) for each in find_blank_problems(replace(FILLED, **changes))]


def of_line(**changes):
    return problems(lines=(LINE, replace(LINE, **changes)))


def test_a_notice_with_every_blank_filled_may_be_given_out():
    assert problems() == []


def test_an_empty_form_is_told_blank_by_blank():
    assert [(each.blank, each.message) for each in find_blank_problems(Blanks())] == [
        ("A", "Give the practice's name."),
        ("A", "Give the practice's address."),
        ("A", "Give the practice's phone number."),
        ("B", "Give the patient's name as on the Medicare card."),
        ("D", "List at least one service."),
    ]


@pytest.mark.parametrize(
    ("field", "blank"),
    [
        ("notifier_name", "A"),
        ("notifier_address", "A"),
        ("notifier_phone", "A"),
        ("patient_name", "B"),
    ],
)
@pytest.mark.parametrize("nothing", ["", "  \n", "…"])
def test_who_gives_the_notice_to_whom_must_be_said(field, blank, nothing):
    assert problems(**{field: nothing}) == [(blank, None)]


@pytest.mark.parametrize(
    ("phone", "expected"),
    [("555-010", [("A", None)]), ("555-0100", []), ("call us", [("A", None)])],
)
def test_a_phone_number_has_seven_digits(phone, expected):
    assert problems(notifier_phone=phone) == expected


@pytest.mark.parametrize(
    ("identification", "refused"),
    [
        ("", False),
        ("HL-1042", False),
        ("Chart 77120", False),
        ("1EG4TE5MK73", True),
        ("1eg4-te5-mk73", True),
        ("1EG4 TE5 MK73", True),
        ("1EG4\u2013TE5\u2013MK73", True),
        ("Medicare 1EG4-TE5-MK73, as on the card", True),
        ("MRN1EG4TE5MK73X", True),
        ("1SG4-TE5-MK73", False),  # never an S
        ("0EG4-TE5-MK73", False),  # never begins with 0
        ("1EG4-TE5-MK7", False),
        ("123-45-6789", True),
        ("123 45 6789", True),
        ("123456789", True),
        ("123.45.6789", True),
        ("no. 123-45-6789A", True),  # the number that Medicare used before
        ("\uff11\uff12\uff13-45-6789", True),
        ("1234567890", False),
        ("12345678", False),
        ("000-45-6789", False),
        ("666-45-6789", False),
        ("900-45-6789", False),
        ("123-00-6789", False),
        ("123-45-0000", False),
    ],
)
def test_the_identification_is_never_a_medicare_or_social_security_number(identification, refused):
    assert problems(identification=identification) == ([("C", None)] if refused else [])


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("Dry needling", []),
        ("Dry needling, CPT 20561", []),
        ("Arm", []),
        ("DN", [("D", 1)]),
        ("20561", [("D", 1)]),
        ("CPT code 20561", [("D", 1)]),
        ("HCPCS codes 20560 20561", [("D", 1)]),
        ("Procedure 20561", [("D", 1)]),
        ("Service 20561", [("D", 1)]),
        ("Services 20561", [("D", 1)]),
        ("DN x3", [("D", 1)]),
        ("", [("D", 1)]),
    ],
)
def test_each_service_is_named_in_plain_words(service, expected):
    assert of_line(service=service) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (REASON, []),
        ("Medicare does not pay for this for your condition.", []),
        ("Medicare does not pay for it this often.", []),
        ("", [("E", 1)]),
        ("—", [("E", 1)]),
        ("Not covered", [("E", 1)]),
        ("Medicare may not pay for this service.", [("E", 1)]),
        ("Medicare won't pay.", [("E", 1)]),
        ("Non-covered service", [("E", 1)]),
        ("Your plan excludes this.", [("E", 1)]),
        ("Not medically necessary", [("E", 1)]),
        ("We expect Medicare will deny dry needling", [("E", 1)]),
    ],
)
def test_each_service_has_a_reason_that_says_more_than_not_covered(reason, expected):
    assert of_line(reason=reason) == expected


def test_an_absent_and_a_vague_reason_are_told_apart():
    lines = (replace(LINE, reason=""), replace(LINE, reason="Not covered"))

    assert [each.message for each in find_blank_problems(replace(FILLED, lines=lines))] == [
        "Give the reason why Medicare may not pay for this service.",
        "Say why Medicare is expected not to pay for this service for this patient; that it may"
        " not be covered is no reason.",
    ]


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (Decimal("0.01"), []),
        (Decimal(0), [("F", 1)]),
        (Decimal(-1), [("F", 1)]),
        (Decimal("NaN"), [("F", 1)]),
        (None, [("F", 1)]),
    ],
)
def test_each_service_has_a_price_above_zero(estimate, expected):
    assert of_line(estimate=estimate) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ({"frequency": "Once a week", "duration": "8 weeks"}, []),
        ({"frequency": "", "duration": "8 weeks"}, [("D", None)]),
        ({"frequency": "Once a week", "duration": " "}, [("D", None)]),
        ({}, [("D", None), ("D", None)]),
    ],
)
def test_a_course_says_how_often_and_how_long(course, expected):
    assert problems(repetitive=True, **course) == expected
    assert problems(repetitive=False, **course) == []


def test_what_is_not_said_of_a_blank_is_empty():
    assert Blanks() == Blanks(
        notifier_name="",
        notifier_address="",
        notifier_phone="",
        patient_name="",
        identification="",
        lines=(),
        repetitive=False,
        frequency="",
        duration="",
    )


def test_a_row_with_nothing_in_it_lacks_service_reason_and_price():
    assert BlankLine() == BlankLine(service="", reason="", estimate=None)
    assert problems(lines=(BlankLine(),)) == [("D", 0), ("E", 0), ("F", 0)]


def test_each_blank_says_what_to_put_there():
    empty = BlankLine(reason=REASON)
    course = replace(FILLED, lines=(empty,), repetitive=True, identification="123-45-6789")

    assert [each.message for each in find_blank_problems(course)] == [
        "Use your own record number or leave it empty: a Medicare or social security number must"
        " never stand here.",
        "Name the service in plain words; a code alone tells a patient nothing.",
        "Say how often the visits are, such as once a week.",
        "Say how long the course lasts, such as 8 weeks.",
        "Give the estimated price, above zero.",
    ]


@given(
    st.builds(
        Blanks,
        identification=st.text(max_size=40),
        lines=st.lists(
            st.builds(
                BlankLine,
                service=st.text(max_size=20),
                reason=st.text(max_size=20),
                estimate=st.none() | st.decimals(),
            ),
            max_size=3,
        ).map(tuple),
        repetitive=st.booleans(),
    )
)
def test_whatever_stands_in_the_blanks_is_judged(blanks):
    found = find_blank_problems(blanks)

    assert [each.blank for each in found] == sorted(each.blank for each in found)
    assert len(set(found)) == len(found)


AGREED = Agreed(
    signed_on=date(2026, 3, 5),
    ends_on=date(2026, 4, 30),
    visits=8,
    codes=frozenset({"20560", "20561"}),
    coverage=7,
)
COVERED = {"day": date(2026, 4, 1), "visits_before": 3, "codes": ["20561"], "coverage": 7}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"day": date(2026, 3, 4)}, "not-yet"),
        ({"day": date(2026, 3, 5)}, None),
        ({"day": date(2026, 4, 30)}, None),
        ({"day": date(2026, 5, 1)}, "course-ended"),
        ({"visits_before": 7}, None),
        ({"visits_before": 8}, "visits-used"),
        ({"codes": []}, None),
        ({"codes": ["20560", "20561"]}, None),
        ({"codes": ["20561", "97810"]}, "service-changed"),
        ({"coverage": 8}, "coverage-changed"),
        ({"coverage": None}, "coverage-changed"),
        ({"coverage": 8, "visits_before": 8, "codes": ["1"]}, "coverage-changed"),
    ],
)
def test_a_notice_covers_its_visits_until_something_changes(changes, reason):
    lapse = find_lapse(AGREED, **COVERED | changes)

    assert (lapse.reason if lapse else None) == reason


@pytest.mark.parametrize(
    ("agreed", "changes", "message"),
    [
        (
            AGREED,
            {"day": date(2026, 3, 4)},
            "This notice was signed on 2026-03-05, after the visit: it cannot cover it.",
        ),
        (
            AGREED,
            {"coverage": None},
            "The coverage has changed since this notice was signed: choose the notice anew.",
        ),
        (
            AGREED,
            {"codes": ["97810", "20552"]},
            "This notice does not list 20552 and 97810: have a new one signed that does.",
        ),
        (
            AGREED,
            {"day": date(2026, 5, 1)},
            "The course that this notice covers ended on 2026-04-30: have a new one signed.",
        ),
        (
            AGREED,
            {"visits_before": 8},
            "No visit is left of the 8 that this notice covers: have a new one signed.",
        ),
    ],
)
def test_the_lapse_says_what_to_do(agreed, changes, message):
    lapse = find_lapse(agreed, **COVERED | changes)

    assert lapse == Lapse(reason=lapse.reason, message=message)


def test_without_a_stated_end_neither_time_nor_visits_end_a_notice():
    agreed = replace(AGREED, ends_on=None, visits=None)

    assert find_lapse(agreed, **COVERED | {"day": date(2031, 1, 1), "visits_before": 900}) is None


@pytest.mark.parametrize(
    ("most_months", "day", "reason"),
    [
        (12, date(2027, 3, 4), None),
        (12, date(2027, 3, 5), "too-old"),
        (12, date(2028, 5, 13), "too-old"),
        (None, date(2028, 5, 13), None),
    ],
)
def test_only_a_notice_that_may_hold_so_many_months_and_no_more_grows_too_old(
    most_months, day, reason
):
    agreed = replace(AGREED, ends_on=None, visits=None)

    lapse = find_lapse(agreed, **COVERED | {"day": day}, most_months=most_months)

    assert (lapse.reason if lapse else None) == reason
    assert lapse is None or lapse.message == (
        "This notice was given on 2026-03-05 and holds 12 months: give a new one."
    )


@pytest.mark.parametrize(
    ("day", "due"), [(date(2027, 3, 4), False), (date(2027, 3, 5), True), (date(2030, 1, 1), True)]
)
def test_after_twelve_months_a_renewal_is_suggested_though_the_notice_is_good(day, due):
    assert is_due_for_renewal(AGREED, day=day) is due
