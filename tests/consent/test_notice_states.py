"""No sequence of what people can do brings a notice into a state that its table forbids."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent import actions
from consent.models import Kind, Notice, NoticeStep, PatientSignature
from emr.models import Document
from emr.rules.notice_states import NOTHING, NoticeKind, NoticeState, may_follow
from tests.consent import papers
from tests.factories import make_document, make_notice, make_signature


@pytest.fixture
def clinic(practice, patient, dana, lee, fran):
    papers.install_demonstration()
    others = {kind: make_notice(kind=kind, patient=patient, state="issued") for kind in Kind}
    return {
        "practice": practice,
        "patient": patient,
        "dana": dana,
        "lee": lee,
        "by": fran,
        "others": others,
    }


def drafted(kind: Kind, clinic: dict) -> Notice:
    by_chiropractor = kind == Kind.VOLUNTARY_ABN
    provider = clinic["lee" if by_chiropractor else "dana"].provider
    return papers.draft(kind, patient=clinic["patient"], by=clinic["by"], provider=provider)


def answering(after: NoticeState, option: int | None = None):
    def move(notice, clinic):
        fields = {"option": option} if option else {}
        papers.answer(notice, after, practice=clinic["practice"], by=clinic["by"], **fields)

    return move


def edit(notice, clinic):
    actions.edit_notice(notice=notice, lines=papers.LINES[:1], by=clinic["by"])


def issue(notice, clinic):
    return actions.issue_notice(notice=notice, practice=clinic["practice"], by=clinic["by"])


def give(notice, clinic):
    actions.give_notice(notice=notice, practice=clinic["practice"], by=clinic["by"])


def refuse(notice, clinic):
    actions.record_refusal(
        notice=notice,
        witness="Dana Whitlock",
        reason="Signs nothing",
        practice=clinic["practice"],
        by=clinic["by"],
    )


def annotate(notice, clinic):
    actions.annotate_notice(notice=notice, text="Read aloud", by=clinic["by"])


def void(notice, clinic):
    actions.void_notice(notice=notice, reason="Wrong service", by=clinic["by"])


def supersede(notice, clinic):
    actions.supersede_notice(
        notice=notice, replaced_by=clinic["others"][notice.kind], by=clinic["by"]
    )


# What people can do, and the state that it leads to; none for what takes no step.
MOVES = {
    "edit": (edit, None),
    "annotate": (annotate, None),
    "issue": (issue, NoticeState.ISSUED),
    "choose 1": (answering(NoticeState.CHOSEN, 1), NoticeState.CHOSEN),
    "choose 3": (answering(NoticeState.CHOSEN, 3), NoticeState.CHOSEN),
    "agree": (answering(NoticeState.AGREED), NoticeState.AGREED),
    "decline": (answering(NoticeState.DECLINED), NoticeState.DECLINED),
    "give": (give, NoticeState.GIVEN),
    "refuse": (refuse, NoticeState.REFUSED),
    "void": (void, NoticeState.VOID),
    "supersede": (supersede, NoticeState.SUPERSEDED),
}


def evidence() -> list[int]:
    """How much is kept of what cannot be undone."""
    return [model.objects.count() for model in (NoticeStep, PatientSignature, Document)]


def walk(notice: Notice) -> list[str]:
    """The states of a notice; each step must go on where the last one ended."""
    steps = list(notice.steps.order_by("pk").values_list("before", "after"))
    assert [before for before, _ in steps] == [NOTHING, *(after for _, after in steps[:-1])]
    return [NOTHING, *(after for _, after in steps)]


@settings(
    max_examples=40,
    # The notices of one example are nobody's in the next.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(Kind),
    wishes=st.lists(st.sampled_from(sorted(MOVES)), min_size=1, max_size=8),
)
def test_whatever_people_try_the_table_holds(clinic, kind, wishes):
    notice = drafted(kind, clinic)
    for wish in ["issue", *wishes] if len(wishes) > 4 else wishes:
        move, leads_to = MOVES[wish]
        found = Notice.objects.get(pk=notice.pk)
        state, before = found.state, walk(found)
        allowed = leads_to and may_follow(NoticeKind(kind), state, leads_to)
        known = evidence()
        try:
            move(found, clinic)
        except (actions.Refused, ValidationError):
            assert not allowed
            assert evidence() == known
        else:
            assert leads_to is None or allowed
        after = walk(Notice.objects.get(pk=notice.pk))
        assert after == ([*before, leads_to] if allowed else before)


@pytest.mark.parametrize("kind", Kind)
def test_the_table_alone_decides_which_single_move_is_possible(clinic, kind):
    for state in ("draft", "issued"):
        for move, leads_to in MOVES.values():
            if leads_to is None:
                continue
            notice = drafted(kind, clinic)
            if state == "issued":
                issue(notice, clinic)
            found = Notice.objects.get(pk=notice.pk)
            if may_follow(NoticeKind(kind), state, leads_to):
                move(found, clinic)
                assert Notice.objects.get(pk=notice.pk).state == leads_to
            else:
                with pytest.raises((actions.Refused, ValidationError)):
                    move(found, clinic)
                assert Notice.objects.get(pk=notice.pk).state == state


# Two people at once


def test_of_two_answers_to_one_notice_the_first_counts(clinic, practice, fran):
    notice = issue(drafted(Kind.ABN, clinic), clinic)
    first, second = (
        actions.start_signing(
            method=method, patient=notice.patient, practice=practice, notice=notice, by=fran
        ).signing
        for method in ("kiosk", "phone")
    )
    typed = actions.Hand(signer_name="Odette Marlow", typed_name="Odette Marlow", intent="I sign.")
    given = {"after": NoticeState.CHOSEN, "language": "en", "hand": typed, "practice": practice}
    actions.answer_notice(started=first, option=3, by=fran, **given)
    known = evidence()

    with pytest.raises(actions.Overtaken):
        actions.answer_notice(started=second, option=1, by=fran, **given)

    assert evidence() == known
    assert notice.steps.get(after="chosen").option == 3
    second.refresh_from_db()
    assert second.outcome == "overtaken"


def test_who_comes_second_with_an_old_page_is_told(clinic):
    notice = issue(drafted(Kind.ABN, clinic), clinic)
    old = Notice.objects.get(pk=notice.pk)
    assert old.state == NoticeState.ISSUED
    refuse(notice, clinic)

    # It still believes in the state that it has seen; the database knows better.
    with pytest.raises(actions.Overtaken):
        void(old, clinic)

    assert walk(notice)[-1] == NoticeState.REFUSED


# What no action would do, in plain SQL


def insert_step(notice, before, after, **fields):
    """A step with all that its state asks for, so that only the step itself can be wrong."""
    values = {
        "notice": notice,
        "before": before,
        "after": after,
        "at": timezone.now(),
        "by": notice.drafted_by,
    }
    if after in ("chosen", "agreed", "declined"):
        values["signature"] = make_signature(patient=notice.patient)
    if after in ("chosen", "refused", "given", "agreed", "declined"):
        values |= {"document": make_document(), "answered_on": notice.drafted_at.date()}
    if after == "chosen":
        values["option"] = 2
    if after == "refused":
        values["witness"] = "Dana Whitlock"
    if after in ("refused", "void"):
        values["reason"] = "Says so"
    if after == "superseded":
        values["replaced_by"] = make_notice(kind=notice.kind, patient=notice.patient)
    NoticeStep.objects.bulk_create([NoticeStep(**values | fields)])


@pytest.mark.parametrize("before", [NOTHING, *NoticeState])
@pytest.mark.parametrize("after", NoticeState)
@pytest.mark.parametrize("kind", NoticeKind)
def test_the_database_takes_only_steps_of_the_table_from_where_a_notice_is(db, kind, before, after):
    notice = make_notice(kind=kind, state=NoticeState.ISSUED)
    possible = before == "issued" and may_follow(kind, before, after)

    if possible:
        insert_step(notice, before, after)
        assert walk(notice)[-1] == after
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_step(notice, before, after)
        assert walk(notice) == [NOTHING, "draft", "issued"]
