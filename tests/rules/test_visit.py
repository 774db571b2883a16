from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.completeness import NoteFacts
from emr.rules.facts import (
    Abn,
    Charge,
    Consent,
    Coverage,
    Estimate,
    LowBack,
    Patient,
    Practice,
    Provider,
    Service,
    Visit,
)
from emr.rules.lines import ClaimLine
from emr.rules.needling import Injection, Needling
from emr.rules.visit import check

DAY = date(2025, 11, 3)
SIGNED = Consent(signed_on=date(2019, 1, 1))
MUSCLES = ["soleus", "popliteus", "gracilis", "sartorius"]


def visit(muscle_count=0, **facts):
    needled = tuple(Needling(muscle=each, side="right") for each in MUSCLES[:muscle_count])
    usual = {"date_of_service": DAY, "needled": needled, "consent": SIGNED, "diagnoses": ("M54.2",)}
    return Visit(**usual | facts)


def found(*args, **facts):
    return [
        (each.code, each.severity, each.subject)
        for each in check(visit(*args, **facts)).findings
        if each.code not in NOTE_CODES
    ]


NOTE_CODES = {each.code for each in check(visit(1, note=NoteFacts())).findings}


def charged(*codes, units=1, reason=""):
    return tuple(Charge(code=code, units=units, reason=reason) for code in codes)


def test_a_visit_of_a_date_alone_is_answered_with_every_key():
    assert check(visit(id="v1")).as_dict() == {
        "id": "v1",
        "muscle_count": 0,
        "muscle_count_other_reading": 0,
        "needle_count": 0,
        "suggested_code": None,
        "lines": [],
        "claim": "send",
        "patient_pays": "look",
        "findings": [],
    }


def test_the_answer_is_written_with_plain_values():
    answer = check(visit(1, charged=charged("20560", units=2))).as_dict()

    assert answer["lines"] == [{"code": "20560", "units": 1, "modifiers": ()}]
    assert answer["findings"] == [
        {
            "code": "units-above-one",
            "severity": "stop",
            "stops": "claim",
            "subject": "20560",
            "message": "Bill one unit of 20560, not 2: it covers the whole visit.",
            "source": "docs/rules/needling.md#code-and-count",
        }
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"charged": charged("20560")}, True),
        ({"charged": charged(" 20561 ")}, True),
        ({"charged": charged("20560", units=0)}, False),
        ({"charged": charged("97161")}, False),
        ({"note": NoteFacts()}, True),
        ({"note": NoteFacts(), "services": (Service(code="97110"),)}, False),
        (
            {
                "note": NoteFacts(),
                "injected": (Injection(muscle="soleus", side="left", drug="J3301"),),
            },
            False,
        ),
        ({"needled": (Needling(muscle="soleus", side="left"),), "note": NoteFacts()}, False),
        ({"services": (Service(code="97110"),), "charged": charged("20561")}, True),
        ({}, False),
    ],
)
def test_needling_billed_or_noted_must_name_a_muscle(facts, told):
    expected = [("no-muscle", "stop", "needled")] if told else []

    assert found(**facts) == expected


@pytest.mark.parametrize(
    ("charges", "message"),
    [
        ((), "Name every muscle and side that was needled."),
        (
            charged("20561"),
            "Name every muscle and side that was needled, or take 20561 off the bill.",
        ),
        (
            charged("20561", "20560"),
            "Name every muscle and side that was needled, or take 20560 and 20561 off the bill.",
        ),
    ],
)
def test_the_missing_muscle_is_told_with_what_was_billed(charges, message):
    result = check(visit(charged=charges, note=NoteFacts()))

    assert [each.message for each in result.findings if each.code == "no-muscle"] == [message]


@pytest.mark.parametrize(
    ("muscle_count", "code", "expected"),
    [
        (1, "20560", []),
        (2, "20560", []),
        (3, "20560", [("code-below-count", "warn", "20560")]),
        (2, "20561", [("code-above-count", "stop", "20561")]),
        (3, "20561", []),
        (3, "97140", [("minutes-do-not-support-units", "stop", "97140")]),
    ],
)
def test_a_billed_code_is_held_against_the_count(muscle_count, code, expected):
    assert found(muscle_count, charged=charged(code)) == expected


def test_a_reason_turns_the_stop_for_a_higher_code_into_a_warning():
    result = check(visit(1, charged=charged("20561", reason="Payer asked for it")))

    assert [(each.severity, each.message) for each in result.findings] == [
        ("warn", "Check the reason given for 20561: 1 muscle counts.")
    ]
    assert result.claim == "send"


@pytest.mark.parametrize("reason", ["", "  ", "…"])
def test_an_empty_reason_is_no_reason(reason):
    assert found(1, charged=charged("20561", reason=reason)) == [
        ("code-above-count", "stop", "20561")
    ]


def test_a_code_with_no_muscle_that_counts_is_above_the_count():
    result = check(
        visit(needled=(Needling(muscle="hamstrings", side="left"),), charged=charged("20560"))
    )

    assert [(each.code, each.message) for each in result.findings[1:]] == [
        ("code-above-count", "Take 20560 off the bill, or give a reason: 0 muscles count.")
    ]


def test_the_count_rules_the_code_even_before_the_codes_existed():
    day = date(2019, 6, 1)

    assert found(3, charged=charged("20561"), date_of_service=day, diagnoses=()) == []


def test_both_needling_codes_on_one_day_cannot_stand():
    assert found(3, charged=charged("20560", "20561")) == [
        ("both-needling-codes", "stop", "20560 and 20561"),
        ("code-below-count", "warn", "20560"),
    ]


@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        (charged("20561"), []),
        (charged("20561", units=2), [("units-above-one", "stop", "20561")]),
        (charged("20561", "20561"), [("units-above-one", "stop", "20561")]),
        (
            charged("20552", units=2),
            [
                ("units-above-daily-limit", "stop", "20552"),
                ("pair-needs-a-decision", "warn", "20552 and 20561"),
            ],
        ),
    ],
)
def test_a_needling_code_is_billed_as_one_unit(charges, expected):
    assert found(3, charged=charges) == expected


@pytest.mark.parametrize(
    ("needled", "injected", "lines"),
    [
        (0, 0, ()),
        (1, 0, (ClaimLine(code="20560"),)),
        (3, 0, (ClaimLine(code="20561"),)),
        (0, 2, (ClaimLine(code="20552"),)),
        (3, 3, (ClaimLine(code="20553"), ClaimLine(code="20561", modifiers=("XS",)))),
    ],
)
def test_lines_hold_the_injection_code_then_the_needling_code(needled, injected, lines):
    sites = tuple(Injection(muscle=each, side="left") for each in MUSCLES[:injected])

    assert check(visit(needled, injected=sites)).lines == lines


@pytest.mark.parametrize(
    ("note", "claim"), [(NoteFacts(), "hold"), (NoteFacts(signed=True), "send"), (None, "send")]
)
def test_only_a_stop_of_the_claim_holds_the_claim(note, claim):
    assert check(visit(1, note=note)).claim == claim


def test_the_practice_chooses_how_parts_and_sides_count():
    needled = (Needling(muscle="UT", side="both"), Needling(muscle="LT", side="left"))
    practice = Practice(sides_count_apart=False, divisions="each")

    assert check(visit(needled=needled)).muscle_count == 2
    assert check(visit(needled=needled, practice=practice)).muscle_count == 2
    assert check(visit(needled=needled, practice=practice)).muscle_count_other_reading == 1


CHARGES = st.builds(
    Charge,
    code=st.sampled_from(["20560", "20561", "97140", ""]),
    units=st.integers(0, 3),
    reason=st.sampled_from(["", "Asked"]),
)


@given(st.lists(CHARGES, max_size=5), st.integers(0, 4), st.randoms())
def test_the_order_of_billed_lines_never_matters(charges, muscle_count, random):
    shuffled = charges[:]
    random.shuffle(shuffled)

    assert check(visit(muscle_count, charged=tuple(shuffled))) == check(
        visit(muscle_count, charged=tuple(charges))
    )


def pays(*args, **facts):
    result = check(visit(*args, **facts))
    modifiers = result.lines[-1].modifiers if result.lines else None
    return result.claim, result.patient_pays, modifiers


MEDICARE = Coverage(kind="medicare")
PT = Provider(profession="PT", state="AK")
ABN = Abn(edition_expires=date(2026, 1, 31), signed_on=DAY, option=1, estimate=Decimal(60))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"coverage": None}, ("send", "look", ())),
        ({"abn": ABN}, ("send", "may", ("GA",))),
        ({"abn": ABN, "consent": None}, ("hold", "may", ("GA",))),
        ({"abn": replace(ABN, option=2)}, ("none", "may", ())),
        ({"abn": replace(ABN, option=2), "consent": None}, ("none", "may", ())),
        ({}, ("hold", "must_not", ("GZ",))),
        ({"provider": Provider(profession="DC")}, ("none", "may", ("GY",))),
        (
            {"abn": ABN, "coverage": replace(MEDICARE, therapy_plan_modifier="GP")},
            ("send", "may", ("GA", "GP")),
        ),
        (
            {
                "coverage": replace(MEDICARE, therapy_plan_modifier="GO"),
                "provider": Provider(profession="MD"),
                "patient": Patient(low_back_weeks=20),
                "low_back": LowBack(session_number_12_months=13),
            },
            ("send", "must_not", ("GO", "KX")),
        ),
        (
            {"coverage": Coverage(kind="medicare_advantage", organization_determination="denied")},
            ("none", "may", ()),
        ),
    ],
)
def test_who_pays_stands_with_the_modifiers_of_the_needling_line(facts, expected):
    assert pays(3, **{"coverage": MEDICARE, "provider": PT} | facts) == expected


def test_an_injection_line_carries_no_modifier_of_the_needling():
    result = check(
        visit(3, coverage=MEDICARE, injected=(Injection(muscle="tibialis posterior", side="left"),))
    )

    assert result.lines == (
        ClaimLine(code="20552"),
        ClaimLine(code="20561", modifiers=("GZ", "XS")),
    )


@pytest.mark.parametrize(
    ("facts", "judged"),
    [
        ({}, False),
        ({"charged": charged("97110")}, False),
        ({"charged": charged("20560", units=0)}, False),
        ({"charged": charged("20560")}, True),
        ({"needled": (Needling(muscle="hamstrings", side="left"),)}, True),
    ],
)
def test_consent_notice_and_estimate_are_asked_for_only_with_needling(facts, judged):
    missing = {"consent-missing", "abn-missing", "estimate-missing", "low-back-too-short"}

    medicare = check(visit(consent=None, coverage=MEDICARE, low_back=LowBack(), **facts))
    cash = check(visit(consent=None, coverage=Coverage(kind="self_pay"), **facts))

    told = {each.code for each in (*medicare.findings, *cash.findings)} & missing
    assert told == (missing if judged else set())


@pytest.mark.parametrize(
    ("muscle_count", "charge", "told"),
    [
        (3, None, True),  # the practice's fee for 20561
        (2, None, False),  # no fee for 20560
        (3, Decimal(60), False),
        (2, Decimal(161), True),
        (0, None, False),
    ],
)
def test_the_price_is_what_was_asked_or_else_the_practices_fee(muscle_count, charge, told):
    result = check(
        visit(
            muscle_count,
            practice=Practice(fees={"20561": Decimal(161)}),
            charged=charged("20561"),
            coverage=MEDICARE,
            abn=ABN,
            charge=charge,
        )
    )

    assert ("abn-estimate-exceeded" in [each.code for each in result.findings]) is told


def test_findings_of_a_visit_stand_in_the_order_of_the_table():
    result = check(
        visit(
            1,
            consent=None,
            coverage=MEDICARE,
            provider=PT,
            abn=replace(ABN, edition_expires=None, option=3),
            low_back=LowBack(session_number_12_months=21),
        )
    )

    assert [each.code for each in result.findings] == [
        "consent-missing",
        "abn-edition-obsolete",
        "abn-service-declined",
        "low-back-provider",
        "low-back-too-short",
        "low-back-benefit-spent",
    ]


DAYS = st.none() | st.dates()
MONEY = st.none() | st.decimals(0, 1000, places=2)
VISITS = st.builds(
    visit,
    st.integers(0, 4),
    date_of_service=st.dates(),
    charged=st.lists(CHARGES, max_size=2).map(tuple),
    provider=st.none()
    | st.builds(Provider, profession=st.sampled_from(["", "PT", "DC", "MD", "NP", "student"])),
    patient=st.none() | st.builds(Patient, low_back_weeks=st.integers(0, 20), qmb=st.booleans()),
    coverage=st.none()
    | st.builds(
        Coverage,
        kind=st.sampled_from(
            ["", "medicare", "medicare_advantage", "medicaid", "tricare", "commercial", "self_pay"]
        ),
        policy=st.sampled_from(["covered", "authorization", "excluded", "unknown"]),
        agreement_signed_on=DAYS,
        organization_determination=st.sampled_from(["", "denied", "approved"]),
        claim_requested=st.booleans(),
    ),
    consent=st.none() | st.builds(Consent, signed_on=DAYS, expires_on=DAYS, withdrawn_on=DAYS),
    abn=st.none()
    | st.builds(
        Abn,
        edition_expires=DAYS,
        signed_on=DAYS,
        option=st.none() | st.integers(1, 3),
        estimate=MONEY,
        refused=st.booleans(),
        witness=st.sampled_from(["", "Fran"]),
        voluntary=st.booleans(),
    ),
    estimate=st.none() | st.builds(Estimate, given_on=DAYS, amount=MONEY),
    charge=MONEY,
    low_back=st.none() | st.builds(LowBack, session_number_12_months=st.integers(0, 25)),
)


@given(VISITS)
def test_any_visit_is_judged_and_nothing_is_told_twice(any_visit):
    result = check(any_visit)

    told = [(each.code, each.subject) for each in result.findings]
    assert len(set(told)) == len(told)
    assert not (result.claim == "send" and any(each.stops == "claim" for each in result.findings))
    if any_visit.patient and any_visit.patient.qmb:
        assert result.patient_pays == "must_not"
