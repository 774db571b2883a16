from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr.chips import Tone
from emr.models import AuditEntry
from notes import actions
from notes.desk import calls_due
from notes.models import CallAttempt, FollowUpCall, ReactionKind
from tests.factories import SOME_TIME, make_call_attempt, make_follow_up, today

CALLS = reverse("notes:follow-ups")
TOMORROW = today() + timedelta(days=1)
YESTERDAY = today() - timedelta(days=1)


def record(client, call, **posted):
    return client.post(reverse("notes:record-call", args=[call.pk]), posted)


@pytest.fixture
def call(practice):
    return make_follow_up()


def patient_of(call):
    return call.note.visit.patient


# The list


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_everybody_on_the_staff_reads_whom_to_call_and_why(request, who, call):
    make_call_attempt(call=call)

    response = request.getfixturevalue(f"{who}_client").get(CALLS)

    assertContains(response, "Marlow, Odette")
    assertContains(response, '<a class="phone num" href="tel:970-555-0117">970-555-0117</a>')
    assertContains(response, "<strong>Bruising</strong>: Mild, gone within the session")
    assertContains(response, f"{call.note.visit.provider.user}")
    assertContains(response, "not reached", count=1)
    assertContains(response, f'href="{call.note.get_absolute_url()}"')


@pytest.mark.parametrize("who", ["bo", "cora"])
def test_whoever_only_reads_records_no_call(request, who, call):
    client = request.getfixturevalue(f"{who}_client")

    assertNotContains(client.get(CALLS), "Not reached")
    assert record(client, call, reached="yes", words="Fine").status_code == 404
    assert not CallAttempt.objects.exists()


def test_a_patient_without_a_phone_is_listed_as_such(fran_client, call):
    patient_of(call).__class__.objects.update(phone="")

    assertContains(fran_client.get(CALLS), "None on the chart")


def test_the_danger_signs_stand_over_every_call(fran_client, call):
    response = fran_client.get(CALLS)

    assertContains(response, "Short of breath or pain in the chest?")
    assertNotContains(response, "Call first.")


def test_a_suspected_pneumothorax_is_to_be_called_first(fran_client, practice):
    overdue = make_follow_up(due_on=YESTERDAY)
    urgent = make_follow_up(kind=ReactionKind.PNEUMOTHORAX)

    response = fran_client.get(CALLS)

    assertContains(response, "The note suspects a collapsed lung", count=1)
    assert [call for call, _, _ in response.context["waiting"]] == [urgent, overdue]


@pytest.mark.parametrize(
    ("due_on", "word", "tone"),
    [
        (YESTERDAY, "Due since", Tone.STOP),
        (today(), "Call today", Tone.WARN),
        (TOMORROW, "Call on", Tone.MUTE),
    ],
)
def test_a_call_says_how_it_is_with_its_day(fran_client, practice, due_on, word, tone):
    make_follow_up(due_on=due_on)

    [(_, chip, _)] = fran_client.get(CALLS).context["waiting"]

    assert (chip.word.startswith(word), chip.tone) == (True, tone)


@pytest.mark.parametrize(("due_on", "counted"), [(YESTERDAY, 1), (today(), 1), (TOMORROW, 0)])
def test_the_worklist_counts_what_is_due(fran, due_on, counted):
    make_follow_up(due_on=due_on)

    assert len(calls_due(today(), fran)) == counted


def test_a_day_without_calls_says_so(fran_client, practice):
    assertContains(fran_client.get(CALLS), "Nobody to call")
    assert not AuditEntry.objects.exists()


def test_reading_the_list_is_an_event(fran_client, fran, call):
    fran_client.get(CALLS)

    [entry] = AuditEntry.objects.all()
    assert (entry.verb, entry.actor_id) == ("worklist read", fran.pk)
    assert entry.details == {"list": "follow-up", "rows": 1}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    fran_client, practice, django_assert_num_queries, count
):
    for _ in range(count):
        make_call_attempt(call=make_follow_up())
        make_follow_up(closed_at=SOME_TIME, closed_by=make_call_attempt(call=make_follow_up()).by)
    fran_client.get(CALLS)

    with django_assert_num_queries(LIST_QUERIES):
        fran_client.get(CALLS)


# session, user, roles, practice, calls, reactions, tries, who tried, closed calls, audit entry,
# the user's own provider
LIST_QUERIES = 11


# Recording a call


def test_a_patient_who_was_reached_closes_the_call(fran_client, fran, call):
    response = record(fran_client, call, reached="yes", words=" Fine, a blue mark ")

    assertRedirects(response, CALLS)
    [attempt] = CallAttempt.objects.all()
    assert (attempt.reached, attempt.words, attempt.by) == (True, "Fine, a blue mark", fran)
    call.refresh_from_db()
    assert (call.closed_by, call.closed_at) == (fran, attempt.at)
    entry = AuditEntry.objects.get(verb="follow-up call")
    assert (entry.patient_id, entry.details) == (patient_of(call).pk, {"reached": True})
    assert "blue" not in str(entry.details)


def test_who_was_not_reached_is_called_again_the_next_day(fran_client, call):
    response = record(fran_client, call, reached="no", words="")

    assertRedirects(response, CALLS)
    call.refresh_from_db()
    assert (call.closed_at, call.due_on) == (None, TOMORROW)
    assert list(CallAttempt.objects.values_list("reached", "words")) == [(False, "")]


@pytest.mark.parametrize("due_on", [today() - timedelta(days=9), today(), TOMORROW])
def test_a_call_is_put_off_from_the_day_of_the_try_and_not_from_when_it_was_due(
    fran_client, practice, due_on
):
    call = make_follow_up(due_on=due_on)

    record(fran_client, call, reached="no")

    call.refresh_from_db()
    assert call.due_on == TOMORROW


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Say whether the patient was reached."),
        ({"reached": "perhaps", "words": "Fine"}, "Say whether the patient was reached."),
        ({"reached": "yes", "words": "  "}, "Say how the patient is."),
        ({"reached": "yes", "words": "a" * 401}, "at most 400 characters"),
        ({"reached": "no", "words": "nul\0"}, "Null characters are not allowed."),
    ],
    ids=["nothing", "neither", "no words", "too much", "nul"],
)
def test_what_says_too_little_or_too_much_is_refused(fran_client, call, posted, said):
    response = record(fran_client, call, **posted)

    assertContains(response, said, status_code=422)
    assert not CallAttempt.objects.exists()


def test_what_was_typed_is_not_lost(fran_client, call):
    response = record(fran_client, call, reached="perhaps", words="Sore until Sunday")

    assertContains(response, "Sore until Sunday</textarea>", status_code=422)


def test_the_second_who_reaches_a_patient_is_told(fran_client, dana, call):
    actions.record_call(call=call, reached=True, words="Fine", by=dana)

    response = record(fran_client, call, reached="yes", words="Fine too")

    assertContains(response, "Somebody reached the patient already.", status_code=409)
    assert CallAttempt.objects.get().by == dana


def test_reached_without_a_word_is_refused_by_the_action(dana, call):
    with pytest.raises(ValidationError):
        actions.record_call(call=call, reached=True, words=" ", by=dana)


def test_those_who_were_reached_lately_are_kept_below(fran_client, dana, call):
    actions.record_call(call=call, reached=True, words="Fine, a blue mark", by=dana)
    make_follow_up(closed_at=SOME_TIME, closed_by=dana)

    response = fran_client.get(CALLS)

    assert [each.pk for each in response.context["closed"]] == [call.pk]
    assertContains(response, "Fine, a blue mark", count=1)
    assert FollowUpCall.objects.open().count() == 0
