"""The time zone that every request has."""

import pytest
from django.utils import timezone

from tests import factories


@pytest.fixture(autouse=True)
def _at_the_practice():
    """Actions run within a request, and so in the practice's zone."""
    with timezone.override(factories.ZONE):
        yield
