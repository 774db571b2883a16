"""Whether the clinician may needle: what it does to the signature of their note."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from emr.models import Practice
from notes import actions
from notes.review import review_note
from notes.snapshot import digest_for_review
from tests import factories
from tests.notes.outcomes import refusal

DENIED = "Do not needle or sign: CA does not let a PT needle."


@pytest.fixture
def in_california(practice):
    Practice.objects.update(state="CA")
    practice.refresh_from_db()
    return practice


def sign(note, *, practice, by):
    return actions.sign_note(
        note=note,
        revision=note.revision,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=by,
    )


def told(note, practice, *codes):
    found = review_note(note, practice=practice).findings
    return [(each.code, each.severity, each.stops) for each in found if each.code in codes]


def test_where_the_state_does_not_let_them_nobody_signs(note, in_california, dana):
    said = refusal(sign, note, practice=in_california, by=dana)

    assert said == "Something still stops signing: see what is missing."
    stops = review_note(note, practice=in_california).stops_signing
    assert [each.message for each in stops] == [DENIED]
    note.refresh_from_db()
    assert note.signed_at is None


def test_by_an_override_they_sign_and_the_note_says_by_whom_and_why(note, in_california, dana):
    owner = factories.make_user(first_name="Olive", last_name="Renner")
    factories.make_override(
        provider=dana.provider,
        state="CA",
        about="scope",
        reason="Counsel's letter of 3 May",
        recorded_by=owner,
    )

    sign(note, practice=in_california, by=dana)

    [found] = [
        each
        for each in review_note(note, practice=in_california).findings
        if each.code == "scope-prohibited"
    ]
    assert (found.severity, found.stops) == ("warn", None)
    assert found.message == (
        "Overridden by Olive Renner since 2025-03-04: Counsel's letter of 3 May."
        f" Without that: {DENIED}"
    )
    note.refresh_from_db()
    assert note.signed_at is not None


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": factories.today() + timedelta(days=1)},
        {"ends_on": factories.today() - timedelta(days=1)},
        {"about": "training"},
        {"state": "NY"},
    ],
    ids=["to come", "over", "of something else", "for another state"],
)
def test_an_override_that_does_not_stand_lifts_nothing(note, in_california, dana, days):
    factories.make_override(provider=dana.provider, **{"state": "CA", "about": "scope"} | days)

    assert told(note, in_california, "scope-prohibited") == [("scope-prohibited", "stop", "sign")]


def test_too_little_training_stops_and_training_that_is_not_on_record_warns(note, practice, dana):
    training = dana.provider.training.get()
    free = told(note, practice, "training-short")
    training.hours_in_person, training.hours_online = 45, 0
    training.save()
    short = told(note, practice, "training-short")
    training.delete()

    assert free == []
    assert short == [("training-short", "stop", "sign")]
    assert told(note, practice, "training-short") == [("training-short", "warn", None)] * 2


def test_a_licence_that_ended_stops_the_claim_and_not_the_signature(note, practice, dana):
    dana.provider.licences.update(expires_on=factories.today() - timedelta(days=1))

    review = review_note(note, practice=practice)

    assert [each.code for each in review.stops_claim] == ["licence-not-good"]
    assert [each.code for each in review.stops_signing] == []


def test_the_note_leads_to_the_page_of_the_licence(note, practice, dana, dana_client):
    dana.provider.licences.update(expires_on=factories.today() - timedelta(days=1))

    page = dana_client.get(reverse("notes:note", args=[note.pk]))

    address = reverse("emr:provider", args=[dana.provider.pk])
    assertContains(page, f'<a href="{address}">Licences and training</a>')
