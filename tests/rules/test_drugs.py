from datetime import date

import pytest

from emr.rules.code_labels import codes
from emr.rules.drugs import find_drug_problems
from emr.rules.facts import Charge, Service, Visit
from emr.rules.needling import Injection

DAY = date(2026, 3, 2)


def injected(*drugs):
    return tuple(Injection(muscle="soleus", side="left", drug=drug) for drug in drugs)


def visit(*drugs, **facts):
    return Visit(**{"date_of_service": DAY, "injected": injected(*drugs)} | facts)


def found(*drugs, **facts):
    return [(each.code, each.subject) for each in find_drug_problems(visit(*drugs, **facts))]


NONE_NAMED = [("injection-without-drug", "injected")]


@pytest.mark.parametrize(
    ("drugs", "facts", "expected"),
    [
        ((), {}, []),
        (("",), {}, NONE_NAMED),
        (("", " - "), {}, NONE_NAMED),
        (("", "J3301"), {}, []),
        (("lidocaine",), {}, []),
        (("",), {"services": (Service(code="J3301"),)}, []),
        (("",), {"charged": (Charge(code=" j3301 "),)}, []),
        (("",), {"charged": (Charge(code="J3301", units=0),)}, NONE_NAMED),
        (("",), {"services": (Service(code="97110"),)}, NONE_NAMED),
    ],
)
def test_an_injection_without_a_drug_is_told(drugs, facts, expected):
    assert found(*drugs, **facts) == expected


def test_a_drug_that_is_not_named_is_an_information():
    assert [each.as_dict() for each in find_drug_problems(visit(""))] == [
        {
            "code": "injection-without-drug",
            "severity": "info",
            "stops": None,
            "subject": "injected",
            "message": "Add the code of the injected drug if the practice bought it; the claim may"
            " go without.",
            "source": "docs/rules/drugs.md#no-drug-named",
        }
    ]


@pytest.mark.parametrize(
    ("drug", "on", "valid"),
    [
        ("J1010", date(2024, 3, 31), False),
        ("J1010", date(2024, 4, 1), True),
        ("J1030", date(2024, 3, 31), True),
        ("J1030", date(2024, 4, 1), False),
        ("J1030", date(1981, 12, 31), False),
        ("J2002", date(2024, 9, 30), False),
        ("J2002", date(2024, 10, 1), True),
        ("J2003", date(2024, 9, 30), False),
        ("J2003", date(2024, 10, 1), True),
        ("J2004", date(2024, 9, 30), False),
        ("J2004", date(2024, 10, 1), True),
        ("J2001", date(2010, 1, 1), False),
        ("J2001", date(2024, 12, 31), False),
        ("J2001", DAY, False),
        (" j3301 ", DAY, True),
        ("j2001", DAY, False),
        ("S0020", DAY, True),  # not in the table, so not judged
        ("20552", DAY, True),
        ("97110", date(1, 1, 1), True),
        ("20560", date(2019, 1, 1), True),  # in the table, and no drug
    ],
)
def test_a_drug_is_billed_only_on_its_days(drug, on, valid):
    expected = [] if valid else [("drug-code-not-valid", drug.strip().upper())]

    assert found(drug, date_of_service=on) == expected
    assert found(services=(Service(code=drug),), date_of_service=on) == expected
    assert found(charged=(Charge(code=drug),), date_of_service=on) == expected


def test_a_drug_charged_without_units_is_not_billed():
    assert found(charged=(Charge(code="J2001", units=0),)) == []


def test_a_drug_that_stands_in_several_places_is_told_once():
    assert found("J2001", "J2001", "J3301", charged=(Charge(code="J2001"),)) == [
        ("drug-code-not-valid", "J2001")
    ]


@pytest.mark.parametrize(
    ("drug", "on", "message"),
    [
        (
            "J2001",
            DAY,
            "Use J2002, J2003 or J2004 instead of J2001: it is for infusion into a vein, never for"
            " an injection into a muscle.",
        ),
        (
            "J2001",
            date(2024, 9, 30),
            "Take off J2001: it is for infusion into a vein, never for an injection into a muscle.",
        ),
        ("J1040", DAY, "Use J1010 instead of J1040: it was good until 2024-03-31."),
        ("J1010", date(2024, 3, 1), "Take off J1010: it is good from 2024-04-01 on."),
    ],
)
def test_the_message_says_why_and_what_to_use(drug, on, message):
    assert [
        (each.severity, each.stops, each.message, each.source)
        for each in find_drug_problems(visit(drug, date_of_service=on))
    ] == [("stop", "claim", message, "docs/rules/drugs.md#valid-days")]


def test_what_took_the_place_of_a_drug_is_a_drug_of_the_table():
    drugs = {each.code for each in codes() if each.family == "drug"}

    assert [
        (each.code, other)
        for each in codes()
        for other in each.replaced_by
        if other not in drugs or other == each.code
    ] == []
    assert [
        each.code for each in codes() if each.family == "drug" and each.valid_from is None
    ] == []
