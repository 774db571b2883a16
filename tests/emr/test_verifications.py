"""What a plan answered: four questions, who said so and when, and the next patient on the plan."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr.benefits.answers import offered_for
from emr.models import AuditEntry, Verification
from tests.factories import (
    ZONE,
    make_coverage,
    make_patient,
    make_payer,
    make_policy,
    make_verification,
    today,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def coverage(patient, practice):
    payer = make_payer(name="Bluegate PPO", phone="800-555-0100")
    return make_coverage(patient=patient, payer=payer, plan="PPO Gold")


def another(coverage, **fields):
    """Another patient on the same plan."""
    fields = {"payer": coverage.payer, "plan": "ppo gold"} | fields
    return make_coverage(patient=make_patient(last_name="Sorrel"), **fields)


def page_of(coverage):
    return reverse("emr:coverage", args=[coverage.pk])


def form_of(coverage):
    return reverse("emr:verify-benefits", args=[coverage.pk])


def answers(**changes):
    return {
        "verified_on": today().isoformat(),
        "way": "phone",
        "spoke_with": "Ms Ray",
        "reference": "R-123",
        "covered": "yes",
        "authorization": "no",
        "limit": "yes",
        "limit_visits": "6",
        "limit_days": "180",
        "investigational": "no",
        "remarks": "Knee only after surgery",
    } | changes


# Asking


@pytest.mark.parametrize("name", ["fran", "bo", "dana", "olive"])
def test_whoever_asked_the_plan_writes_its_answers_down(request, coverage, patient, name):
    client, user = request.getfixturevalue(f"{name}_client"), request.getfixturevalue(name)

    assertRedirects(client.post(form_of(coverage), answers()), page_of(coverage))

    kept = Verification.objects.get()
    assert (kept.verified_on, kept.spoke_with, kept.reference) == (today(), "Ms Ray", "R-123")
    assert (kept.covered, kept.authorization, kept.investigational) == ("yes", "no", "no")
    assert (kept.limit, kept.limit_visits, kept.limit_days) == ("yes", 6, 180)
    assert (kept.recorded_by, kept.based_on) == (user, None)
    entry = AuditEntry.objects.get(verb="benefits verified")
    assert (entry.patient_id, entry.details) == (
        patient.pk,
        {"verified_on": today().isoformat()},
    )


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"covered": ""}, ["covered"]),
        ({"authorization": "perhaps"}, ["authorization"]),
        ({"limit": ""}, ["limit"]),
        ({"investigational": ""}, ["investigational"]),
        ({"spoke_with": " "}, ["spoke_with"]),
        ({"verified_on": (today() + DAY).isoformat()}, ["verified_on"]),
        ({"verified_on": (today() - 367 * DAY).isoformat()}, ["verified_on"]),
        ({"limit_days": ""}, ["limit_days"]),
        ({"limit_visits": "0"}, ["limit_visits"]),
        ({"limit": "no"}, ["limit_visits", "limit_days"]),
        ({"limit_visits": "40000"}, ["limit_visits"]),
    ],
)
def test_what_is_missing_is_said_at_its_question(fran_client, coverage, changes, fields):
    response = fran_client.post(form_of(coverage), answers(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert Verification.objects.count() == 0


def test_the_form_says_whom_to_call_about_whom(fran_client, coverage):
    response = fran_client.get(form_of(coverage))

    assertContains(response, "800-555-0100")
    assertContains(response, "the plan PPO Gold, member")
    assertNotContains(response, "Name the plan")


def test_without_a_plan_the_form_asks_for_its_name(fran_client, coverage):
    type(coverage).objects.update(plan="")

    assertContains(fran_client.get(form_of(coverage)), "Name the plan")


# Taking over


def test_the_next_patient_on_the_plan_is_offered_its_answers(fran_client, fran, coverage):
    asked = make_verification(
        coverage=another(coverage), verified_on=today() - 40 * DAY, remarks="About Sorrel alone"
    )

    page = fran_client.get(form_of(coverage))
    assertContains(page, "This plan has answered before")
    assertContains(page, "R-123")
    assertNotContains(page, "Sorrel")
    url = reverse("emr:take-over-verification", args=[coverage.pk, asked.pk])
    assertRedirects(fran_client.post(url), page_of(coverage))

    taken = coverage.verifications.get()
    assert (taken.based_on, taken.verified_on) == (asked, today() - 40 * DAY)
    assert (taken.spoke_with, taken.reference, taken.covered) == ("Ms Ray", "R-123", "yes")
    assert (taken.remarks, taken.recorded_by) == ("", fran)
    assert AuditEntry.objects.filter(verb="verification taken over").count() == 1


@pytest.mark.parametrize(
    ("fields", "ago", "offered"),
    [
        ({}, 0, True),
        ({}, 180, True),
        ({}, 181, False),
        ({"plan": "PPO Silver"}, 0, False),
        ({"plan": ""}, 0, False),
    ],
)
def test_only_the_same_plan_and_only_while_it_is_good(coverage, fields, ago, offered):
    asked = make_verification(coverage=another(coverage, **fields), verified_on=today() - ago * DAY)

    assert offered_for(coverage, day=today()) == (asked if offered else None)


def test_another_payers_plan_of_the_same_name_is_another_plan(coverage):
    make_verification(coverage=another(coverage, payer=make_payer()))

    assert offered_for(coverage, day=today()) is None


def test_what_was_taken_over_is_not_offered_again_as_if_it_were_asked(coverage):
    asked = make_verification(coverage=another(coverage), verified_on=today() - 9 * DAY)
    make_verification(coverage=another(coverage), verified_on=today() - 9 * DAY, based_on=asked)

    assert offered_for(coverage, day=today()) == asked


@pytest.mark.parametrize(("own", "offered"), [(10, True), (9, False), (0, False)])
def test_an_older_answer_than_the_patients_own_is_not_offered(coverage, own, offered):
    make_verification(coverage=coverage, verified_on=today() - own * DAY)
    make_verification(coverage=another(coverage), verified_on=today() - 9 * DAY)

    assert (offered_for(coverage, day=today()) is not None) == offered


def test_what_is_not_offered_any_more_cannot_be_taken_over(fran_client, coverage):
    stale = make_verification(coverage=another(coverage), verified_on=today() - 181 * DAY)

    response = fran_client.post(reverse("emr:take-over-verification", args=[coverage.pk, stale.pk]))

    assertContains(response, "cannot be taken over any more", status_code=409)
    assert coverage.verifications.count() == 0


# The page of a coverage


def test_the_page_shows_what_counts_and_every_answer(cora_client, coverage):
    make_policy(payer=coverage.payer, needling="investigational", source="MP-740")
    make_verification(coverage=coverage, verified_on=today() - 300 * DAY, spoke_with="Mr Old")
    make_verification(coverage=coverage, verified_on=today() - 3 * DAY)

    response = cora_client.get(page_of(coverage))

    for words in ("Investigational", "MP-740", "Ms Ray", "Earlier answers (1)", "Mr Old"):
        assertContains(response, words)
    assertContains(response, "The plan answered “covered”, and the policy on file says")
    assertNotContains(response, "Verify benefits</a>")


def test_a_stale_answer_is_amber_with_its_age(fran_client, coverage):
    make_verification(coverage=coverage, verified_on=today() - 210 * DAY)

    assertContains(fran_client.get(page_of(coverage)), "Verified 210 days ago: ask again")


def test_the_page_takes_no_more_queries_for_more_answers(
    fran_client, coverage, django_assert_max_num_queries
):
    for ago in range(1, 4):
        make_verification(coverage=coverage, verified_on=today() - ago * DAY)
    fran_client.get(page_of(coverage))

    with django_assert_max_num_queries(20):
        fran_client.get(page_of(coverage))


def test_reading_a_coverage_is_in_the_log(fran_client, coverage, patient):
    fran_client.get(page_of(coverage))

    entry = AuditEntry.objects.get(verb="viewed")
    assert (entry.patient_id, entry.details) == (patient.pk, {"part": "coverage"})


def test_the_chart_shows_the_chip_of_each_coverage_that_pays_today(fran_client, coverage, patient):
    make_coverage(patient=patient, rank=2, ends_on=today() - DAY)

    response = fran_client.get(patient.get_absolute_url())

    chips = [getattr(each, "chip", None) for each in response.context["coverages"]]
    assert [chip and chip.word for chip in chips] == ["Verify", None]
    assertContains(response, f'href="{page_of(coverage)}"')
