"""The chip of verification on the lists, and whom the desk has to ask about."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from emr import needled_visits
from emr.benefits.chips import verification_chips
from emr.benefits.desk import benefits_to_verify
from emr.chips import Tone
from emr.models import CoverageKind, VisitState
from emr.needled_visits import NeedledVisit
from tests.factories import (
    ZONE,
    at,
    make_authorization,
    make_coverage,
    make_patient,
    make_payer,
    make_policy,
    make_provider,
    make_verification,
    make_visit,
    today,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def coverage(patient):
    return make_coverage(patient=patient, payer=make_payer())


def chip_of(visit, user):
    chip = verification_chips([visit], user)[visit.pk]
    return chip.tone, chip.word, chip.detail, chip.needs


def policy(coverage, needling, **fields):
    return make_policy(payer=coverage.payer, needling=needling, **fields)


def told(day):
    return f"{day.day} {day:%b %Y}"


@pytest.mark.parametrize(
    "kind",
    [
        CoverageKind.MEDICARE,
        CoverageKind.MEDICARE_ADVANTAGE,
        CoverageKind.TRICARE,
        CoverageKind.SELF_PAY,
        CoverageKind.MEDICAID,
        CoverageKind.WORKERS_COMP,
        CoverageKind.AUTO,
    ],
)
def test_only_a_commercial_plan_has_to_be_asked(visit, fran, patient, kind):
    make_coverage(patient=patient, payer=make_payer(kind=kind), member_number="")

    assert chip_of(visit, fran) == (Tone.MUTE, "Not needed", "", False)


def test_without_a_coverage_there_is_nobody_to_ask(visit, fran):
    assert chip_of(visit, fran) == (Tone.MUTE, "No coverage", "", False)


def test_a_plan_that_nobody_asked_is_to_be_verified(visit, fran, coverage):
    assert chip_of(visit, fran) == (Tone.WARN, "Verify", "", True)


@pytest.mark.parametrize(
    ("ago", "word", "detail", "needs"),
    [
        (180, "Covered", f"verified {told(today() - 180 * DAY)}", False),
        (181, "Verify again", "answer 181 days old", True),
        (210, "Verify again", "answer 210 days old", True),
    ],
)
def test_an_answer_goes_stale_visibly(visit, fran, coverage, ago, word, detail, needs):
    make_verification(coverage=coverage, verified_on=today() - ago * DAY)

    tone = Tone.WARN if needs else Tone.OK
    assert chip_of(visit, fran) == (tone, word, detail, needs)


@pytest.mark.parametrize(
    ("needling", "tone", "word"),
    [
        ("covered", Tone.OK, "Covered"),
        ("excluded", Tone.INFO, "Excluded"),
        ("investigational", Tone.INFO, "Investigational"),
        ("not_necessary", Tone.INFO, "Not necessary"),
    ],
)
def test_the_policy_is_the_word_of_a_verified_plan(visit, fran, coverage, needling, tone, word):
    policy(coverage, needling)
    make_verification(coverage=coverage)

    assert chip_of(visit, fran) == (tone, word, f"verified {told(today())}", False)


def test_a_plan_that_would_not_say_was_asked_all_the_same(visit, fran, coverage):
    make_verification(coverage=coverage, covered="unknown")

    found = (Tone.INFO, "Plan would not say", f"verified {told(today())}", False)
    assert chip_of(visit, fran) == found


@pytest.mark.parametrize("kind", ["commercial", "medicaid", "workers_comp", "auto"])
@pytest.mark.parametrize(
    ("fields", "word", "detail"),
    [
        (None, "No authorization", ""),
        ({"starts_on": today() + DAY}, "No authorization yet", f"from {told(today() + DAY)}"),
        ({"ends_on": today() - DAY}, "Authorization ended", told(today() - DAY)),
        ({"visits": 6, "used_elsewhere": 6}, "Authorization used up", "6 of 6 visits"),
    ],
)
def test_a_missing_or_spent_authorization_is_loud(visit, fran, patient, kind, fields, word, detail):
    coverage = make_coverage(patient=patient, payer=make_payer(kind=kind))
    policy(coverage, "authorization")
    make_verification(coverage=coverage, authorization="yes")
    if fields is not None:
        make_authorization(coverage=coverage, **fields)

    assert chip_of(visit, fran) == (Tone.STOP, word, detail, True)


def test_a_good_authorization_says_which_visit_this_is(visit, fran, coverage, monkeypatch):
    policy(coverage, "authorization")
    make_verification(coverage=coverage)
    make_authorization(coverage=coverage, ends_on=today() + 9 * DAY)
    kept = {
        visit.patient_id: [NeedledVisit(start=at(9, day=today() - ago * DAY)) for ago in (2, 4)]
    }
    monkeypatch.setattr(needled_visits, "_registered", [lambda patients: kept])

    detail = f"visit 3 of 8, until {told(today() + 9 * DAY)}"
    assert chip_of(visit, fran) == (Tone.OK, "Authorized", detail, False)


@pytest.mark.parametrize(("state", "needs"), [("planned", True), ("done", False)])
def test_a_limit_that_is_reached_is_said(visit, fran, coverage, monkeypatch, state, needs):
    policy(coverage, "covered", limit_visits=1, limit_days=30)
    make_verification(coverage=coverage)
    kept = {visit.patient_id: [NeedledVisit(start=at(9, day=today() - 2 * DAY))]}
    monkeypatch.setattr(needled_visits, "_registered", [lambda patients: kept])
    visit.state = VisitState(state)

    assert chip_of(visit, fran) == (Tone.STOP, "Limit reached", "1 in 30 days", needs)


def test_other_care_first_is_said(visit, fran, coverage):
    policy(coverage, "covered", conservative_weeks=6)
    make_verification(coverage=coverage)

    assert chip_of(visit, fran) == (Tone.WARN, "Other care first", "0 of 6 weeks", True)


@pytest.mark.parametrize("state", [VisitState.CANCELLED, VisitState.NO_SHOW])
def test_who_does_not_come_needs_nothing(visit, fran, coverage, state):
    visit.state = state

    assert chip_of(visit, fran) == (Tone.MUTE, "Not needed", "", False)


def test_the_chip_leads_to_the_coverage(fran_client, visit, coverage):
    response = fran_client.get(reverse("emr:today"))

    assertContains(response, f'href="{reverse("emr:coverage", args=[coverage.pk])}"')
    assertContains(response, "verification open")


def a_commercial_visit(**fields):
    coverage = make_coverage(patient=make_patient(), payer=make_payer())
    policy(coverage, "authorization", conservative_weeks=2, limit_visits=4, limit_days=30)
    make_verification(coverage=coverage)
    make_authorization(coverage=coverage)
    return make_visit(patient=coverage.patient, **fields)


def test_the_chips_take_no_more_queries_for_more_visits(db, django_assert_num_queries):
    provider = make_provider()
    visits = [a_commercial_visit(provider=provider) for _ in range(3)]

    for asked in (visits[:1], visits):
        with django_assert_num_queries(7):
            assert {chip.word for chip in verification_chips(asked, provider.user).values()} == {
                "Other care first"
            }


# The worklist


def test_the_next_visits_of_two_weeks_are_on_the_list(db, fran):
    provider = make_provider()
    soon, later, verified, past = (make_patient(last_name=name) for name in ("A", "B", "C", "D"))
    for patient, ahead in ((soon, 14), (later, 15), (verified, 1), (past, -1)):
        coverage = make_coverage(patient=patient, payer=make_payer())
        make_visit(patient=patient, provider=provider, start=at(10, day=today() + ahead * DAY))
        if patient == verified:
            make_verification(coverage=coverage)

    rows = benefits_to_verify(today(), fran)

    assert [(row.patient, row.chip.word, row.word) for row in rows] == [
        (soon, "Verify", "Open the coverage")
    ]
    assert rows[0].url == reverse("emr:coverage", args=[soon.coverages.get().pk])


def test_the_biller_opens_the_list_and_its_steps(bo_client, visit, coverage):
    url = reverse("emr:worklist", args=["benefits-to-verify"])

    response = bo_client.get(url)

    page = reverse("emr:coverage", args=[coverage.pk])
    assertContains(
        response, f'<a class="btn btn-outline-secondary" href="{page}">Open the coverage'
    )


def test_the_list_takes_no_more_queries_for_more_rows(db, fran, django_assert_num_queries):
    provider = make_provider()
    for number in (1, 3):
        for _ in range(number):
            a_commercial_visit(provider=provider)
        with django_assert_num_queries(9):
            assert len(benefits_to_verify(today(), fran)) in (1, 4)
