"""What holds for every visit, however odd: searched for with visits that hypothesis makes up."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr.rules.code_labels import codes
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
from emr.rules.findings import USUAL_WEIGHT
from emr.rules.needling import Injection, Needling
from emr.rules.reading import LARGEST_NUMBER
from emr.rules.timed_units import units_of
from emr.rules.visit import check

EXAMPLES = 200

CODES = [each.code for each in codes()]
TIMED = [each.code for each in codes() if each.timed]
NEEDLING = ("20560", "20561")
MUSCLES = [
    "soleus",
    "popliteus",
    "trapezius",
    "Upper trapezius",
    "lower trap",
    "middle-trapezius",
    "biceps brachii",
    "biceps brachii, long head",
    "external anal sphincter",
    "upper back",
    "hamstrings",
    "no such muscle",
    "",
]

WILD = st.text(max_size=12)
DAYS = st.one_of(
    st.dates(),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from([date.min, date.max, date(2019, 12, 31), date(2020, 1, 1), date(2024, 2, 29)]),
)
WHOLE = st.one_of(st.integers(0, 40), st.integers(0, LARGEST_NUMBER))
FLAG = st.booleans()
MONEY = st.one_of(
    st.decimals(0, 1000, places=2), st.sampled_from([Decimal("999999999999.99"), Decimal(0)])
)
CODE = st.one_of(st.sampled_from(CODES), st.sampled_from(["20560", " 20561 ", "64400"]), WILD)
SIDE = st.sampled_from(["right", "left", "midline", "both", ""])


def maybe(strategy):
    return st.none() | strategy


def few(strategy, most=4):
    return st.lists(strategy, max_size=most).map(tuple)


NEEDLINGS = st.builds(
    Needling,
    muscle=st.sampled_from(MUSCLES) | WILD,
    side=SIDE,
    needles=WHOLE,
    rationale=st.sampled_from(["", "headache", "Headache.", "shoulder"]) | WILD,
)
INJECTIONS = st.builds(
    Injection,
    muscle=st.sampled_from(MUSCLES) | WILD,
    side=SIDE,
    drug=st.sampled_from(["", "J2001", "J2003", "J1030", "97110"]) | WILD,
)
SERVICES = st.builds(
    Service,
    code=CODE,
    minutes=maybe(st.integers(0, 90) | WHOLE),
    text=st.sampled_from(["", "dry needling of the soleus", "no needling today"]) | WILD,
)
CHARGES = st.builds(
    Charge,
    code=CODE,
    units=WHOLE,
    modifiers=few(
        st.sampled_from(["59", "XS", "25", "50", "GA", "GX", "GY", "GZ", "GP", "KX", "xs "]) | WILD
    ),
    reason=st.sampled_from(["", "the payer asks for it"]) | WILD,
)
PRACTICES = st.builds(
    Practice,
    sides_count_apart=FLAG,
    divisions=st.sampled_from(["once", "each"]),
    fees=st.dictionaries(st.sampled_from(NEEDLING) | WILD, MONEY, max_size=3),
    modifier_for_distinct_muscles=st.sampled_from(["XS", "59"]),
)
PROVIDERS = st.builds(
    Provider,
    profession=st.sampled_from(
        ["", "PT", "PTA", "OT", "OTA", "AT", "DC", "MD", "DO", "NP", "PA", "student"]
    ),
    state=st.sampled_from(["CO", "FL", "WA", "OR", "CA", "PA", "TN", "NV", "co"]) | WILD,
    licensed_on=maybe(DAYS),
    training_hours=maybe(WHOLE),
    in_person_hours=maybe(WHOLE),
    supervised_sessions=maybe(WHOLE),
    acupuncture_credential=FLAG,
    endorsed=FLAG,
)
COVERAGES = st.builds(
    Coverage,
    kind=st.sampled_from(
        [
            "",
            "medicare",
            "medicare_advantage",
            "medicaid",
            "tricare",
            "commercial",
            "workers_comp",
            "auto",
            "self_pay",
        ]
    ),
    policy=st.sampled_from(
        ["covered", "authorization", "excluded", "investigational", "not_necessary", "unknown"]
    ),
    verified_on=maybe(DAYS),
    authorization=maybe(
        st.builds(
            Authorization,
            number=WILD,
            starts_on=maybe(DAYS),
            ends_on=maybe(DAYS),
            visits=maybe(WHOLE),
            used=maybe(WHOLE),
        )
    ),
    limit=maybe(
        st.builds(FrequencyLimit, visits=maybe(WHOLE), days=maybe(WHOLE), used=maybe(WHOLE))
    ),
    unit_rule=st.sampled_from(["cms", "ama"]),
    needling_with_97140=st.sampled_from(["", "59", "XS"]),
    therapy_plan_modifier=st.sampled_from(["", "GP", "GO"]),
    agreement_signed_on=maybe(DAYS),
    organization_determination=st.sampled_from(["", "denied", "approved"]),
    claim_requested=FLAG,
)
ABNS = st.builds(
    Abn,
    edition_expires=maybe(st.sampled_from([date(2026, 1, 31), date(2029, 3, 31)]) | DAYS),
    signed_on=maybe(DAYS),
    option=maybe(st.integers(1, 3)),
    estimate=maybe(MONEY),
    refused=FLAG,
    witness=WILD,
    voluntary=FLAG,
)
READING = maybe(
    st.one_of(
        WILD,
        st.integers(-LARGEST_NUMBER, LARGEST_NUMBER),
        st.floats(allow_nan=False, allow_infinity=False),
    )
)
NOTES = st.builds(
    NoteFacts,
    functional_limitation=WILD,
    goal=WILD,
    trigger_point_findings=WILD,
    medical_necessity=WILD,
    technique=WILD,
    tolerance=st.sampled_from(["", "tolerated well"]) | WILD,
    pain_before=maybe(st.integers(0, 10)),
    pain_after=maybe(st.integers(0, 10)),
    measures=few(st.builds(Measure, name=WILD, before=READING, after=READING), 2),
    needles_in=maybe(WHOLE),
    needles_out=maybe(WHOLE),
    twitch_response=maybe(FLAG),
    retained_needle_reported=FLAG,
    contraindications_screened=FLAG,
    signed=FLAG,
)
VISITS = st.builds(
    Visit,
    id=maybe(WILD),
    date_of_service=DAYS,
    practice=PRACTICES,
    provider=maybe(PROVIDERS),
    patient=maybe(st.builds(Patient, low_back_weeks=maybe(WHOLE), qmb=FLAG)),
    coverage=maybe(COVERAGES),
    consent=maybe(
        st.builds(Consent, signed_on=maybe(DAYS), expires_on=maybe(DAYS), withdrawn_on=maybe(DAYS))
    ),
    abn=maybe(ABNS),
    estimate=maybe(st.builds(Estimate, given_on=maybe(DAYS), amount=maybe(MONEY))),
    needled=few(NEEDLINGS),
    injected=few(INJECTIONS, 3),
    services=few(SERVICES, 3),
    charged=few(CHARGES, 3),
    charge=maybe(MONEY),
    diagnoses=few(st.sampled_from(["M79.18", "m5459", "M54.5", "G44.841"]) | WILD, 3),
    low_back=maybe(
        st.builds(
            LowBack,
            session_number_90_days=maybe(WHOLE),
            session_number_12_months=maybe(WHOLE),
            improving=FLAG,
        )
    ),
    note=maybe(NOTES),
)


@settings(max_examples=2 * EXAMPLES)
@given(VISITS)
def test_any_visit_is_judged_told_in_json_and_never_sent_past_a_stop(visit):
    result = check(visit)

    told = json.loads(json.dumps(result.as_dict()))
    kinds = [(each["code"], each["subject"]) for each in told["findings"]]
    stopped = any(each["stops"] == "claim" for each in told["findings"])
    assert len(set(kinds)) == len(kinds)
    assert {code for code, _ in kinds} <= set(USUAL_WEIGHT)
    assert all(each["message"] and each["source"] for each in told["findings"])
    assert told["claim"] in (("hold", "none") if stopped else ("send", "hold", "none"))
    assert told["patient_pays"] in ("may", "must_not", "look")
    assert all(each["units"] >= 1 for each in told["lines"])
    if visit.patient and visit.patient.qmb:
        assert told["patient_pays"] == "must_not"


@settings(max_examples=EXAMPLES)
@given(VISITS)
def test_needling_is_suggested_once_and_as_one_unit(visit):
    result = check(replace(visit, services=()))

    needling = [(each.code, each.units) for each in result.lines if each.code in NEEDLING]
    assert needling == ([(result.suggested_code, 1)] if result.suggested_code else [])


@settings(max_examples=EXAMPLES)
@given(VISITS, NEEDLINGS)
def test_one_more_needled_muscle_never_lowers_the_code(visit, more):
    without = check(visit)

    with_it = check(replace(visit, needled=(*visit.needled, more)))

    assert (with_it.suggested_code or "") >= (without.suggested_code or "")
    assert with_it.muscle_count >= without.muscle_count
    assert with_it.muscle_count_other_reading >= without.muscle_count_other_reading


@settings(max_examples=EXAMPLES)
@given(VISITS, st.lists(WHOLE, min_size=4, max_size=4))
def test_the_number_of_needles_never_matters(visit, needles):
    others = tuple(
        replace(each, needles=count) for each, count in zip(visit.needled, needles, strict=False)
    )

    assert replace(check(replace(visit, needled=others)), needle_count=0) == replace(
        check(visit), needle_count=0
    )


@settings(max_examples=EXAMPLES)
@given(VISITS, st.randoms(use_true_random=False))
def test_only_the_order_of_services_shows_and_only_in_the_lines(visit, chance):
    def shuffled(entries):
        return tuple(chance.sample(entries, len(entries)))

    other = replace(
        visit,
        needled=shuffled(visit.needled),
        injected=shuffled(visit.injected),
        services=shuffled(visit.services),
        charged=shuffled(visit.charged),
        diagnoses=shuffled(visit.diagnoses),
    )

    told, again = check(visit).as_dict(), check(other).as_dict()
    lines, other_lines = told.pop("lines"), again.pop("lines")
    assert again == told
    assert sorted(map(str, other_lines)) == sorted(map(str, lines))


MINUTES = st.dictionaries(st.sampled_from(TIMED), st.integers(0, 120), max_size=6)


@settings(max_examples=2 * EXAMPLES)
@given(MINUTES)
def test_timed_units_never_exceed_what_all_minutes_allow(minutes):
    total = sum(minutes.values())
    allowed = 0 if total < 8 else (total + 7) // 15

    units = units_of(minutes.items(), rule="cms")

    given = {each.code: each.units for each in units.codes}
    assert sum(given.values()) == allowed == units.total_units
    for code, count in given.items():
        assert minutes[code] // 15 <= count <= minutes[code] // 15 + (minutes[code] % 15 > 0)


@settings(max_examples=EXAMPLES)
@given(MINUTES, st.sampled_from(["cms", "ama"]), st.integers(0, 600))
def test_needling_minutes_lend_no_timed_unit(minutes, rule, needling):
    with_needling = [*minutes.items(), ("20561", needling), ("20560", needling)]

    assert units_of(with_needling, rule=rule) == units_of(minutes.items(), rule=rule)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_all_are_judged(day):
    visit = Visit(
        date_of_service=day,
        provider=Provider(profession="PT", state="FL", licensed_on=day),
        coverage=Coverage(kind="commercial", verified_on=day, policy="authorization"),
        consent=Consent(signed_on=day),
        abn=Abn(signed_on=day, edition_expires=day),
        needled=(Needling(muscle="soleus", side="right"),),
        diagnoses=("M54.5",),
    )

    assert [each.code for each in check(visit).findings if each.code == "consent-missing"] == []
