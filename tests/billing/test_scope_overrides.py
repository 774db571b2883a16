"""What the owner overrode holds no claim of a note that was signed under it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.review.suggestion import choose, suggest
from emr.models import Practice
from emr.scope_overrides import end_override
from tests import factories
from tests.billing.signed_notes import billable_visit, signed_note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def note(practice, dana):
    """Of yesterday, in a state that does not let a physical therapist needle."""
    Practice.objects.update(state="CA")
    practice.refresh_from_db()
    yesterday = factories.at(10, day=factories.today() - timedelta(days=1))
    return signed_note(billable_visit(practice, dana.provider, start=yesterday))


def stops(note, practice):
    suggestion = suggest(note, practice=practice)
    chosen = choose(suggestion, suggestion.lines, suggestion.diagnoses)
    return [each.code for each in chosen.stops]


def test_a_note_of_somebody_who_may_not_needle_is_stopped(note, practice):
    assert stops(note, practice) == ["scope-prohibited"]


def test_the_owners_override_lifts_it_and_its_end_does_not_bring_it_back(note, practice, olive):
    provider = note.visit.provider
    override = factories.make_override(provider=provider, state="CA", about="scope")

    standing = stops(note, practice)
    end_override(override=override, by=olive)

    assert (standing, stops(note, practice)) == ([], [])
