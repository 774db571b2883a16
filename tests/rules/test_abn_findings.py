from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from emr.rules.abn_findings import find_abn_problems, has_valid_abn
from emr.rules.facts import Abn, Coverage, LowBack, Patient, Provider, Visit

DAY = date(2026, 11, 23)
EDITION = date(2029, 3, 31)
OLD_EDITION = date(2026, 1, 31)
GOOD = Abn(edition_expires=EDITION, signed_on=date(2026, 11, 1), option=1, estimate=Decimal(60))
REFUSED = replace(GOOD, option=None, refused=True, witness="Fran Otis")


def visit(abn=None, *, kind="medicare", profession="PT", **facts):
    usual = {
        "date_of_service": DAY,
        "coverage": Coverage(kind=kind),
        "provider": Provider(profession=profession),
        "abn": abn,
    }
    return Visit(**usual | facts)


def codes(*args, **facts):
    return [each.code for each in find_abn_problems(visit(*args, **facts))]


def test_a_good_notice_leaves_nothing_to_say():
    assert codes(GOOD) == []
    assert has_valid_abn(visit(GOOD)) is True


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"voluntary": True}, ["abn-missing"]),
        ({"voluntary": True, "edition_expires": None, "option": None}, ["abn-missing"]),
        ({"voluntary": True, "option": 3}, ["abn-missing", "abn-service-declined"]),
        ({"edition_expires": None}, ["abn-edition-obsolete"]),
        ({"edition_expires": OLD_EDITION}, ["abn-edition-obsolete"]),
        ({"edition_expires": OLD_EDITION, "signed_on": date(2026, 5, 11)}, []),
        (
            {"edition_expires": OLD_EDITION, "signed_on": date(2026, 5, 12)},
            ["abn-edition-obsolete"],
        ),
        ({"edition_expires": OLD_EDITION, "signed_on": None}, ["abn-option-missing"]),
        ({"edition_expires": date(2030, 1, 1)}, ["abn-edition-obsolete"]),
        ({"option": None}, ["abn-option-missing"]),
        ({"signed_on": None}, ["abn-option-missing"]),
        ({"option": None, "signed_on": None}, ["abn-option-missing"]),
        ({"signed_on": DAY}, []),
        ({"signed_on": date(2026, 11, 24)}, ["abn-after-service"]),
        ({"option": None, "refused": True, "witness": "Fran Otis"}, []),
        ({"option": None, "refused": True}, ["abn-refusal-not-witnessed"]),
        ({"option": None, "refused": True, "witness": " - "}, ["abn-refusal-not-witnessed"]),
        (
            {"option": None, "refused": True, "witness": "Fran Otis", "signed_on": None},
            ["abn-option-missing"],
        ),
        ({"option": 2}, ["abn-no-claim"]),
        ({"option": 3}, ["abn-service-declined"]),
        (
            {"edition_expires": None, "option": None, "signed_on": None},
            ["abn-edition-obsolete", "abn-option-missing"],
        ),
    ],
)
def test_what_a_notice_lacks_is_told(changes, expected):
    assert codes(replace(GOOD, **changes)) == expected


def test_an_empty_notice_is_one_and_lacks_its_edition_and_its_answer():
    assert codes(Abn()) == ["abn-edition-obsolete", "abn-option-missing"]


@pytest.mark.parametrize(
    ("abn", "valid"),
    [
        (None, False),
        (GOOD, True),
        (REFUSED, True),
        (replace(GOOD, option=2), True),
        (replace(GOOD, estimate=Decimal(1)), True),
        (replace(GOOD, voluntary=True), False),
        (replace(GOOD, option=None), False),
        (replace(GOOD, signed_on=None), False),
        (replace(GOOD, edition_expires=OLD_EDITION), False),
        (replace(GOOD, signed_on=date(2026, 11, 24)), False),
        (replace(REFUSED, witness=""), False),
    ],
)
def test_only_a_proper_notice_shifts_the_price_to_the_patient(abn, valid):
    assert has_valid_abn(visit(abn, charge=Decimal(500))) is valid


@pytest.mark.parametrize(
    ("estimate", "charge", "expected"),
    [
        ("60", "160", []),
        ("60", "160.01", ["abn-estimate-exceeded"]),
        ("60", None, []),
        (None, "900", []),
    ],
)
def test_the_charge_is_held_against_the_estimate(estimate, charge, expected):
    abn = replace(GOOD, estimate=estimate and Decimal(estimate))

    assert codes(abn, charge=charge and Decimal(charge)) == expected


@pytest.mark.parametrize(
    ("abn", "determination", "expected"),
    [
        (None, "", ["organization-determination-missing"]),
        (None, "denied", []),
        (None, "approved", []),
        (GOOD, "denied", ["abn-not-for-advantage"]),
        (Abn(), "", ["abn-not-for-advantage", "organization-determination-missing"]),
        (replace(GOOD, option=3), "denied", ["abn-not-for-advantage"]),
    ],
)
def test_medicare_advantage_asks_for_a_determination_and_bars_the_abn(abn, determination, expected):
    coverage = Coverage(kind="medicare_advantage", organization_determination=determination)

    assert codes(abn, coverage=coverage) == expected


@pytest.mark.parametrize(
    ("abn", "expected"),
    [
        (None, ["statutory-exclusion"]),
        (Abn(voluntary=True), ["statutory-exclusion"]),
        (GOOD, ["statutory-exclusion"]),
        (replace(GOOD, option=3), ["statutory-exclusion", "abn-service-declined"]),
    ],
)
def test_a_chiropractor_with_original_medicare_needs_no_notice(abn, expected):
    assert codes(abn, profession="DC") == expected


@pytest.mark.parametrize("kind", ["medicare_advantage", "commercial", "self_pay", ""])
def test_the_law_excludes_a_chiropractor_only_with_original_medicare(kind):
    assert "statutory-exclusion" not in codes(kind=kind, profession="DC")


@pytest.mark.parametrize(
    ("abn", "expected"), [(None, []), (replace(GOOD, option=3), ["abn-service-declined"])]
)
def test_the_low_back_benefit_needs_no_notice(abn, expected):
    facts = {"low_back": LowBack(), "patient": Patient(low_back_weeks=12)}

    assert codes(abn, profession="MD", **facts) == expected


def test_a_benefit_that_is_not_met_brings_the_notice_back():
    assert codes(low_back=LowBack(), profession="MD") == ["abn-missing"]


@pytest.mark.parametrize("profession", ["PT", "MD", ""])
def test_everybody_else_with_original_medicare_needs_a_notice(profession):
    assert codes(profession=profession) == ["abn-missing"]
    assert codes(provider=None) == ["abn-missing"]


@pytest.mark.parametrize("kind", ["", "self_pay", "commercial", "medicaid", "tricare", "auto"])
def test_no_other_coverage_is_asked_for_a_notice(kind):
    assert codes(kind=kind) == []
    assert codes(replace(GOOD, option=None), kind=kind) == []
    assert codes(coverage=None) == []


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {},
            "Have an ABN signed before needling; without one the patient owes nothing.",
        ),
        (
            {"abn": replace(GOOD, voluntary=True)},
            "Have an ABN signed before needling; without one the patient owes nothing; a voluntary"
            " notice shifts nothing here.",
        ),
        (
            {"abn": replace(GOOD, edition_expires=None)},
            "Name the edition of the ABN by the expiry date printed on it.",
        ),
        (
            {"abn": replace(GOOD, edition_expires=OLD_EDITION)},
            "Do not rely on this ABN: the edition that expires 2026-01-31 was not usable on"
            " 2026-11-01.",
        ),
        (
            {"abn": replace(GOOD, option=None)},
            "Do not rely on this ABN: the patient ticked no option on it.",
        ),
        (
            {"abn": replace(GOOD, signed_on=None)},
            "Do not rely on this ABN: it bears no date of signature or refusal.",
        ),
        (
            {"abn": replace(GOOD, estimate=Decimal("60.00")), "charge": Decimal("161.00")},
            "Lower the price or have a new ABN signed before the next visit: $161.00 is too far"
            " above the estimate of $60.00.",
        ),
    ],
)
def test_each_finding_says_what_to_do(facts, message):
    assert [each.message for each in find_abn_problems(visit(**facts))] == [message]
