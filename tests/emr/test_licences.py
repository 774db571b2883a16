"""Whether a clinician was licensed on the day of a visit, and what is said where they were not."""

from datetime import date

import pytest

from emr.credentials import credentials_of
from emr.licences import find_licence_problems
from emr.models import Profession
from emr.rules.findings import Severity, Stops
from tests import factories

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)
WARN, STOP = (Severity.WARN, None), (Severity.STOP, Stops.CLAIM)
NONE = "Put Dana Whitlock's CO licence on record: none is."
GONE = (
    "Dana Whitlock's CO licence ended on 2026-10-27: enter the one that was good on 2026-11-25, for"
    " without it no claim can go out."
)
NOT_YET = (
    "Dana Whitlock's CO licence began on 2026-11-26: enter the one that was good on 2026-11-25, for"
    " without it no claim can go out."
)


def provider(**fields):
    user = factories.make_user("therapist", first_name="Dana", last_name="Whitlock")
    return factories.make_provider(user=user, **fields)


def told(clinician, *, state="CO"):
    found = find_licence_problems(credentials_of(clinician, state=state, on=DAY))
    return [((each.severity, each.stops), each.message) for each in found]


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        ([], [(WARN, NONE)]),
        ([{"state": "WY"}], [(WARN, NONE)]),
        ([{"expires_on": None}], []),
        ([{"expires_on": DAY}], []),
        ([{"issued_on": DAY}], []),
        ([{"expires_on": date(2026, 10, 27)}], [(STOP, GONE)]),
        ([{"expires_on": date(2026, 10, 27)}, {"state": "WY"}], [(STOP, GONE)]),
        ([{"expires_on": date(2024, 1, 1)}, {"expires_on": date(2026, 10, 27)}], [(STOP, GONE)]),
        ([{"expires_on": date(2026, 10, 27)}, {"issued_on": date(2026, 10, 28)}], []),
        ([{"issued_on": date(2026, 11, 26)}], [(STOP, NOT_YET)]),
    ],
)
def test_a_licence_that_is_not_good_stops_the_claim_and_one_not_on_record_is_a_warning(
    licences, expected
):
    clinician = provider()
    for each in licences:
        factories.make_licence(provider=clinician, **each)

    assert told(clinician) == expected


def test_a_student_has_no_licence():
    assert told(provider(profession=Profession.STUDENT)) == []


def test_a_practice_without_a_state_asks_for_none():
    assert told(provider(), state="") == []
