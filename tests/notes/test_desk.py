"""The worklists of notes: what is to be written, signed and printed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from emr.models import VisitState
from notes import desk
from notes.models import AddendumKind
from tests.factories import (
    ZONE,
    at,
    make_addendum,
    make_document_event,
    make_follow_up,
    make_note,
    make_patient,
    make_signed_note,
    make_visit,
    sign,
    today,
)

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def at_the_practice():
    """Its time zone, as every request has it."""
    with timezone.override(ZONE):
        yield


def add(note, **fields):
    return make_addendum(note=note, signed_at=timezone.now(), **fields)


# Of the day


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (VisitState.PLANNED, False),
        (VisitState.IN_PROGRESS, False),
        (VisitState.DONE, True),
        (VisitState.NO_SHOW, False),
    ],
)
def test_a_visit_that_is_over_needs_its_note(fran, visit, state, listed):
    visit.state = state
    visit.save()

    assert len(desk.notes_of_day(today(), fran)) == listed


def test_only_its_author_is_led_to_a_draft(dana, lee, visit):
    note = make_note(visit=visit)

    [mine], [others] = (desk.notes_of_day(today(), each) for each in (dana, lee))

    assert (mine.url, others.url) == (note.get_absolute_url(), "")


def test_a_signed_note_is_done(fran, visit):
    make_signed_note(visit=visit)

    assert desk.notes_of_day(today(), fran) == []


# Unsigned


@pytest.mark.parametrize(
    ("days", "word"),
    [(0, None), (1, "Draft since yesterday"), (5, "Draft for 5 days")],
)
def test_a_draft_of_an_earlier_day_waits_for_its_author(dana, fran, patient, days, word):
    start = at(10, day=today() - timedelta(days=days))
    make_note(visit=make_visit(patient=patient, provider=dana.provider, start=start))

    assert [row.chip.word for row in desk.unsigned(today(), fran)] == ([word] if word else [])


# To print


def test_a_signed_note_is_to_be_printed_until_it_was(fran, visit):
    note = make_signed_note(visit=visit)
    [row] = desk.notes_to_print(today(), fran)
    assert (row.document, row.what) == (note.document_id, "Procedure note")

    make_document_event(document=note.document)

    assert desk.notes_to_print(today(), fran) == []


def test_a_note_that_was_amended_after_it_was_printed_is_to_be_printed_again(fran, visit):
    note = make_signed_note(visit=visit)
    make_document_event(document=note.document)
    addendum = add(note)

    [row] = desk.notes_to_print(today(), fran)

    assert (row.document, row.what) == (addendum.document_id, "Amended note")


def test_a_note_that_was_entered_in_error_is_not_printed(fran, visit):
    add(make_signed_note(visit=visit), kind=AddendumKind.ENTERED_IN_ERROR)

    assert desk.notes_to_print(today(), fran) == []


@pytest.mark.parametrize(("days", "listed"), [(7, 1), (8, 0)])
def test_a_note_is_printed_within_a_week_or_not_at_all(fran, days, listed):
    sign(make_note(), signed_at=at(0, day=today() - timedelta(days=days)))

    assert len(desk.notes_to_print(today(), fran)) == listed


# All of them


def everything(number: int, provider):
    patient = make_patient(last_name=f"Everything{number}")
    start = {"patient": patient, "provider": provider}
    make_visit(**start, start=at(8, number), state=VisitState.DONE)
    make_note(visit=make_visit(**start, start=at(9, number, day=YESTERDAY)))
    add(make_signed_note(visit=make_visit(**start, start=at(11, number, day=YESTERDAY))))
    make_follow_up()


@pytest.mark.parametrize("counter", desk.COUNTERS, ids=lambda counter: counter.key)
def test_the_number_of_queries_does_not_grow(fran, dana, counter):
    everything(1, dana.provider)
    with CaptureQueriesContext(connection) as for_one:
        one = counter.rows(today(), fran)
    everything(2, dana.provider)
    everything(3, dana.provider)

    with CaptureQueriesContext(connection) as for_three:
        three = counter.rows(today(), fran)

    assert (len(one) > 0, len(three)) == (True, 3 * len(one))
    assert len(for_three) == len(for_one)


@pytest.mark.parametrize("counter", desk.COUNTERS, ids=lambda counter: counter.key)
def test_every_list_is_shown(fran_client, dana, counter):
    everything(1, dana.provider)

    assertContains(fran_client.get(counter.url), counter.title)
