"""A new notice takes the place of an older one when the patient has answered it, and not before."""

import pytest
from django.utils import timezone

from consent import actions
from consent.models import Kind, Notice
from consent.review import notice_standing
from emr.rules.notice_states import NoticeState
from tests import factories
from tests.consent import papers
from tests.factories import make_visit

WHY = "The patient changed their mind."


@pytest.fixture(autouse=True)
def at_the_practice(practice):
    papers.install_demonstration()
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def issue(patient, dana, lee, fran, practice):
    """Issues a notice of a kind, in the place of another one or of none."""

    def issue(kind, *, replaces=None):
        clinician = lee if kind == Kind.VOLUNTARY_ABN else dana
        fields = {"provider": clinician.provider, "coverage": replaces and replaces.coverage}
        if replaces is None:
            notice = papers.draft(kind, patient=patient, by=fran, provider=clinician.provider)
        else:
            notice = actions.draft_notice(
                kind=kind,
                patient=patient,
                by=fran,
                replaces=replaces,
                replaced_because=WHY,
                service_word="dry needling",
                lines=papers.LINES,
                **papers.COURSE | fields,
            )
        return actions.issue_notice(notice=notice, practice=practice, by=fran)

    return issue


@pytest.fixture
def declined(issue, practice, fran):
    """An ABN on which the patient chose option 3."""
    notice = issue(Kind.ABN)
    papers.answer(notice, NoticeState.CHOSEN, option=3, practice=practice, by=fran)
    return notice


def now(notice):
    return Notice.objects.get(pk=notice.pk)


def test_option_3_blocks_until_the_patient_has_answered_again(
    issue, declined, patient, dana, practice, fran
):
    visit = make_visit(patient=patient, provider=dana.provider, start=factories.at(23))

    newer = issue(Kind.ABN, replaces=declined)
    between = notice_standing(visit)
    papers.answer(newer, NoticeState.CHOSEN, option=1, practice=practice, by=fran)
    after = notice_standing(visit)

    assert (between.declined, between.notice, between.waiting) == (True, declined, newer)
    assert (after.declined, after.notice, after.option) == (False, newer, 1)


def refuse(notice, **common):
    actions.record_refusal(notice=notice, witness="Bo Lindqvist", reason="Signs nothing", **common)


def give(notice, **common):
    actions.give_notice(notice=notice, **common)


def answering(after, **fields):
    return lambda notice, **common: papers.answer(notice, after, **common | fields)


ANSWERS = [
    (Kind.ABN, answering(NoticeState.CHOSEN, option=3)),
    (Kind.ABN, refuse),
    (Kind.VOLUNTARY_ABN, give),
    (Kind.ESTIMATE, give),
    (Kind.ESTIMATE, answering(NoticeState.AGREED)),
    (Kind.AGREEMENT, answering(NoticeState.AGREED)),
    (Kind.AGREEMENT, answering(NoticeState.DECLINED)),
]


@pytest.mark.parametrize(("kind", "answer"), ANSWERS)
def test_every_answer_replaces_and_writes_why(issue, practice, fran, kind, answer):
    older = issue(kind)
    newer = issue(kind, replaces=older)
    between = now(older).state

    answer(newer, practice=practice, by=fran)

    assert (between, now(older).state) == ("issued", "superseded")
    assert older.steps.last().replaced_by == newer
    assert list(older.annotations.values_list("text", flat=True)) == [WHY]


def test_the_new_step_comes_first(issue, declined, practice, fran):
    newer = issue(Kind.ABN, replaces=declined)

    step = papers.answer(newer, NoticeState.CHOSEN, option=2, practice=practice, by=fran)

    assert declined.steps.last().pk > step.pk


def test_a_new_one_that_is_void_leaves_the_older_one_alone(issue, declined, fran):
    newer = issue(Kind.ABN, replaces=declined)

    actions.void_notice(notice=newer, reason="Made by mistake", by=fran)

    assert (now(declined).state, declined.annotations.count()) == ("chosen", 0)


def test_what_was_answered_meanwhile_stays(issue, practice, fran):
    older = issue(Kind.ABN)
    newer = issue(Kind.ABN, replaces=older)
    papers.answer(older, NoticeState.CHOSEN, option=2, practice=practice, by=fran)

    papers.answer(newer, NoticeState.CHOSEN, option=1, practice=practice, by=fran)

    assert (now(older).state, now(newer).state) == ("chosen", "chosen")


def test_what_ended_meanwhile_stays_as_it_ended(issue, declined, practice, fran):
    newer = issue(Kind.ABN, replaces=declined)
    actions.void_notice(notice=now(declined), reason="Wrong price", by=fran)

    papers.answer(newer, NoticeState.CHOSEN, option=1, practice=practice, by=fran)

    assert (now(declined).state, now(newer).state) == ("void", "chosen")


def test_what_an_unanswered_one_was_to_replace_goes_with_it(issue, declined, practice, fran):
    second = issue(Kind.ABN, replaces=declined)
    third = issue(Kind.ABN, replaces=second)

    papers.answer(third, NoticeState.CHOSEN, option=1, practice=practice, by=fran)

    assert [now(each).state for each in (declined, second)] == ["superseded", "superseded"]
    assert [each.steps.last().replaced_by for each in (declined, second)] == [third, third]


def test_a_failed_answer_replaces_nothing(issue, declined, practice, fran):
    newer = issue(Kind.ABN, replaces=declined)

    with pytest.raises(actions.Refused):
        give(newer, practice=practice, by=fran)

    assert (now(declined).state, declined.annotations.count()) == ("chosen", 0)


def test_nothing_is_issued_in_the_place_of_another_without_a_reason(
    declined, patient, dana, practice, fran
):
    fields = {"provider": dana.provider, "coverage": declined.coverage, "lines": papers.LINES}
    notice = actions.draft_notice(
        kind=Kind.ABN, patient=patient, by=fran, replaces=declined, **fields
    )

    with pytest.raises(actions.Refused, match="Say why the older notice is replaced"):
        actions.issue_notice(notice=notice, practice=practice, by=fran)

    assert now(notice).state == "draft"


def test_a_notice_is_answered_in_the_language_that_it_was_made_in(issue, practice, fran):
    notice = issue(Kind.ABN)

    with pytest.raises(actions.Refused, match="in the language that it was made in"):
        papers.answer(notice, NoticeState.CHOSEN, language="es", practice=practice, by=fran)

    assert now(notice).state == NoticeState.ISSUED
