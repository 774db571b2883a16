"""The patient answers a notice: what they chose, refused, agreed to or were handed."""

import json
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent import printing, snapshot
from consent.actions.before_service import refuse_if_unanswerable
from consent.actions.consents import (
    end_signing,
    refuse_child_alone,
    refuse_earlier_paper,
    take_signing,
)
from consent.actions.errors import Refused
from consent.actions.notice_steps import add_step, refuse_wrong_step
from consent.actions.notices import replace_by_answer
from consent.actions.signatures import Hand, keep_signature
from consent.actions.signings import end_waiting
from consent.models import Kind, Notice, NoticeStep, Signing, State
from emr import audit, documents, signing
from emr.filing import file_document
from emr.models import Patient, Practice, User
from emr.rules.abn_findings import OPTION_DECLINED
from emr.rules.folding import says_something, words
from emr.rules.notice_states import NoticeState


def answer_notice(
    *,
    started: Signing,
    after: NoticeState,
    language: str,
    hand: Hand,
    practice: Practice,
    by: User,
    option: int | None = None,
    pages: list[bytes] = (),
) -> NoticeStep:
    """The patient's own answer to what was put before them, kept with its signed PDF.

    `after` is chosen (with one of three options), agreed or declined. What staff key in from a
    scanned paper is marked as transcribed. Raises Refused, Overtaken.
    """
    notice = _notice_of(started.notice_id)
    if after not in (NoticeState.CHOSEN, NoticeState.AGREED, NoticeState.DECLINED):
        raise Refused("This is not a patient's answer.")
    if (after == NoticeState.CHOSEN) != (option in (1, 2, 3)):
        raise Refused("Exactly one option is chosen.")
    if language != notice.language:
        raise Refused("A notice is read and answered in the language that it was made in.")
    day = _day_of_answer(notice, hand, started=started, practice=practice)
    refuse_earlier_paper(started, hand, practice=practice)
    refuse_child_alone(notice.patient, hand, day=day)
    with_signing = {"started": started, "transcribed": bool(hand.scan)}
    return _answer(
        notice,
        after,
        language=language,
        hand=hand,
        day=day,
        option=option,
        practice=practice,
        pages=pages,
        by=by,
        **with_signing,
    )


def record_refusal(
    *, notice: Notice, witness: str, reason: str, practice: Practice, by: User
) -> NoticeStep:
    """The patient wants the service and does not sign: annotated, with who watched."""
    notice = _notice_of(notice.pk)
    if not says_something(witness):
        raise ValidationError({"witness": "Name who was there when the patient refused."})
    if is_named(by, witness):
        raise ValidationError({"witness": "Name somebody else than you who was there."})
    if not says_something(reason):
        raise ValidationError({"reason": "Say what the patient said."})
    day = _day_of_answer(notice, practice=practice)
    return _answer(
        notice,
        NoticeState.REFUSED,
        language=notice.language,
        day=day,
        witness=witness,
        reason=reason,
        practice=practice,
        by=by,
    )


def give_notice(*, notice: Notice, practice: Practice, by: User) -> NoticeStep:
    """Handed over without an answer: a voluntary ABN, or an estimate that needs no signature."""
    notice = _notice_of(notice.pk)
    day = _day_of_answer(notice, practice=practice)
    return _answer(
        notice, NoticeState.GIVEN, language=notice.language, day=day, practice=practice, by=by
    )


def refuse_late_answer(*, notice: Notice, practice: Practice) -> None:
    """Raises Refused where nothing that the patient is given now could count any more."""
    _day_of_answer(notice, practice=practice)


def _notice_of(pk: int) -> Notice:
    return Notice.objects.select_related(
        "patient", "provider__user", "coverage__payer", "visit", "wording"
    ).get(pk=pk)


def is_named(user: User, text: str) -> bool:
    """Whether the text gives the name of this person, with or without more words."""
    name = words(str(user))
    return bool(name) and set(name) <= set(words(text))


def _day_of_answer(
    notice: Notice,
    hand: Hand | None = None,
    *,
    practice: Practice,
    started: Signing | None = None,
    hold: bool = False,
) -> date:
    """The day of the answer; refused where an answer could not count any more."""
    today = timezone.localdate(timezone=practice.zone)
    day = (hand and hand.signed_on) or today
    if day > today:
        raise ValidationError({"signed_on": "A notice cannot have been signed in the future."})
    if notice.issued_on is None or day < notice.issued_on:
        raise ValidationError({"signed_on": "That is before the notice was issued."})
    at = started.started_at if started and hand and hand.scan else timezone.now()
    refuse_if_unanswerable(notice, day=day, at=at, practice=practice, hold=hold)
    return day


def _answer(
    notice: Notice,
    after: NoticeState,
    *,
    language: str,
    day: date,
    practice: Practice,
    by: User,
    hand: Hand | None = None,
    started: Signing | None = None,
    option: int | None = None,
    witness: str = "",
    reason: str = "",
    transcribed: bool = False,
    pages: list[bytes] = (),
) -> NoticeStep:
    before = notice.state
    refuse_wrong_step(notice, before, after)
    now = timezone.now()
    code = documents.new_code()
    answer = {
        "format": snapshot.ANSWER_FORMAT,
        "code": code,
        "notice": json.loads(notice.snapshot),
        "notice_sha256": notice.snapshot_sha256,
        "language": language,
        "answer": after.value,
        "option": option,
        "transcribed": transcribed,
        "witness": witness,
        "reason": reason,
        "method": started.method if started else "",
        "hand": hand.as_dict() if hand else None,
        "attended_by": str(by),
        "annotations": _annotations(notice, practice),
        "signed": snapshot.moment(now, practice) | {"day": day.isoformat()},
    }
    text = signing.canonical(answer)
    sha256 = signing.digest(text)
    pdf = signing.sign_pdf(
        printing.notice_pdf(answer, digest=sha256, pages=pages),
        name=practice.name,
        reason=f"{notice.get_kind_display()}: {State(after).label.lower()}",
        location=practice.name,
        at=now,
    )
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=notice.patient_id)
        if started:
            take_signing(started, by=by)
        _day_of_answer(notice, hand, started=started, practice=practice, hold=True)
        signature = None
        if hand:
            signature = keep_signature(
                hand, patient=notice.patient, method=started.method, at=now, by=by
            )
        document = file_document(
            printing.DOCUMENT_KINDS[Kind(notice.kind)],
            pdf,
            code=code,
            made_from=f"consent.Notice {notice.pk}",
            made_from_sha256=sha256,
            signed_by=f"the patient, at {practice.name}" if hand else practice.name,
            at=now,
            by=by,
        )
        step = add_step(
            notice,
            after,
            before=before,
            by=by,
            at=now,
            answered_on=day,
            option=option,
            signature=signature,
            transcribed=transcribed,
            witness=witness,
            reason=reason,
            snapshot_sha256=sha256,
            document=document,
        )
        replace_by_answer(notice, by=by)
        if started:
            declined = after == NoticeState.DECLINED or option == OPTION_DECLINED
            outcome = Signing.Outcome.DECLINED if declined else Signing.Outcome.SIGNED
            end_signing(started, outcome=outcome, at=now, step=step)
        # What else waits for the same answer waits no more.
        end_waiting(notice.signings.all(), outcome=Signing.Outcome.OVERTAKEN, at=now, by=by)
        audit.record(
            f"notice {after.value}",
            notice,
            by=by,
            patient_id=notice.patient_id,
            kind=notice.kind,
            option=option,
            method=answer["method"],
            transcribed=transcribed,
            document=document.pk,
        )
    return step


def _annotations(notice: Notice, practice: Practice) -> list[dict]:
    return [
        {"text": each.text, "on": timezone.localdate(each.at, timezone=practice.zone).isoformat()}
        for each in notice.annotations.all()
    ]
