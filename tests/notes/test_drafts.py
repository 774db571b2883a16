from datetime import timedelta

import pytest

from emr.models import AuditEntry, VisitState
from notes import actions
from notes.content import EMPTY
from notes.models import FavouriteMuscle, Muscle, Note, SupersededDraft
from tests import factories
from tests.notes.outcomes import at_once, refusal
from tests.notes.posts import make_content


def done(verb):
    """Who did this to what, as the audit log has it."""
    entries = AuditEntry.objects.filter(verb=verb).order_by("pk")
    return [(entry.actor_id, entry.subject_type, int(entry.subject_id)) for entry in entries]


# Starting


@pytest.mark.parametrize("state", [VisitState.PLANNED, VisitState.ARRIVED, VisitState.IN_PROGRESS])
def test_a_therapist_starts_the_note_of_their_visit(visit, dana, state):
    visit.state = state
    visit.save()

    note = actions.start_note(visit=visit, by=dana)

    visit.refresh_from_db()
    assert (note.visit, note.author, note.revision, note.content) == (visit, dana, 0, EMPTY)
    assert visit.state == VisitState.IN_PROGRESS
    assert done("note started") == [(dana.pk, "notes.Note", note.pk)]


def test_a_note_that_was_begun_is_opened_again(visit, dana):
    first = actions.start_note(visit=visit, by=dana)

    assert actions.start_note(visit=visit, by=dana) == first
    assert Note.objects.count() == len(done("note started")) == 1


def test_a_signed_note_is_opened_and_no_other_started(note, dana):
    factories.sign(note)

    assert actions.start_note(visit=note.visit, by=dana) == note


def test_a_discarded_draft_makes_room_for_another(note, dana):
    factories.discard(note)

    assert actions.start_note(visit=note.visit, by=dana) != note


def test_a_colleagues_visit_is_taken_over_only_when_asked_for(visit, lee):
    assert refusal(actions.start_note, visit=visit, by=lee) == (
        "This visit is with Dana Whitlock, PT, DPT: take it over first."
    )

    note = actions.start_note(visit=visit, by=lee, take_over=True)

    visit.refresh_from_db()
    assert (visit.provider, note.author) == (lee.provider, lee)
    assert done("visit taken over") == [(lee.pk, "emr.Visit", visit.pk)]


@pytest.mark.parametrize("signed", [False, True])
def test_a_note_that_a_colleague_wrote_or_began_is_theirs(note, lee, signed):
    if signed:
        factories.sign(note)

    assert refusal(actions.start_note, visit=note.visit, by=lee, take_over=True) == (
        "A colleague has already written or begun this note."
    )


@pytest.mark.parametrize("state", [VisitState.CANCELLED, VisitState.NO_SHOW])
def test_a_visit_that_did_not_take_place_has_no_note(visit, dana, state):
    visit.state = state
    visit.save()

    assert refusal(actions.start_note, visit=visit, by=dana) == (
        "This visit did not take place: put it back to planned first."
    )


def test_a_visit_to_come_has_no_note_yet(visit, dana):
    visit.start = factories.at(0, 30) + timedelta(days=1)
    visit.save()

    assert refusal(actions.start_note, visit=visit, by=dana) == (
        "This visit is still to come: its note starts on its day."
    )


def test_a_late_visit_of_today_may_be_charted_before_it(visit, dana):
    visit.start = factories.at(23, 30)
    visit.save()

    assert actions.start_note(visit=visit, by=dana).visit == visit


@pytest.mark.parametrize("person", ["olive", "left"])
def test_only_a_clinician_who_works_here_writes_notes(request, visit, olive, dana, person):
    if person == "left":
        dana.provider.active = False
        dana.provider.save()
    by = olive if person == "olive" else dana

    assert refusal(actions.start_note, visit=visit, by=by) == (
        "Only a clinician with a provider record writes notes."
    )


@pytest.mark.usefixtures("transactional_db")
def test_two_clicks_on_start_give_one_draft(visit, dana):
    def start():
        return actions.start_note(visit=visit, by=dana).pk

    first, second = at_once(start, start)

    assert first == second == Note.objects.get().pk


# Saving


def test_a_save_keeps_the_content_as_the_next_revision(note, dana):
    content = make_content(goal="Sleep through the night")

    actions.save_draft(note=note, content=content, revision=0, by=dana)

    note.refresh_from_db()
    assert (note.content, note.revision) == (content, 1)
    assert note.saved_at is not None


def test_a_save_on_top_of_another_is_refused_with_what_stands_there(note, dana):
    actions.save_draft(note=note, content=make_content(goal="Theirs"), revision=0, by=dana)

    with pytest.raises(actions.StaleDraftError) as stale:
        actions.save_draft(note=note, content=make_content(goal="Mine"), revision=0, by=dana)

    note.refresh_from_db()
    assert note.content["goal"] == stale.value.theirs.content["goal"] == "Theirs"
    assert note.revision == 1


@pytest.mark.usefixtures("transactional_db")
def test_two_saves_at_once_keep_one_and_tell_the_other(note, dana):
    def save(goal):
        return lambda: actions.save_draft(
            note=Note.objects.get(), content=make_content(goal=goal), revision=0, by=dana
        )

    outcomes = at_once(save("Drive"), save("Sleep"))

    [stale] = [each for each in outcomes if isinstance(each, Exception)]
    [kept] = [each for each in outcomes if isinstance(each, Note)]
    assert isinstance(stale, actions.StaleDraftError)
    assert Note.objects.get().content == stale.theirs.content == kept.content


@pytest.mark.parametrize("close", [factories.sign, factories.discard])
def test_a_closed_note_is_not_saved(note, dana, close):
    close(note)

    assert refusal(
        actions.save_draft, note=note, content=make_content(goal="New"), revision=0, by=dana
    ) == ("This note was signed or discarded in the meantime.")
    assert Note.objects.get().content == make_content()


def test_nobody_saves_a_colleagues_draft(note, lee):
    with pytest.raises(actions.StaleDraftError):
        actions.save_draft(note=note, content=EMPTY, revision=0, by=lee)

    assert Note.objects.get().content == make_content()


# Two versions


@pytest.mark.parametrize(
    ("keep_mine", "kept", "set_aside"), [(True, "Mine", "Theirs"), (False, "Theirs", "Mine")]
)
def test_of_two_versions_one_goes_on_and_the_other_is_set_aside(
    note, dana, keep_mine, kept, set_aside
):
    actions.save_draft(note=note, content=make_content(goal="Theirs"), revision=0, by=dana)

    actions.settle_conflict(
        note=note,
        mine=make_content(goal="Mine"),
        keep_mine=keep_mine,
        theirs_revision=1,
        by=dana,
    )

    note.refresh_from_db()
    aside = SupersededDraft.objects.get()
    assert (note.content, note.revision) == (make_content(goal=kept), 2)
    assert aside.content == make_content(goal=set_aside)
    assert (aside.note, aside.set_aside_by) == (note, dana)


def test_a_third_version_asks_once_more(note, dana):
    for revision, goal in enumerate(["Second", "Third"]):
        actions.save_draft(note=note, content=make_content(goal=goal), revision=revision, by=dana)

    with pytest.raises(actions.StaleDraftError) as stale:
        actions.settle_conflict(
            note=note, mine=make_content(), keep_mine=True, theirs_revision=1, by=dana
        )

    assert stale.value.theirs.content["goal"] == Note.objects.get().content["goal"] == "Third"
    assert SupersededDraft.objects.count() == 0


# From the last note


def test_the_last_note_fills_what_the_draft_lacks(visit, dana, practice):
    earlier = factories.make_visit(
        patient=visit.patient, provider=dana.provider, start=factories.at(9) - timedelta(days=7)
    )
    last = factories.sign(factories.make_note(visit=earlier, content=make_content()))
    note = actions.start_note(visit=visit, by=dana)

    actions.take_over_last(note=note, by=dana)

    note.refresh_from_db()
    assert [site["key"] for site in note.content["sites"]] == [
        "upper-trapezius:right",
        "upper-trapezius:left",
        "levator-scapulae:right",
    ]
    assert [site["taut_band"] for site in note.content["sites"]] == [False, False, False]
    assert (note.content["goal"], note.content["tolerance"]) == (make_content()["goal"], "")
    entry = AuditEntry.objects.get(verb="note taken over")
    assert entry.details == {"source": last.pk}


def test_without_an_earlier_note_nothing_is_taken_over(note, dana):
    actions.take_over_last(note=note, by=dana)

    assert Note.objects.get().revision == 0
    assert done("note taken over") == []


# Discarding


def test_a_draft_is_discarded_with_who_when_and_why(note, dana):
    note.visit.state = VisitState.IN_PROGRESS
    note.visit.save()

    actions.discard_draft(note=note, reason="Wrong patient", by=dana)

    assert (note.discarded_by, note.discarded_reason) == (dana, "Wrong patient")
    assert note.discarded_at is not None
    assert note.content == make_content()
    note.visit.refresh_from_db()
    assert note.visit.state == VisitState.ARRIVED
    assert done("note discarded") == [(dana.pk, "notes.Note", note.pk)]


@pytest.mark.parametrize("close", [factories.sign, factories.discard])
def test_a_closed_note_is_not_discarded(note, dana, close):
    close(note)

    assert refusal(actions.discard_draft, note=note, reason="No longer", by=dana) == (
        "This note was signed or discarded in the meantime."
    )


def test_nobody_discards_a_colleagues_draft(note, lee):
    refusal(actions.discard_draft, note=note, reason="Not mine", by=lee)

    assert Note.objects.get().discarded_at is None


# Favourites


def test_a_star_is_put_on_and_taken_off(dana):
    muscle = Muscle.objects.get(pk="soleus")

    for starred, count in [(True, 1), (True, 1), (False, 0), (False, 0)]:
        assert actions.star_muscle(muscle=muscle, starred=starred, by=dana) == starred
        assert FavouriteMuscle.objects.filter(clinician=dana, muscle=muscle).count() == count
