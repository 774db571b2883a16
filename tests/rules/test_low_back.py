from datetime import date

import pytest

from emr.rules.facts import Coverage, LowBack, Patient, Provider, Visit
from emr.rules.low_back import find_low_back_problems, meets_low_back_benefit, needs_kx

MEDICARE = Coverage(kind="medicare")
PHYSICIAN = Provider(profession="MD")
CHRONIC = Patient(low_back_weeks=12)


def visit(**facts):
    usual = {
        "date_of_service": date(2026, 11, 23),
        "coverage": MEDICARE,
        "provider": PHYSICIAN,
        "patient": CHRONIC,
        "low_back": LowBack(),
    }
    return Visit(**usual | facts)


def codes(**facts):
    return [each.code for each in find_low_back_problems(visit(**facts))]


def test_the_benefit_is_met_by_a_physician_for_twelve_weeks_of_pain():
    assert codes() == []
    assert meets_low_back_benefit(visit()) is True


@pytest.mark.parametrize(
    "facts",
    [
        {"low_back": None},
        {"coverage": None},
        {"coverage": Coverage(kind="commercial")},
        {"coverage": Coverage(kind="medicare_advantage")},
    ],
)
def test_without_original_medicare_or_without_a_claim_to_it_there_is_no_benefit(facts):
    assert codes(patient=None, **facts) == []
    assert meets_low_back_benefit(visit(**facts)) is False


@pytest.mark.parametrize(
    ("profession", "credential", "may"),
    [
        ("MD", False, True),
        ("DO", False, True),
        ("NP", False, False),
        ("NP", True, True),
        ("PA", False, False),
        ("PA", True, True),
        ("PT", True, False),
        ("DC", True, False),
        ("", True, False),
    ],
)
def test_only_physicians_and_clinicians_with_the_credential_furnish_it(profession, credential, may):
    provider = Provider(profession=profession, acupuncture_credential=credential)

    assert codes(provider=provider) == ([] if may else ["low-back-provider"])
    assert meets_low_back_benefit(visit(provider=provider)) is may


def test_an_absent_provider_is_not_judged():
    assert codes(provider=None) == []


@pytest.mark.parametrize(
    ("patient", "message"),
    [
        (
            None,
            "Record for how many weeks the low back has hurt: the benefit begins at 12.",
        ),
        (
            Patient(),
            "Record for how many weeks the low back has hurt: the benefit begins at 12.",
        ),
        (
            Patient(low_back_weeks=11),
            "Take the low-back benefit off: the pain has lasted 11 of the 12 weeks that it asks"
            " for.",
        ),
    ],
)
def test_less_than_twelve_weeks_is_too_short(patient, message):
    found = find_low_back_problems(visit(patient=patient))

    assert [(each.code, each.message) for each in found] == [("low-back-too-short", message)]


@pytest.mark.parametrize(
    ("in_90_days", "in_12_months", "improving", "spent"),
    [
        (None, None, False, False),
        (12, 12, False, False),
        (13, 13, False, True),
        (13, 13, True, False),
        (1, 20, False, False),
        (8, 20, True, False),
        (1, 21, True, True),
        (20, 21, True, True),
    ],
)
def test_the_benefit_is_spent_after_its_sessions(in_90_days, in_12_months, improving, spent):
    low_back = LowBack(
        session_number_90_days=in_90_days,
        session_number_12_months=in_12_months,
        improving=improving,
    )

    assert codes(low_back=low_back) == (["low-back-benefit-spent"] if spent else [])


@pytest.mark.parametrize(
    ("number", "kx"), [(None, False), (12, False), (13, True), (20, True), (21, False)]
)
def test_the_later_sessions_of_twelve_months_carry_kx(number, kx):
    assert needs_kx(LowBack(session_number_12_months=number)) is kx


def test_all_that_is_not_met_is_told_at_once():
    low_back = LowBack(session_number_12_months=21)

    assert codes(provider=Provider(profession="PT"), patient=None, low_back=low_back) == [
        "low-back-provider",
        "low-back-too-short",
        "low-back-benefit-spent",
    ]
