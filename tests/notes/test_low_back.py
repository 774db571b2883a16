"""Medicare's low-back benefit in a note: who is offered it, which session it is, what it changes."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from consent.review import standing_of
from emr.models import CoverageKind, Profession
from notes.content import EMPTY
from notes.low_back import is_offered, sessions_of
from notes.models import AddendumKind
from notes.papers import papers
from notes.review import review_note
from notes.signed_facts import facts_of_signed_note
from tests import factories
from tests.notes.posts import make_content

DAY = date(2026, 11, 23)
CLAIMED = {"low_back": True, "low_back_weeks": 20, "low_back_improving": False}


@pytest.fixture
def visit(practice, patient, dana):
    """A physician's patient with Original Medicare."""
    dana.provider.profession = Profession.MD
    dana.provider.save()
    medicare = factories.make_payer(kind=CoverageKind.MEDICARE)
    factories.make_coverage(patient=patient, payer=medicare)
    return factories.make_visit(
        patient=patient, provider=dana.provider, start=factories.at(10, day=DAY)
    )


@pytest.fixture
def note(visit):
    factories.make_consent(patient=visit.patient)
    return factories.make_note(visit=visit, content=make_content(**CLAIMED))


def needled(visit, day, *, hour=9):
    """A signed note with a needled muscle of that day."""
    earlier = factories.make_visit(
        patient=visit.patient, provider=visit.provider, start=factories.at(hour, day=day)
    )
    signed = factories.make_note(visit=earlier)
    factories.make_needling(note=signed)
    return factories.sign(signed)


def numbers(visit, practice):
    found = sessions_of(standing_of(visit, practice=practice))
    return found.in_90_days, found.in_12_months


def codes(review):
    return [each.code for each in review.stops_claim]


@pytest.mark.parametrize(
    ("kind", "profession", "offered"),
    [
        (CoverageKind.MEDICARE, Profession.MD, True),
        (CoverageKind.MEDICARE, Profession.DO, True),
        (CoverageKind.MEDICARE, Profession.NP, True),
        (CoverageKind.MEDICARE, Profession.PA, True),
        (CoverageKind.MEDICARE, Profession.PT, False),
        (CoverageKind.MEDICARE, Profession.DC, False),
        (CoverageKind.MEDICARE_ADVANTAGE, Profession.MD, False),
        (CoverageKind.COMMERCIAL, Profession.MD, False),
    ],
)
def test_it_is_offered_with_original_medicare_to_who_may_furnish_it(
    practice, patient, dana, kind, profession, offered
):
    factories.make_coverage(patient=patient, payer=factories.make_payer(kind=kind))
    dana.provider.profession = profession
    visit = factories.make_visit(patient=patient, provider=dana.provider)

    assert is_offered(standing_of(visit, practice=practice)) is offered


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], (1, 1)),
        ([DAY - timedelta(days=89)], (2, 2)),
        ([DAY - timedelta(days=90)], (1, 2)),
        ([date(2025, 11, 24)], (1, 2)),
        ([date(2025, 11, 23)], (1, 1)),
        ([DAY + timedelta(days=1)], (1, 1)),
    ],
    ids=[
        "the first",
        "89 days ago",
        "90 days ago",
        "a year ago and a day later",
        "a year ago to the day",
        "a later visit",
    ],
)
def test_a_session_counts_until_its_window_has_passed(visit, practice, days, expected):
    for day in days:
        needled(visit, day)

    assert numbers(visit, practice) == expected


def test_needled_twice_on_one_day_is_one_session(visit, practice):
    needled(visit, DAY - timedelta(days=7), hour=9)
    needled(visit, DAY - timedelta(days=7), hour=15)
    needled(visit, DAY, hour=8)

    assert numbers(visit, practice) == (2, 2)


def test_what_was_entered_in_error_is_no_session(visit, practice):
    earlier = needled(visit, DAY - timedelta(days=7))
    factories.make_addendum(note=earlier, kind=AddendumKind.ENTERED_IN_ERROR)

    assert numbers(visit, practice) == (1, 1)


def test_where_it_is_met_the_claim_goes_out_and_no_abn_is_asked_for(note, practice):
    review = review_note(note, practice=practice, signed=True)

    _, notice, *_ = papers(note.visit, review)
    assert (review.claim, codes(review)) == ("send", [])
    assert (notice.chip.word, notice.url, notice.why) == ("Not needed", "", "")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"low_back_weeks": 12}, []),
        ({"low_back_weeks": 11}, ["low-back-too-short"]),
        ({"low_back_weeks": None}, ["low-back-too-short"]),
    ],
)
def test_the_weeks_decide(note, practice, changes, found):
    note.content |= changes

    assert codes(review_note(note, practice=practice)) == found


@pytest.mark.parametrize(("improving", "found"), [(False, ["low-back-benefit-spent"]), (True, [])])
def test_the_thirteenth_session_in_90_days_asks_for_improvement(note, practice, improving, found):
    for weeks in range(1, 13):
        needled(note.visit, DAY - timedelta(weeks=weeks))
    note.content["low_back_improving"] = improving

    assert codes(review_note(note, practice=practice)) == found


def test_the_signed_note_claims_it_alike(note, practice):
    needled(note.visit, DAY - timedelta(days=7))
    factories.make_needling(note=note)
    signed = factories.sign(note)

    found = facts_of_signed_note(signed, practice=practice)

    assert found.patient.low_back_weeks == 20
    assert (
        found.low_back.session_number_90_days,
        found.low_back.session_number_12_months,
        found.low_back.improving,
    ) == (2, 2, False)


def test_a_draft_that_is_older_than_the_benefit_still_opens_and_signs(note, practice, dana_client):
    note.content = {key: each for key, each in note.content.items() if "low_back" not in key}
    note.save()

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    assertContains(response, "Medicare low-back benefit")
    assert dana_client.get(reverse("notes:review", args=[note.pk])).status_code == 200


def test_a_note_that_was_signed_before_claims_nothing(note, practice):
    note.content = {key: each for key, each in note.content.items() if "low_back" not in key}
    factories.make_needling(note=note)
    signed = factories.sign(note)

    assert facts_of_signed_note(signed, practice=practice).low_back is None


def test_the_page_asks_about_it_and_says_which_session_it_is(note, dana_client):
    needled(note.visit, DAY - timedelta(days=7))

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    assertContains(response, "Session 2 in 90 days · 2 in 12 months")


def test_the_page_of_a_therapist_does_not_ask(note, dana, dana_client):
    dana.provider.profession = Profession.PT
    dana.provider.save()

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    assertNotContains(response, "low-back")
    assert EMPTY["low_back"] is False
