"""Which past visits count against an authorization, a limit or the low-back benefit."""

import pytest
from django.utils import timezone

from emr.needled_visits import NeedledVisit, needled_visits
from notes.models import AddendumKind
from notes.needled_visits import needled_visits_of
from tests import factories

pytestmark = pytest.mark.django_db

NECK = {"muscle_id": "levator-scapulae", "name": "Levator scapulae"}
BACK = {"muscle_id": "quadratus-lumborum", "name": "Quadratus lumborum"}


def signed_note(patient, *muscles, hour=10):
    visit = factories.make_visit(patient=patient, start=factories.at(hour))
    note = factories.make_note(visit=visit)
    for muscle in muscles:
        factories.make_needling(note=note, **muscle)
    return factories.sign(note)


def corrected(note, *muscles):
    addendum = factories.make_addendum(
        note=note, kind=AddendumKind.CORRECTED_MUSCLES, muscle_count=len(muscles), needle_count=9
    )
    for muscle in muscles:
        factories.make_addendum_needling(addendum=addendum, **muscle)
    addendum.signed_at = timezone.now()
    addendum.save()


def test_a_signed_note_with_needling_counts_with_the_regions_of_its_muscles(patient):
    note = signed_note(patient, NECK, BACK)

    found = needled_visits_of([patient.pk])

    assert found == {
        patient.pk: [
            NeedledVisit(start=note.visit.start, regions=frozenset({"neck", "lower_back"}))
        ]
    }


def test_the_core_asks_the_notes(patient):
    signed_note(patient, NECK)

    assert needled_visits([patient.pk]) == needled_visits_of([patient.pk])


def test_they_come_in_the_order_of_time(patient):
    later, earlier = signed_note(patient, NECK, hour=15), signed_note(patient, NECK, hour=9)

    starts = [each.start for each in needled_visits_of([patient.pk])[patient.pk]]

    assert starts == [earlier.visit.start, later.visit.start]


def test_a_muscle_by_a_name_of_its_own_counts_without_a_region(patient):
    note = signed_note(patient, {"muscle_id": None, "name": "Sternalis"})

    found = needled_visits_of([patient.pk])

    assert found == {patient.pk: [NeedledVisit(start=note.visit.start)]}


def test_a_draft_or_a_note_without_needling_or_in_error_counts_nothing(patient):
    draft = factories.make_note(visit=factories.make_visit(patient=patient))
    factories.make_needling(note=draft, **NECK)
    signed_note(patient, hour=11)
    wrong = signed_note(patient, NECK, hour=12)
    factories.make_addendum(
        note=wrong, kind=AddendumKind.ENTERED_IN_ERROR, signed_at=timezone.now()
    )

    assert needled_visits_of([patient.pk]) == {}


def test_the_last_corrected_list_takes_the_place_of_the_muscles(patient):
    note = signed_note(patient, NECK)
    corrected(note, NECK)
    corrected(note, BACK)

    [visit] = needled_visits_of([patient.pk])[patient.pk]

    assert visit.regions == {"lower_back"}


def test_a_list_corrected_to_nothing_is_no_needling(patient):
    corrected(signed_note(patient, NECK))

    assert needled_visits_of([patient.pk]) == {}


def test_the_number_of_queries_does_not_grow(patient, django_assert_num_queries):
    other = factories.make_patient()
    for hour in (9, 10, 11):
        signed_note(other, NECK, hour=hour)
    signed_note(patient, NECK)

    with django_assert_num_queries(3):  # an empty list of corrections asks for no rows
        one = needled_visits_of([patient.pk])
    with django_assert_num_queries(3):
        both = needled_visits_of([patient.pk, other.pk])

    assert [len(each) for each in (one, both)] == [1, 2]
