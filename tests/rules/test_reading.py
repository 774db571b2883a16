import json
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.completeness import Measure, NoteFacts
from emr.rules.facts import (
    Abn,
    Authorization,
    Charge,
    Consent,
    Coverage,
    Estimate,
    FrequencyLimit,
    LowBack,
    Patient,
    Practice,
    Provider,
    Service,
    Visit,
)
from emr.rules.needling import Injection, Needling
from emr.rules.reading import ReadingError, RepeatedKey, read_visit

DAY = "2026-01-31"
WHOLE = {
    "id": "v1",
    "date_of_service": DAY,
    "practice": {
        "sides_count_apart": False,
        "divisions": "each",
        "fees": {"20561": "45.00"},
        "modifier_for_distinct_muscles": "59",
    },
    "provider": {
        "profession": "PT",
        "state": "CO",
        "licensed_on": DAY,
        "training_hours": 50,
        "in_person_hours": 40,
        "supervised_sessions": 25,
        "acupuncture_credential": True,
        "endorsed": True,
    },
    "patient": {"low_back_weeks": 12, "qmb": True},
    "coverage": {
        "kind": "commercial",
        "policy": "authorization",
        "verified_on": DAY,
        "authorization": {"number": "A1", "from": DAY, "to": DAY, "visits": 6, "used": 2},
        "limit": {"visits": 4, "days": 30, "used": 1},
        "unit_rule": "ama",
        "needling_with_97140": "59",
        "therapy_plan_modifier": "GP",
        "agreement_signed_on": DAY,
        "organization_determination": "denied",
        "claim_requested": True,
    },
    "consent": {"signed_on": DAY, "expires_on": DAY, "withdrawn_on": DAY},
    "abn": {
        "edition_expires": DAY,
        "signed_on": DAY,
        "option": 1,
        "estimate": "100",
        "refused": True,
        "witness": "Fran",
        "voluntary": True,
    },
    "estimate": {"given_on": DAY, "amount": "45.5"},
    "needled": [{"muscle": "UT", "side": "both", "needles": 3, "rationale": "headache"}],
    "injected": [{"muscle": "soleus", "side": "left", "drug": "J2003"}],
    "services": [{"code": "97110", "minutes": 23, "text": "Lunges"}],
    "charged": [{"code": "20561", "units": 2, "modifiers": ["GP"], "reason": "Asked"}],
    "charge": "60.00",
    "diagnoses": ["M79.18", "M5450"],
    "low_back": {"session_number_90_days": 3, "session_number_12_months": 9, "improving": True},
    "note": {
        "functional_limitation": "a",
        "goal": "b",
        "trigger_point_findings": "c",
        "medical_necessity": "d",
        "technique": "e",
        "tolerance": "f",
        "pain_before": 10,
        "pain_after": 0,
        "measures": [{"name": "Rotation", "before": 45.5, "after": "60 degrees"}],
        "needles_in": 3,
        "needles_out": 3,
        "twitch_response": False,
        "retained_needle_reported": True,
        "contraindications_screened": True,
        "signed": True,
    },
}
WHOLE_DAY = date(2026, 1, 31)


def error_of(value):
    with pytest.raises(ReadingError) as caught:
        read_visit(value)
    return str(caught.value)


def test_every_key_is_read_into_its_fact():
    assert read_visit(WHOLE) == Visit(
        id="v1",
        date_of_service=WHOLE_DAY,
        practice=Practice(
            sides_count_apart=False,
            divisions="each",
            fees={"20561": Decimal("45.00")},
            modifier_for_distinct_muscles="59",
        ),
        provider=Provider(
            profession="PT",
            state="CO",
            licensed_on=WHOLE_DAY,
            training_hours=50,
            in_person_hours=40,
            supervised_sessions=25,
            acupuncture_credential=True,
            endorsed=True,
        ),
        patient=Patient(low_back_weeks=12, qmb=True),
        coverage=Coverage(
            kind="commercial",
            policy="authorization",
            verified_on=WHOLE_DAY,
            authorization=Authorization(
                number="A1", starts_on=WHOLE_DAY, ends_on=WHOLE_DAY, visits=6, used=2
            ),
            limit=FrequencyLimit(visits=4, days=30, used=1),
            unit_rule="ama",
            needling_with_97140="59",
            therapy_plan_modifier="GP",
            agreement_signed_on=WHOLE_DAY,
            organization_determination="denied",
            claim_requested=True,
        ),
        consent=Consent(signed_on=WHOLE_DAY, expires_on=WHOLE_DAY, withdrawn_on=WHOLE_DAY),
        abn=Abn(
            edition_expires=WHOLE_DAY,
            signed_on=WHOLE_DAY,
            option=1,
            estimate=Decimal(100),
            refused=True,
            witness="Fran",
            voluntary=True,
        ),
        estimate=Estimate(given_on=WHOLE_DAY, amount=Decimal("45.5")),
        needled=(Needling(muscle="UT", side="both", needles=3, rationale="headache"),),
        injected=(Injection(muscle="soleus", side="left", drug="J2003"),),
        services=(Service(code="97110", minutes=23, text="Lunges"),),
        charged=(Charge(code="20561", units=2, modifiers=("GP",), reason="Asked"),),
        charge=Decimal("60.00"),
        diagnoses=("M79.18", "M5450"),
        low_back=LowBack(session_number_90_days=3, session_number_12_months=9, improving=True),
        note=NoteFacts(
            functional_limitation="a",
            goal="b",
            trigger_point_findings="c",
            medical_necessity="d",
            technique="e",
            tolerance="f",
            pain_before=10,
            pain_after=0,
            measures=(Measure(name="Rotation", before=45.5, after="60 degrees"),),
            needles_in=3,
            needles_out=3,
            twitch_response=False,
            retained_needle_reported=True,
            contraindications_screened=True,
            signed=True,
        ),
    )


def test_a_date_is_enough():
    assert read_visit({"date_of_service": DAY}) == Visit(date_of_service=WHOLE_DAY)


def test_null_is_the_same_as_absent_everywhere():
    absent = dict.fromkeys(WHOLE) | {"date_of_service": DAY}

    assert read_visit(absent) == Visit(date_of_service=WHOLE_DAY)
    assert read_visit(
        {
            "date_of_service": DAY,
            "practice": dict.fromkeys(WHOLE["practice"]),
            "charged": [None, dict.fromkeys(WHOLE["charged"][0])],
            "note": dict.fromkeys(WHOLE["note"]),
        }
    ) == Visit(date_of_service=WHOLE_DAY, charged=(Charge(),), note=NoteFacts())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"needled": [{}, {"side": "up"}]},
            "needled[1].side: must be one of right, left, midline, both",
        ),
        ({"needled": [{"side": ""}]}, "needled[0].side: must be one of right, left, midline, both"),
        (
            {"needled": [{"side": ["left"]}]},
            "needled[0].side: must be one of right, left, midline, both",
        ),
        ({"needled": [None, 3]}, "needled[1]: must be an object"),
        ({"needled": {}}, "needled: must be a list"),
        ({"needled": [{"needles": True}]}, "needled[0].needles: must be a whole number, 0 or more"),
        ({"needled": [{"needles": 1.0}]}, "needled[0].needles: must be a whole number, 0 or more"),
        ({"needled": [{"needles": -1}]}, "needled[0].needles: must be a whole number, 0 or more"),
        ({"needled": [{"needles": "3"}]}, "needled[0].needles: must be a whole number, 0 or more"),
        ({"needled": [{"needles": 10**19}]}, "needled[0].needles: is too large"),
        ({"needled": [{"muscle": 7}]}, "needled[0].muscle: must be text"),
        (
            {"services": [{"minutes": float("nan")}]},
            "services[0].minutes: must be a whole number, 0 or more",
        ),
        ({"services": [{"minuts": 8}]}, "services[0].minuts: is not a known key"),
        ({"x" * 99: 1}, f"{'x' * 60}…: is not a known key"),
        ({"date_of_service": None}, "date_of_service: is required"),
        ({"date_of_service": "20260131"}, "date_of_service: must be a date such as 2026-01-31"),
        ({"date_of_service": "2026-02-30"}, "date_of_service: must be a date such as 2026-01-31"),
        ({"date_of_service": "2026-01-31\n"}, "date_of_service: must be a date such as 2026-01-31"),
        ({"date_of_service": 20260131}, "date_of_service: must be a date such as 2026-01-31"),
        ({"charge": 45}, 'charge: must be an amount of money in quotes, such as "45.00"'),
        ({"charge": "-45"}, 'charge: must be an amount of money in quotes, such as "45.00"'),
        ({"charge": "1e3"}, 'charge: must be an amount of money in quotes, such as "45.00"'),
        ({"charge": "٤٥"}, 'charge: must be an amount of money in quotes, such as "45.00"'),
        ({"charge": "45.005"}, 'charge: must be an amount of money in quotes, such as "45.00"'),
        (
            {"practice": {"fees": {"20561": 45}}},
            'practice.fees.20561: must be an amount of money in quotes, such as "45.00"',
        ),
        ({"practice": {"fees": []}}, "practice.fees: must be an object"),
        (
            {"practice": {"sides_count_apart": 1}},
            "practice.sides_count_apart: must be true or false",
        ),
        (
            {"coverage": {"needling_with_97140": "25"}},
            'coverage.needling_with_97140: must be one of "", 59, XS',
        ),
        (
            {"coverage": {"authorization": {"from": "x"}}},
            "coverage.authorization.from: must be a date such as 2026-01-31",
        ),
        (
            {"coverage": {"authorization": {"starts_on": DAY}}},
            "coverage.authorization.starts_on: is not a known key",
        ),
        ({"abn": {"option": True}}, "abn.option: must be one of 1, 2, 3"),
        ({"abn": {"option": 4}}, "abn.option: must be one of 1, 2, 3"),
        ({"abn": {"option": "1"}}, "abn.option: must be one of 1, 2, 3"),
        ({"note": {"pain_before": 11}}, "note.pain_before: must be a whole number from 0 to 10"),
        ({"note": {"pain_after": False}}, "note.pain_after: must be a whole number from 0 to 10"),
        (
            {"note": {"measures": [{"before": True}]}},
            "note.measures[0].before: must be a number or text",
        ),
        (
            {"note": {"measures": [{"after": float("inf")}]}},
            "note.measures[0].after: must be a number or text",
        ),
        ({"note": {"measures": [{"after": -(10**19)}]}}, "note.measures[0].after: is too large"),
        ({"charged": [{"modifiers": "GP"}]}, "charged[0].modifiers: must be a list"),
        ({"charged": [{"modifiers": [59]}]}, "charged[0].modifiers[0]: must be text"),
        ({"id": 7}, "id: must be text"),
        ({"consent": []}, "consent: must be an object"),
    ],
)
def test_the_first_mistake_is_told_with_its_place(changes, error):
    assert error_of({"date_of_service": DAY} | changes) == error


@pytest.mark.parametrize("value", [None, 1, "x", [], True])
def test_a_visit_must_be_an_object(value):
    assert error_of(value) == "a visit must be an object"


def test_a_key_given_twice_is_an_error():
    twice = RepeatedKey([("minutes", 8), ("minutes", 9)], "minutes")

    assert (
        error_of({"date_of_service": DAY, "services": [twice]})
        == "services[0].minutes: is given twice"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["muscle", "side", "code", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), JSON))
def test_anything_else_is_either_read_or_told(value):
    with suppress(ReadingError):
        read_visit({"date_of_service": DAY} | value)


def test_a_visit_reads_the_same_after_a_trip_through_json():
    assert read_visit(json.loads(json.dumps(WHOLE))) == read_visit(WHOLE)


def test_the_case_of_codes_and_modifiers_says_nothing():
    asked = {
        "date_of_service": DAY,
        "practice": {"fees": {" g0283": "12.00"}},
        "services": [{"code": "g0283 "}],
        "injected": [{"muscle": "Masseter", "side": "left", "drug": "j1010"}],
        "charged": [{"code": " g0283", "units": 1, "modifiers": ["gp ", "Ga"]}],
    }

    visit = read_visit(asked)

    assert visit.practice.fees == {"G0283": Decimal("12.00")}
    assert [each.code for each in visit.services] == ["G0283"]
    assert [each.drug for each in visit.injected] == ["J1010"]
    assert [(each.code, each.modifiers) for each in visit.charged] == [("G0283", ("GP", "GA"))]
