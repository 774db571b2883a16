from datetime import date, timedelta

import pytest

from emr.rules.facts import Authorization, Coverage, FrequencyLimit, Visit
from emr.rules.payer_policy import find_payer_problems, is_verified

DAY = date(2026, 3, 2)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
KINDS = [
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


def problems(**coverage):
    known = {"kind": "commercial", "verified_on": DAY} | coverage
    return find_payer_problems(Visit(date_of_service=DAY, coverage=Coverage(**known)))


def found(**coverage):
    return [(each.code, each.severity, each.stops) for each in problems(**coverage)]


def test_without_a_coverage_nothing_is_asked():
    assert find_payer_problems(Visit(date_of_service=DAY)) == []


def test_a_verified_plan_that_pays_asks_for_nothing():
    assert found(policy="covered") == []
    assert found() == []


NOT_VERIFIED = [("coverage-not-verified", "warn", None)]


@pytest.mark.parametrize(
    ("verified_on", "expected"),
    [
        (None, NOT_VERIFIED),
        (DAY - timedelta(days=181), NOT_VERIFIED),
        (DAY - timedelta(days=180), []),
        (DAY, []),
        (AFTER, []),
        (date(1, 1, 1), NOT_VERIFIED),
        (date(9999, 12, 31), []),
    ],
)
def test_benefits_are_verified_at_most_180_days_before(verified_on, expected):
    assert found(verified_on=verified_on) == expected
    assert is_verified(verified_on, on=DAY) is (not expected)


@pytest.mark.parametrize("kind", KINDS)
def test_only_commercial_plans_are_verified(kind):
    codes = [code for code, _, _ in found(kind=kind, verified_on=None)]

    assert ("coverage-not-verified" in codes) is (kind == "commercial")


MISSING = [("authorization-missing", "stop", "claim")]
SPENT = [("authorization-spent", "stop", "claim")]


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (None, MISSING),
        (Authorization(), MISSING),
        (Authorization(number="A1"), []),
        (Authorization(visits=1), []),
        (Authorization(starts_on=DAY, ends_on=DAY), []),
        (Authorization(starts_on=AFTER), SPENT),
        (Authorization(ends_on=BEFORE), SPENT),
        (Authorization(number="A1", visits=6, used=5), []),
        (Authorization(number="A1", visits=6, used=6), SPENT),
        (Authorization(number="A1", visits=6, used=7), SPENT),
        (Authorization(number="A1", visits=0), SPENT),
        (Authorization(number="A1", used=7), []),
    ],
)
def test_an_authorization_reaches_the_visit_or_is_missing_or_spent(authorization, expected):
    assert found(policy="authorization", authorization=authorization) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_an_authorization_is_asked_of_payers_that_authorize(kind):
    codes = [code for code, _, _ in found(kind=kind, policy="authorization")]

    asks = kind in ("commercial", "medicaid", "workers_comp", "auto")
    assert ("authorization-missing" in codes) is asks


@pytest.mark.parametrize(
    "policy", ["covered", "excluded", "investigational", "not_necessary", "unknown"]
)
def test_other_policies_ask_for_no_authorization(policy):
    codes = [code for code, _, _ in found(policy=policy, authorization=Authorization(visits=0))]

    assert "authorization-spent" not in codes


@pytest.mark.parametrize(
    ("authorization", "why"),
    [
        (Authorization(starts_on=AFTER), "this one begins on 2026-03-03, after the visit"),
        (Authorization(number=" A1 ", ends_on=BEFORE), "number A1 ended on 2026-03-01"),
        (
            Authorization(number="A1", visits=6, used=6),
            "no visit is left of the 6 that number A1 allows",
        ),
    ],
)
def test_a_spent_authorization_says_why(authorization, why):
    messages = [
        (each.subject, each.message, each.source)
        for each in problems(policy="authorization", authorization=authorization)
    ]

    assert messages == [
        (
            "authorization",
            f"Get a new authorization: {why}.",
            "docs/rules/payers.md#authorizations",
        )
    ]


REACHED = [("frequency-limit-reached", "stop", "claim")]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, []),
        (FrequencyLimit(), []),
        (FrequencyLimit(used=9), []),
        (FrequencyLimit(visits=4, days=30), []),
        (FrequencyLimit(visits=4, days=30, used=3), []),
        (FrequencyLimit(visits=4, days=30, used=4), REACHED),
        (FrequencyLimit(visits=4, used=5), REACHED),
        (FrequencyLimit(visits=0), REACHED),
        (FrequencyLimit(visits=10**18, used=10**18), REACHED),
    ],
)
def test_the_visits_before_this_one_reach_the_limit(limit, expected):
    assert found(limit=limit) == expected


@pytest.mark.parametrize(
    ("days", "window"), [(30, "4 in 30 days, and 4"), (None, "4, and 4"), (0, "4, and 4")]
)
def test_a_limit_says_its_window(days, window):
    (found,) = problems(limit=FrequencyLimit(visits=4, days=days, used=4))

    assert (found.subject, found.message) == (
        "visits",
        f"Do not bill this visit without asking the plan: it pays for {window} came before.",
    )


NO_AGREEMENT = ("agreement-missing", "stop", "claim")


@pytest.mark.parametrize(
    ("coverage", "code"),
    [
        ({"policy": "excluded"}, "payer-excluded"),
        ({"policy": "investigational"}, "payer-investigational"),
        ({"policy": "not_necessary"}, "payer-not-necessary"),
        ({"kind": "tricare"}, "tricare-not-covered"),
        ({"kind": "tricare", "policy": "covered"}, "tricare-not-covered"),
        ({"kind": "tricare", "policy": "excluded"}, "tricare-not-covered"),
    ],
)
def test_a_payer_that_does_not_pay_asks_for_an_agreement(coverage, code):
    told = (code, "warn", None)

    assert found(**coverage) == [told, NO_AGREEMENT]
    assert found(**coverage, agreement_signed_on=AFTER) == [told, NO_AGREEMENT]
    assert found(**coverage, agreement_signed_on=DAY) == [told]
    assert found(**coverage, agreement_signed_on=BEFORE) == [told]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("commercial", "tricare")])
@pytest.mark.parametrize("policy", ["excluded", "investigational", "not_necessary"])
def test_the_policy_of_other_payers_is_not_asked_for(kind, policy):
    assert found(kind=kind, policy=policy) == []


def test_a_payer_that_does_not_pay_is_told_in_sentences():
    assert [(each.subject, each.message, each.source) for each in problems(policy="excluded")] == [
        (
            "coverage",
            "Expect no payment for the needling: the plan excludes dry needling.",
            "docs/rules/payers.md#policies",
        ),
        (
            "agreement",
            "Have an agreement to pay signed before needling: without one the patient may owe"
            " nothing.",
            "docs/rules/payers.md#agreements",
        ),
    ]


def test_an_agreement_that_came_late_says_its_day():
    late = problems(kind="tricare", agreement_signed_on=AFTER)[-1]

    assert late.message == (
        "Look for an earlier agreement: this one was signed on 2026-03-03, after the visit."
    )


@pytest.mark.parametrize(
    ("verified_on", "since"),
    [
        (None, "nobody has yet"),
        (date(2025, 1, 2), "they were last verified on 2025-01-02, more than 180 days before"),
    ],
)
def test_a_plan_that_nobody_asked_lately_is_to_be_asked(verified_on, since):
    (told,) = problems(verified_on=verified_on)

    assert (told.subject, told.message, told.source) == (
        "coverage",
        f"Ask the plan about its benefits for dry needling: {since}.",
        "docs/rules/payers.md#verification",
    )
