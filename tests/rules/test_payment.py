"""The table "who pays" as it is worked: each row of docs/rules/abn.md#who-pays, and its edges."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from emr.rules.facts import (
    Abn,
    Authorization,
    Coverage,
    LowBack,
    Patient,
    Provider,
    Visit,
)
from emr.rules.payment import Payment, is_authorized, payment_of

DAY = date(2026, 11, 23)
BEFORE, AFTER = date(2026, 11, 22), date(2026, 11, 24)
GOOD = Abn(edition_expires=date(2029, 3, 31), signed_on=BEFORE, option=1)
REFUSED = replace(GOOD, option=None, refused=True, witness="Fran Otis")
AUTHORIZED = Authorization(number="A1", starts_on=DAY, ends_on=DAY, visits=6, used=5)


def paid(kind, *, abn=None, profession="PT", needled=True, patient=None, low_back=None, **coverage):
    visit = Visit(
        date_of_service=DAY,
        coverage=None if kind is None else Coverage(kind=kind, **coverage),
        provider=Provider(profession=profession, acupuncture_credential=True),
        patient=patient,
        abn=abn,
        low_back=low_back,
    )
    payment = payment_of(visit, needled=needled)
    modifiers = [*payment.liability, *(["KX"] if payment.kx else [])]
    return payment.claim, payment.patient_pays, " ".join(modifiers)


@pytest.mark.parametrize(
    ("kind", "claim", "patient_pays"),
    [
        (None, "send", "look"),
        ("", "send", "look"),
        ("self_pay", "none", "may"),
        ("medicaid", "send", "must_not"),
        ("workers_comp", "send", "must_not"),
        ("auto", "send", "must_not"),
    ],
)
@pytest.mark.parametrize("needled", [True, False])
def test_some_coverages_have_one_answer(kind, claim, patient_pays, needled):
    assert paid(kind, needled=needled) == (claim, patient_pays, "")


@pytest.mark.parametrize(
    ("abn", "expected"),
    [
        (GOOD, ("send", "may", "GA")),
        (REFUSED, ("send", "may", "GA")),
        (replace(GOOD, option=2), ("none", "may", "")),
        (replace(GOOD, option=3), ("hold", "must_not", "")),
        (replace(GOOD, option=3, signed_on=AFTER), ("hold", "must_not", "")),
        (None, ("hold", "must_not", "GZ")),
        (Abn(), ("hold", "must_not", "GZ")),
        (replace(GOOD, option=None), ("hold", "must_not", "GZ")),
        (replace(GOOD, signed_on=None), ("hold", "must_not", "GZ")),
        (replace(GOOD, edition_expires=date(2026, 1, 31)), ("hold", "must_not", "GZ")),
        (replace(GOOD, signed_on=AFTER), ("hold", "must_not", "GZ")),
        (replace(GOOD, voluntary=True), ("hold", "must_not", "GZ")),
        (replace(GOOD, option=2, voluntary=True), ("hold", "must_not", "GZ")),
        (replace(REFUSED, witness=""), ("hold", "must_not", "GZ")),
    ],
)
@pytest.mark.parametrize("profession", ["PT", "MD", ""])
def test_with_original_medicare_the_notice_decides(abn, expected, profession):
    assert paid("medicare", abn=abn, profession=profession) == expected


@pytest.mark.parametrize(
    ("number", "modifiers"), [(None, ""), (12, ""), (13, "KX"), (20, "KX"), (21, "GZ")]
)
def test_the_low_back_benefit_is_billed_and_kx_marks_its_later_sessions(number, modifiers):
    claim = "send" if modifiers != "GZ" else "hold"

    assert paid(
        "medicare",
        profession="NP",
        patient=Patient(low_back_weeks=12),
        low_back=LowBack(session_number_12_months=number),
    ) == (claim, "must_not", modifiers)


@pytest.mark.parametrize(
    ("abn", "claim_requested", "expected"),
    [
        (None, False, ("none", "may", "GY")),
        (None, True, ("send", "may", "GY")),
        (Abn(voluntary=True), False, ("none", "may", "GX GY")),
        (Abn(voluntary=True), True, ("send", "may", "GX GY")),
        (GOOD, False, ("none", "may", "GY")),
    ],
)
def test_with_a_chiropractor_the_law_decides(abn, claim_requested, expected):
    found = paid("medicare", abn=abn, profession="DC", claim_requested=claim_requested)

    assert found == expected


@pytest.mark.parametrize(
    ("determination", "expected"),
    [
        ("", ("hold", "must_not", "")),
        ("denied", ("none", "may", "")),
        ("approved", ("send", "must_not", "")),
    ],
)
def test_with_medicare_advantage_the_plan_decides(determination, expected):
    found = paid("medicare_advantage", organization_determination=determination, abn=GOOD)

    assert found == expected


@pytest.mark.parametrize(
    ("kind", "policy", "agreement", "expected"),
    [
        ("tricare", "unknown", None, ("none", "look", "")),
        ("tricare", "unknown", DAY, ("none", "may", "")),
        ("tricare", "covered", AFTER, ("none", "look", "")),
        ("commercial", "excluded", None, ("none", "look", "")),
        ("commercial", "excluded", DAY, ("none", "may", "")),
        ("commercial", "excluded", AFTER, ("none", "look", "")),
        ("commercial", "investigational", None, ("hold", "must_not", "")),
        ("commercial", "investigational", DAY, ("send", "look", "")),
        ("commercial", "not_necessary", None, ("hold", "must_not", "")),
        ("commercial", "not_necessary", AFTER, ("hold", "must_not", "")),
        ("commercial", "not_necessary", BEFORE, ("send", "look", "")),
        ("commercial", "covered", None, ("send", "must_not", "")),
        ("commercial", "covered", DAY, ("send", "must_not", "")),
        ("commercial", "unknown", DAY, ("send", "look", "")),
    ],
)
def test_with_a_plan_its_policy_and_an_agreement_decide(kind, policy, agreement, expected):
    assert paid(kind, policy=policy, agreement_signed_on=agreement) == expected


@pytest.mark.parametrize(
    ("authorization", "good"),
    [
        (AUTHORIZED, True),
        (Authorization(number="A1"), True),
        (None, False),
        (Authorization(), False),
        (replace(AUTHORIZED, starts_on=AFTER, ends_on=None), False),
        (replace(AUTHORIZED, starts_on=None, ends_on=BEFORE), False),
        (replace(AUTHORIZED, used=6), False),
        (replace(AUTHORIZED, used=7), False),
        (replace(AUTHORIZED, used=None), True),
        (replace(AUTHORIZED, visits=None, used=90), True),
        (replace(AUTHORIZED, visits=0, used=None), False),
    ],
)
def test_an_authorization_is_good_in_its_dates_until_its_visits_are_used(authorization, good):
    assert is_authorized(authorization, on=DAY) is good
    assert paid("commercial", policy="authorization", authorization=authorization) == (
        "send" if good else "hold",
        "must_not",
        "",
    )


@pytest.mark.parametrize("kind", ["medicare", "medicare_advantage", "tricare", "commercial"])
def test_without_needling_a_payer_that_asks_more_is_left_to_a_person(kind):
    assert paid(kind, needled=False, policy="excluded") == ("send", "look", "")


@pytest.mark.parametrize("needled", [True, False])
@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (None, {}),
        ("self_pay", {}),
        ("medicare", {"abn": GOOD}),
        ("medicare", {"profession": "DC"}),
        ("commercial", {"policy": "unknown"}),
    ],
)
def test_a_patient_with_qmb_never_pays(kind, facts, needled):
    claim, _, modifiers = paid(kind, needled=needled, **facts)

    found = paid(kind, needled=needled, patient=Patient(qmb=True), **facts)

    assert found == (claim, "must_not", modifiers)


def test_the_patient_may_pay_only_after_a_notice_or_where_none_is_needed():
    kinds = ["medicare", "medicare_advantage", "tricare", "commercial"]
    policies = ["covered", "excluded", "investigational", "not_necessary", "unknown"]

    answers = {paid(kind, policy=policy)[1] for kind, policy in product(kinds, policies)}

    assert answers == {"must_not", "look"}


def test_the_answer_is_a_plain_value():
    visit = Visit(date_of_service=DAY, coverage=Coverage(kind="self_pay"))

    assert payment_of(visit, needled=True) == Payment(
        claim="none", patient_pays="may", liability=(), kx=False
    )
