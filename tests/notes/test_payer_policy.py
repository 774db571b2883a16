"""What the payer's policy asks of a note: limits by region, other care first, improvement; and units."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from emr.models import Practice
from notes.cautions import is_better
from notes.content import EMPTY
from notes.models import AddendumKind
from notes.papers import groups, papers
from notes.review import review_note
from notes.signed_facts import facts_of_signed_note
from tests import factories
from tests.notes.posts import HTMX, make_content, make_levator, make_site, post_of

NECK = {"muscle_id": "levator-scapulae", "name": "Levator scapulae"}
BACK = {"muscle_id": "quadratus-lumborum", "name": "Quadratus lumborum"}


@pytest.fixture
def coverage(patient):
    return factories.make_coverage(patient=patient)


@pytest.fixture
def note(visit, coverage):
    factories.make_consent(patient=visit.patient)
    return factories.make_note(visit=visit, content=make_content(sites=[make_levator()]))


def earlier(visit, *muscles, days=7, **content):
    day = visit.date_of_service - timedelta(days=days)
    before = factories.make_visit(
        patient=visit.patient, provider=visit.provider, start=factories.at(9, day=day)
    )
    signed = factories.make_note(visit=before, content=content)
    for muscle in muscles:
        factories.make_needling(note=signed, **muscle)
    return factories.sign(signed)


def codes(review):
    return [each.code for each in review.findings]


# Limits


@pytest.mark.parametrize(
    ("muscle", "per_region", "reached"),
    [(NECK, True, True), (BACK, True, False), (BACK, False, True)],
    ids=["the same region", "another region", "another region where all count together"],
)
def test_a_limit_for_each_region_counts_what_is_charted(
    note, coverage, practice, muscle, per_region, reached
):
    factories.make_policy(
        payer=coverage.payer, limit_visits=1, limit_days=30, limit_per_region=per_region
    )
    earlier(note.visit, muscle)

    review = review_note(note, practice=practice)

    assert ("frequency-limit-reached" in codes(review)) is reached


def test_the_claim_counts_the_regions_that_the_note_counted(note, coverage, practice):
    factories.make_policy(
        payer=coverage.payer, limit_visits=1, limit_days=30, limit_per_region=True
    )
    earlier(note.visit, BACK)
    factories.make_needling(note=note, **NECK)

    signed = facts_of_signed_note(factories.sign(note), practice=practice)

    assert signed.coverage.limit.used == 0


def test_what_the_coverage_lacks_stands_with_it_and_leads_there(note, coverage, practice):
    factories.make_policy(payer=coverage.payer, needling="authorization")

    review = review_note(note, practice=practice)
    [*_, paper] = papers(note.visit, review)

    assert (paper.title, paper.chip.word) == ("Coverage", "No authorization")
    assert paper.url == reverse("emr:coverage", args=[coverage.pk])
    assert "authorization-missing" not in [
        lead.finding.code for _, leads in groups(note.visit, review) for lead in leads
    ]


# Other care first


@pytest.mark.parametrize(
    ("weeks", "short"), [(None, True), (5, True), (6, False)], ids=["none", "too few", "enough"]
)
def test_a_policy_that_asks_for_other_care_first_is_warned_of(
    note, coverage, practice, weeks, short
):
    factories.make_policy(payer=coverage.payer, conservative_weeks=6)
    if weeks:
        began = note.visit.date_of_service - timedelta(weeks=weeks)
        factories.make_care(patient=note.visit.patient, starts_on=began)

    review = review_note(note, practice=practice)

    assert ("conservative-care-short" in codes(review)) is short


# Improvement

THEN = {"pain_before": 7, "measures": [{"name": "Lumbar flexion", "side": "", "before": "20"}]}


@pytest.mark.parametrize(
    ("pain", "measured", "better"),
    [
        (6, "20", True),
        (7, "20", False),
        (8, "20", False),
        (7, "14", True),
        (None, "20", False),
        (7, "", False),
    ],
)
def test_less_pain_or_another_measure_is_improvement(pain, measured, better):
    now = {
        "pain_before": pain,
        "measures": [{"name": "lumbar flexion ", "side": "", "before": measured}],
    }

    assert is_better(now, than=THEN) is better


def test_a_measure_that_was_not_taken_then_shows_nothing():
    now = {"pain_before": 7, "measures": [{"name": "Grip", "side": "right", "before": "30"}]}

    assert is_better(now, than=THEN) is False


@pytest.mark.parametrize(
    ("asks", "before", "warned"),
    [(True, 7, True), (True, 8, False), (False, 7, False), (True, None, False)],
    ids=["no better", "better", "not asked for", "the first visit"],
)
def test_a_policy_that_goes_on_only_with_improvement_is_warned_of(
    note, coverage, practice, asks, before, warned
):
    factories.make_policy(payer=coverage.payer, needs_improvement=asks)
    if before:
        earlier(note.visit, NECK, pain_before=before)

    review = review_note(note, practice=practice)

    assert ("improvement-not-shown" in codes(review)) is warned


def test_a_note_that_was_entered_in_error_is_no_measure_of_improvement(note, coverage, practice):
    factories.make_policy(payer=coverage.payer, needs_improvement=True)
    wrong = earlier(note.visit, NECK, pain_before=7)
    factories.make_addendum(note=wrong, kind=AddendumKind.ENTERED_IN_ERROR)

    assert "improvement-not-shown" not in codes(review_note(note, practice=practice))


# The page


def test_the_number_of_queries_does_not_grow_with_the_history(note, coverage, practice):
    factories.make_policy(
        payer=coverage.payer,
        needling="authorization",
        limit_visits=9,
        limit_days=90,
        conservative_weeks=6,
        needs_improvement=True,
    )
    factories.make_authorization(coverage=coverage)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            review_note(note, practice=practice)
        return len(asked)

    earlier(note.visit, NECK, days=7)
    once = queries()
    earlier(note.visit, NECK, days=14)
    earlier(note.visit, BACK, days=21)

    assert queries() == once


def test_minutes_become_units_beside_the_services(note, dana_client):
    services = [
        {"code": "97110", "minutes": 15, "text": "Deep neck flexors"},
        {"code": "97140", "minutes": 8, "text": "Joint mobilisation"},
    ]
    content = make_content(services=services)

    response = dana_client.post(
        reverse("notes:note", args=[note.pk]), post_of(content), headers=HTMX
    )

    assertContains(response, '<div id="units" hx-swap-oob="innerHTML">')
    assertContains(response, "97110 15 min → 1 unit<")
    assertContains(response, "97140 8 min → 1 unit<")
    assertContains(response, "Needling is never timed.")


def test_without_a_timed_service_no_units_are_told(note, dana_client):
    note.content["services"] = []
    note.save()

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    assertNotContains(response, "never timed")


def test_what_stops_signing_beside_the_record_leads_to_the_clinicians_page(note, dana_client):
    Practice.objects.update(state="CA")

    for name in ("note", "review"):
        response = dana_client.get(reverse(f"notes:{name}", args=[note.pk]))

        page = reverse("emr:provider", args=[note.visit.provider_id])
        assertContains(response, "Stops signing")
        assertContains(response, "Do not needle or sign: CA does not let a PT needle.", count=1)
        assertContains(response, f'<a href="{page}">Licences and training</a>')
    assertNotContains(response, "Your password")


def test_a_missing_diagnosis_is_said_once(note, practice):
    note.content["diagnoses"] = []

    review = review_note(note, practice=practice)

    assert codes(review).count("diagnosis-missing") == 1
    assert [each.todo for each in review.items if each.label == "Diagnosis"] == [
        "Choose a diagnosis: without one no claim can go out."
    ]
    assert "Holds the claim" not in dict(review.groups)


def test_a_diagnosis_that_no_claim_may_carry_is_said_in_the_record(note, practice):
    note.content["diagnoses"] = [{"code": "M54.5", "label": "Low back pain"}]

    review = review_note(note, practice=practice)

    [told] = [each for each in review.items if each.label == "Diagnosis"]
    assert (told.met, told.anchor) == (False, "diagnosis_query")
    assert [each.code for each in review.stops_claim] == ["diagnosis-header"]
    assert "Holds the claim" not in dict(review.groups)


def test_the_review_shows_the_suggested_lines_with_their_reasons(note, dana_client):
    response = dana_client.get(reverse("notes:review", args=[note.pk]))

    assertContains(response, "Suggested for the bill")
    assertContains(response, "<strong>20560</strong> × 1")
    assert EMPTY["services"] == []


def test_the_site_that_decides_the_region_may_have_a_name_of_its_own(note, coverage, practice):
    factories.make_policy(
        payer=coverage.payer, limit_visits=1, limit_days=30, limit_per_region=True
    )
    earlier(note.visit, NECK)
    note.content["sites"] = [make_site("", "Splenius of my own")]

    assert "frequency-limit-reached" not in codes(review_note(note, practice=practice))
