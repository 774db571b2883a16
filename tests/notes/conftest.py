"""The time zone that every request has, and a note with everything in it."""

import pytest
from django.utils import timezone

from tests import factories
from tests.notes.posts import make_content


@pytest.fixture(autouse=True)
def _at_the_practice():
    """Actions run within a request, and so in the practice's zone."""
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def note(visit):
    """Dana's draft of today's visit with everything on record: the worked example."""
    return factories.make_note(visit=visit, content=make_content())
