"""What keeps a claim from being sent: each problem alone, on a claim that otherwise has none."""

from dataclasses import replace
from datetime import date

import pytest

from billing.claim_files.checks import problems_in, submitter_problems
from billing.claim_files.values import Address, Diagnosis, Person, Referrer
from tests.billing.claims import (
    DANA,
    HOME,
    MEDICARE,
    PATIENT,
    PLAN,
    PRACTICE,
    REFERRER,
    SUBMITTER,
    a_claim,
    a_dependent,
    a_line,
)


def practice(**fields):
    return {"practice": replace(PRACTICE, **fields)}


def practice_at(**fields):
    return practice(address=replace(PRACTICE.address, **fields))


def clinician(**fields):
    return {"clinician": replace(DANA, **fields)}


def patient(**fields):
    return {"patient": replace(PATIENT, **fields)}


def patient_at(**fields):
    return patient(address=replace(HOME, **fields))


def insured(insurance, **fields):
    return {"insurance": replace(insurance, **fields)}


def payer(insurance, **fields):
    return insured(insurance, payer=replace(insurance.payer, **fields))


def line(*args, **fields):
    return {"lines": (a_line(*args, **fields),)}


def diagnoses(*codes, **fields):
    return {"diagnoses": tuple(Diagnosis(code=code, **fields) for code in codes)}


THIRTEEN = [f"M54.{place:02}" for place in range(13)]
NOBODY = Address()
NO_DAY = {"onset_on": None}

CASES = [
    ("practice-npi", practice(npi="")),
    ("practice-npi", practice(npi="1093817232")),  # the last digit is wrong
    ("practice-npi", practice(npi="3093817231")),
    ("practice-tax-id", practice(tax_id="")),
    ("practice-taxonomy", practice(taxonomy="")),
    ("practice-taxonomy", practice(taxonomy="2251000000")),
    ("practice-address", practice(address=NOBODY)),
    ("practice-box", practice_at(street="PO Box 14")),
    ("practice-box", practice_at(street="P.O. Box 14")),
    ("practice-zip", practice_at(postal_code="80521")),
    ("practice-street-long", practice_at(street="Long Winding Harbour Road " * 5)),
    ("practice-city-long", practice_at(city="Fort Collins beneath the Larkspurs")),
    ("practice-letters", practice(name="Κλινική")),
    ("clinician-npi", clinician(npi="1508340713")),
    ("clinician-taxonomy", clinician(taxonomy="")),
    ("clinician-letters", clinician(name=Person(last_name="Иванова", first_name="Dana"))),
    ("patient-address", patient_at(street="")),
    ("patient-address", patient_at(postal_code="")),
    ("patient-zip", patient_at(postal_code="8052")),
    ("patient-letters", patient(name=Person(last_name="李", first_name="Odette"))),
    ("coverage-medicare-number", insured(MEDICARE, member_number="")),
    ("coverage-medicare-number", insured(MEDICARE, member_number="1EG4TE5MK7")),
    ("coverage-relation", insured(MEDICARE, relation="spouse")),
    ("coverage-member-number", insured(PLAN, member_number=" ")),
    ("coverage-subscriber", {"insurance": a_dependent(birth_date=None)}),
    ("coverage-subscriber", {"insurance": a_dependent(subscriber=Person(last_name="Marlow"))}),
    ("payer-kind", payer(PLAN, kind="self_pay")),
    ("payer-letters", payer(PLAN, name="План")),
    ("payer-number-missing", {"frequency": "7", "insurance": PLAN}),
    ("accident-missing", payer(PLAN, kind="workers_comp")),
    ("accident-missing", payer(PLAN, kind="auto") | {"accident": "other"}),
    ("accident-day-missing", payer(PLAN, kind="workers_comp") | {"accident": "work"} | NO_DAY),
    ("accident-day-missing", {"accident": "other"} | NO_DAY),
    ("onset-after-service", {"onset_on": date(2026, 3, 4)}),
    ("certifying-physician-missing", {"referrer": None}),
    ("referrer-npi", {"referrer": Referrer(name=REFERRER.name, npi="")}),
    ("referrer-npi", {"referrer": Referrer(name=REFERRER.name, npi="1245319598")}),
    ("referrer-name", {"referrer": Referrer(name=Person(), npi=REFERRER.npi)}),
    ("diagnoses-many", diagnoses(*THIRTEEN)),
    ("diagnosis-twice", diagnoses("M54.2", "M54.2")),
    ("diagnosis-form", diagnoses("54.2")),
    ("diagnosis-form", diagnoses("M54.12345")),
    ("diagnosis-unknown", diagnoses("M54.7", billable=None)),
    ("diagnosis-header", diagnoses("M54.5", billable=False)),
    ("lines-missing", {"lines": ()}),
    ("lines-many", {"lines": tuple(a_line(number=f"L{each}") for each in range(51))}),
    ("code-form", line("2056")),
    ("units-missing", line(units=0)),
    ("amount-missing", line(amount="0.00")),
    ("modifiers-many", line("20561", "GA GP XS 59 CQ")),
    ("modifier-form", line("20561", "GP X")),
    ("modifier-twice", line("20561", "GP GP")),
    ("pointer-missing", line(pointers=())),
    ("pointers-many", line(pointers=(1, 2, 1, 2, 1))),
    ("pointer-wrong", line(pointers=(1, 3))),
    ("pointer-wrong", line(pointers=(0,))),
]
ONLY_IN_A_FILE = [
    ("medicare-takes-no-replacement", {"frequency": "7", "payer_control_number": "X1"}),
    ("payer-electronic-id", payer(MEDICARE, electronic_id="")),
    ("payer-second", insured(PLAN, first=False)),
    ("other-payer-electronic-id", {"other": payer(PLAN, electronic_id="")["insurance"]}),
    ("other-coverage-member-number", {"other": replace(PLAN, member_number="")}),
]


def test_a_whole_claim_has_no_problem():
    assert problems_in(a_claim()) == []


def test_a_claim_for_somebody_insured_through_another_has_no_problem():
    assert problems_in(a_claim(insurance=a_dependent(), referrer=None)) == []


@pytest.mark.parametrize(("code", "fields"), CASES, ids=[case[0] for case in CASES])
def test_each_problem_stops_the_claim_with_a_sentence(code, fields):
    problems = problems_in(a_claim(**fields))

    assert [each.code for each in problems if not each.only_in_a_file] == [code]
    assert problems[0].message.endswith((".", ")"))


@pytest.mark.parametrize(
    ("code", "fields"), ONLY_IN_A_FILE, ids=[case[0] for case in ONLY_IN_A_FILE]
)
def test_what_only_a_file_needs_leaves_the_way_on_paper(code, fields):
    problems = problems_in(a_claim(**fields))

    assert [(each.code, each.only_in_a_file) for each in problems] == [(code, True)]


@pytest.mark.parametrize("kind", ["workers_comp", "auto"])
def test_both_that_an_accident_lacks_are_told_at_once(kind):
    problems = problems_in(a_claim(**payer(PLAN, kind=kind), **NO_DAY))

    assert [each.code for each in problems] == ["accident-missing", "accident-day-missing"]


def test_a_claim_without_a_diagnosis_points_at_nothing_either():
    problems = problems_in(a_claim(diagnoses=()))

    assert [each.code for each in problems] == ["diagnosis-missing", "pointer-wrong"]


def test_no_physician_is_asked_for_outside_of_therapy_and_medicare():
    chiropractor = a_claim(lines=(a_line("20561", "GY"),), referrer=None)
    plan = a_claim(insurance=PLAN, referrer=None)

    assert problems_in(chiropractor) == []
    assert problems_in(plan) == []


def test_files_wait_until_somebody_says_who_sends_them():
    assert [each.code for each in submitter_problems(None)] == ["submitter-missing"]
    assert submitter_problems(SUBMITTER) == []


def test_the_telephone_of_the_sender_has_ten_digits():
    found = submitter_problems(replace(SUBMITTER, contact_phone="555-0142"))

    assert [each.code for each in found] == ["submitter-phone"]
