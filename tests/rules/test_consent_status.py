from datetime import date

import pytest
from hypothesis import given as given_by
from hypothesis import strategies as st

from emr.rules.consent_status import (
    Given,
    Standing,
    Status,
    consent_status,
    expires_on,
    find_consent_problems,
    standing,
)
from emr.rules.facts import Consent, Visit

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 10) for month in (1, 2, 3, 4))
DAY = date(2026, 5, 10)
BEFORE, AFTER = date(2026, 5, 9), date(2026, 5, 11)


def signed(on, **facts):
    return Given(signed_on=on, **facts)


def declined(on, **facts):
    return Given(signed_on=on, declined=True, **facts)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([], Status.MISSING),
        ([signed(AFTER)], Status.MISSING),
        ([signed(DAY)], Status.IN_FORCE),
        ([declined(JANUARY)], Status.DECLINED),
        ([declined(AFTER)], Status.MISSING),
        ([signed(JANUARY), declined(FEBRUARY)], Status.DECLINED),
        ([declined(JANUARY), signed(FEBRUARY)], Status.IN_FORCE),
        ([signed(JANUARY), declined(AFTER)], Status.IN_FORCE),
    ],
)
def test_the_latest_word_of_the_patient_counts(answers, status):
    assert consent_status(answers, day=DAY) == status


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([signed(JANUARY, withdrawn_on=AFTER)], Status.IN_FORCE),
        ([signed(JANUARY, withdrawn_on=DAY)], Status.WITHDRAWN),
        ([signed(DAY, withdrawn_on=DAY)], Status.WITHDRAWN),
        # It takes back what else was signed up to that day, and no more.
        ([signed(JANUARY, withdrawn_on=MARCH), signed(FEBRUARY)], Status.WITHDRAWN),
        ([signed(JANUARY, withdrawn_on=MARCH), signed(MARCH)], Status.WITHDRAWN),
        ([signed(JANUARY, withdrawn_on=MARCH), signed(APRIL)], Status.IN_FORCE),
        ([signed(JANUARY, withdrawn_on=MARCH), declined(FEBRUARY)], Status.WITHDRAWN),
        ([signed(JANUARY, withdrawn_on=MARCH), declined(APRIL)], Status.DECLINED),
        ([declined(JANUARY), signed(FEBRUARY, withdrawn_on=MARCH)], Status.WITHDRAWN),
        # The last withdrawal counts.
        (
            [signed(JANUARY, withdrawn_on=FEBRUARY), signed(MARCH, withdrawn_on=APRIL)],
            Status.WITHDRAWN,
        ),
    ],
)
def test_a_withdrawal_takes_back_what_was_signed_up_to_its_day(answers, status):
    assert consent_status(answers, day=DAY) == status


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([signed(DAY, key=1), declined(DAY, key=2)], Status.DECLINED),
        ([declined(DAY, key=1), signed(DAY, key=2)], Status.IN_FORCE),
        ([declined(DAY), signed(DAY)], Status.DECLINED),
        ([signed(JANUARY, withdrawn_on=DAY, key=1), signed(DAY, key=2)], Status.IN_FORCE),
        ([signed(JANUARY, withdrawn_on=DAY, key=2), signed(DAY, key=1)], Status.WITHDRAWN),
    ],
)
def test_of_two_answers_on_one_day_the_higher_key_came_later(answers, status):
    assert consent_status(answers, day=DAY) == status


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"expires_on": DAY}, Status.IN_FORCE),
        ({"expires_on": BEFORE}, Status.EXPIRED),
        ({"superseded_on": AFTER}, Status.IN_FORCE),
        ({"superseded_on": DAY}, Status.SUPERSEDED),
        ({"superseded_on": DAY, "expires_on": DAY}, Status.SUPERSEDED),
        ({"superseded_on": DAY, "expires_on": BEFORE}, Status.EXPIRED),
    ],
)
def test_a_consent_stands_until_its_last_day_or_until_a_newer_version_must_be_signed(facts, status):
    assert consent_status([signed(JANUARY, **facts)], day=DAY) == status


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], Standing(status=Status.MISSING, given=None)),
        (
            [signed(JANUARY), signed(FEBRUARY)],
            Standing(status=Status.IN_FORCE, given=signed(FEBRUARY)),
        ),
        # A signature that still stands counts though a later one has run out.
        (
            [signed(JANUARY), signed(FEBRUARY, expires_on=MARCH)],
            Standing(status=Status.IN_FORCE, given=signed(JANUARY)),
        ),
        # One from before the patient declined does not come back.
        (
            [signed(JANUARY), declined(FEBRUARY), signed(MARCH, expires_on=APRIL)],
            Standing(status=Status.EXPIRED, given=signed(MARCH, expires_on=APRIL)),
        ),
        (
            [signed(JANUARY, withdrawn_on=MARCH), signed(FEBRUARY)],
            Standing(status=Status.WITHDRAWN, given=signed(JANUARY, withdrawn_on=MARCH)),
        ),
        (
            [signed(JANUARY), declined(FEBRUARY)],
            Standing(status=Status.DECLINED, given=declined(FEBRUARY)),
        ),
        (
            [signed(JANUARY, superseded_on=MARCH), signed(FEBRUARY, expires_on=MARCH)],
            Standing(status=Status.SUPERSEDED, given=signed(JANUARY, superseded_on=MARCH)),
        ),
    ],
)
def test_the_status_names_the_answer_on_which_it_rests(answers, expected):
    assert standing(answers, day=DAY) == expected


DAYS = st.dates(date(2026, 5, 1), date(2026, 5, 20))
ANSWERS = st.builds(
    Given,
    signed_on=DAYS,
    expires_on=st.none() | DAYS,
    withdrawn_on=st.none() | DAYS,
    declined=st.booleans(),
    superseded_on=st.none() | DAYS,
    key=st.integers(0, 3),
)


@given_by(st.lists(ANSWERS, max_size=5), DAYS, st.randoms())
def test_the_order_in_which_answers_are_read_never_matters(answers, day, random):
    shuffled = answers[:]
    random.shuffle(shuffled)

    assert consent_status(shuffled, day=day) == consent_status(answers, day=day)


@given_by(st.lists(ANSWERS, max_size=5), DAYS)
def test_a_consent_in_force_rests_on_a_signature_that_stands_on_the_day(answers, day):
    found = standing(answers, day=day)

    assert (found.given is None) == (found.status == Status.MISSING)
    if found.status == Status.IN_FORCE:
        assert not found.given.declined
        assert found.given.signed_on <= day
        assert found.given.expires_on is None or day <= found.given.expires_on
        assert found.given.superseded_on is None or day < found.given.superseded_on


@pytest.mark.parametrize(
    ("months", "expected"), [(None, None), (12, date(2027, 1, 31)), (1, date(2026, 2, 28))]
)
def test_a_consent_runs_out_after_the_months_that_the_practice_chose(months, expected):
    assert expires_on(date(2026, 1, 31), months=months) == expected


MISSING, EXPIRED, WITHDRAWN = "consent-missing", "consent-expired", "consent-withdrawn"


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        (None, [MISSING]),
        (Consent(), [MISSING]),
        (Consent(signed_on=AFTER), [MISSING]),
        (Consent(signed_on=DAY), []),
        (Consent(signed_on=JANUARY, expires_on=DAY), []),
        (Consent(signed_on=JANUARY, expires_on=BEFORE), [EXPIRED]),
        (Consent(signed_on=JANUARY, withdrawn_on=AFTER), []),
        (Consent(signed_on=JANUARY, withdrawn_on=DAY), [WITHDRAWN]),
        (Consent(signed_on=JANUARY, withdrawn_on=JANUARY), [WITHDRAWN]),
        (Consent(signed_on=FEBRUARY, withdrawn_on=JANUARY), []),
        (Consent(signed_on=JANUARY, expires_on=MARCH, withdrawn_on=MARCH), [EXPIRED, WITHDRAWN]),
    ],
)
def test_the_consent_is_judged_on_the_date_of_service(consent, expected):
    found = find_consent_problems(Visit(date_of_service=DAY, consent=consent))

    assert [each.code for each in found] == expected
    assert [each.severity for each in found] == ["stop"] * len(expected)


def test_what_is_wrong_with_a_consent_is_told_with_its_day():
    late = Consent(signed_on=AFTER)
    spent = Consent(signed_on=JANUARY, expires_on=MARCH, withdrawn_on=APRIL)

    messages = [
        each.message
        for consent in (None, late, spent)
        for each in find_consent_problems(Visit(date_of_service=DAY, consent=consent))
    ]

    assert messages == [
        "Have the informed consent signed before needling.",
        "Look for an earlier consent: this one was signed on 2026-05-11.",
        "Have the consent signed anew: it ran out on 2026-03-10.",
        "Do not needle or bill: the consent was withdrawn on 2026-04-10.",
    ]
