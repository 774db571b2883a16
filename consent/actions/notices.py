"""What a person did with a financial notice: an ABN, an estimate or an agreement to pay.

Each changes one step of the table in emr.rules.notice_states; the database refuses any other.
"""

import json
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from consent import printing, snapshot
from consent.actions.consents import end_signing, refuse_child_alone, take_signing
from consent.actions.errors import Overtaken, Refused
from consent.actions.signatures import Hand, keep_signature
from consent.models import (
    AbnWording,
    Kind,
    Notice,
    NoticeAnnotation,
    NoticeLine,
    NoticeStep,
    Signing,
    State,
)
from emr import audit, documents, signing
from emr.filing import file_document
from emr.models import CoverageKind, Patient, Practice, User, VisitState
from emr.rules.abn import BlankLine, Blanks, find_blank_problems
from emr.rules.editions import edition_usable
from emr.rules.notice_states import NOTHING, NoticeKind, NoticeState, may_follow

ABN_KINDS = (Kind.ABN, Kind.VOLUNTARY_ABN)


class BlankProblems(Refused):
    """Blanks that are empty or wrong; `problems` are those of emr.rules.abn."""

    def __init__(self, problems) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


# Drafting


@transaction.atomic
def draft_notice(*, kind: Kind, patient: Patient, lines: list[dict], by: User, **fields) -> Notice:
    """A notice that nobody has seen yet; `lines` are the fields of NoticeLine, in their order."""
    notice = Notice(kind=kind, patient=patient, drafted_at=timezone.now(), drafted_by=by, **fields)
    notice.full_clean(exclude=["wording", "issued_at", "issued_on"])
    notice.save()
    _set_lines(notice, lines)
    _step(notice, NoticeState.DRAFT, before=NOTHING, by=by)
    audit.record("notice drafted", notice, by=by, patient_id=patient.pk, kind=Kind(kind).value)
    return notice


@transaction.atomic
def edit_notice(*, notice: Notice, lines: list[dict], by: User, **fields) -> Notice:
    """Change what a draft says; raises Refused once it was issued."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state != NoticeState.DRAFT:
        raise Refused("This notice was issued already: make a new one in its place.")
    for name, value in fields.items():
        setattr(notice, name, value)
    notice.full_clean(exclude=["wording", "issued_at", "issued_on"])
    notice.save()
    notice.lines.all().delete()
    _set_lines(notice, lines)
    audit.record("notice edited", notice, by=by, patient_id=notice.patient_id)
    return notice


def _set_lines(notice: Notice, lines: list[dict]) -> None:
    rows = [
        NoticeLine(notice=notice, position=place, **line) for place, line in enumerate(lines, 1)
    ]
    for row in rows:
        row.full_clean(exclude=["notice"])
    NoticeLine.objects.bulk_create(rows)


# Issuing


@transaction.atomic
def issue_notice(
    *, notice: Notice, practice: Practice, by: User, replaces: Notice | None = None
) -> Notice:
    """Freeze a draft so that the patient can answer it.

    An ABN is refused with Medicare Advantage, with an empty blank, without the wording of an
    edition that may be used today. `replaces` is the standing notice that this one takes the place
    of; both are kept. Raises Refused, BlankProblems.
    """
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("patient", "provider__user", "coverage__payer", "visit")
        .get(pk=notice.pk)
    )
    before = notice.state
    if not may_follow(NoticeKind(notice.kind), before, NoticeState.ISSUED):
        raise Refused(f"A notice that is “{notice.state_label.lower()}” cannot be issued.")
    lines = list(notice.lines.all())
    now = timezone.now()
    today = timezone.localdate(now, timezone=practice.zone)
    wordings = _wordings_for(notice, today) if notice.kind in ABN_KINDS else []
    _refuse_wrong_coverage(notice)
    problems = find_blank_problems(blanks_of(notice, lines, practice=practice))
    if problems:
        raise BlankProblems(problems)
    text = signing.canonical(
        snapshot.of_notice(
            notice, lines, wordings=wordings, practice=practice, issued_on=today.isoformat()
        )
    )
    notice.wording = wordings[0] if wordings else None
    notice.issued_at, notice.issued_on = now, today
    notice.snapshot, notice.snapshot_sha256 = text.decode(), signing.digest(text)
    notice.save()
    _step(notice, NoticeState.ISSUED, before=before, by=by)
    audit.record(
        "notice issued",
        notice,
        by=by,
        patient_id=notice.patient_id,
        kind=notice.kind,
        sha256=notice.snapshot_sha256,
    )
    if replaces:
        supersede_notice(notice=replaces, replaced_by=notice, by=by)
    return notice


def wordings_on(day: date) -> dict[str, AbnWording]:
    """By language, the newest installed wording of the newest edition that may be used on the day."""
    found: dict[str, AbnWording] = {}
    for wording in AbnWording.objects.all():
        if edition_usable(wording.edition_expires, on=day):
            found.setdefault(wording.language, wording)
    return found


def _wordings_for(notice: Notice, day: date) -> list[AbnWording]:
    """The wording in the notice's language first, then the same edition in others."""
    found = wordings_on(day)
    if notice.language not in found:
        raise Refused(
            "The wording of an ABN edition that may be used today is not installed in this"
            " language: until it is, there is only a worksheet, which nobody can sign."
        )
    own = found.pop(notice.language)
    same = [each for each in found.values() if each.edition_expires == own.edition_expires]
    return [own, *same]


def _refuse_wrong_coverage(notice: Notice) -> None:
    kind = notice.coverage.payer.kind if notice.coverage else ""
    if notice.kind not in ABN_KINDS:
        return
    if kind == CoverageKind.MEDICARE_ADVANTAGE:
        raise Refused(
            "An ABN is not for Medicare Advantage: ask the plan for an organization determination."
        )
    if kind != CoverageKind.MEDICARE:
        raise Refused("An ABN is only for a patient with Original Medicare.")
    is_chiropractor = notice.provider.profession == "DC"
    if is_chiropractor != (notice.kind == Kind.VOLUNTARY_ABN):
        raise Refused(
            "For a chiropractor the notice is voluntary: make it as a voluntary ABN."
            if is_chiropractor
            else "A voluntary ABN is for what the law excludes, as with a chiropractor."
        )


def blanks_of(notice: Notice, lines: list[NoticeLine], *, practice: Practice) -> Blanks:
    """The blanks that the practice fills, as the rules look at them."""
    patient = notice.patient
    return Blanks(
        notifier_name=practice.name,
        notifier_address=", ".join(practice.address),
        notifier_phone=practice.phone,
        patient_name=f"{patient.first_name} {patient.last_name}",
        identification=notice.identification,
        lines=tuple(
            BlankLine(
                service=line.service,
                # An estimate gives no reason: nobody says that somebody else will not pay.
                reason=line.reason or ("" if notice.kind != Kind.ESTIMATE else NO_REASON_ASKED),
                estimate=line.estimate,
            )
            for line in lines
        ),
        repetitive=notice.repetitive,
        frequency=notice.frequency,
        duration=notice.duration,
    )


NO_REASON_ASKED = "This is the price without any insurance."


# Answering


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
    day = _day_of_answer(notice, hand, practice=practice)
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
    if not witness.strip():
        raise ValidationError({"witness": "Name who was there when the patient refused."})
    if not reason.strip():
        raise ValidationError({"reason": "Say what the patient said."})
    day = _day_of_answer(notice, None, practice=practice)
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
    day = _day_of_answer(notice, None, practice=practice)
    return _answer(
        notice, NoticeState.GIVEN, language=notice.language, day=day, practice=practice, by=by
    )


def _notice_of(pk: int) -> Notice:
    return Notice.objects.select_related(
        "patient", "provider__user", "coverage__payer", "visit", "wording"
    ).get(pk=pk)


def _day_of_answer(notice: Notice, hand: Hand | None, *, practice: Practice) -> date:
    """The day of the answer; refused after the service, and on an edition that is obsolete by then."""
    today = timezone.localdate(timezone=practice.zone)
    day = (hand and hand.signed_on) or today
    if day > today:
        raise ValidationError({"signed_on": "A notice cannot have been signed in the future."})
    if notice.issued_on is None or day < notice.issued_on:
        raise ValidationError({"signed_on": "That is before the notice was issued."})
    if notice.visit:
        day_of_service = timezone.localdate(notice.visit.start, timezone=practice.zone)
        served = notice.visit.state == VisitState.DONE
        if day > day_of_service or (served and not (hand and hand.scan)):
            raise Refused(
                "The service was given already: a notice signed afterwards does not count. Make a"
                " new one for the next visit."
            )
    if notice.wording and not edition_usable(notice.wording.edition_expires, on=day):
        raise Refused("This edition of the form may not be signed any more: make a new notice.")
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
    _refuse_wrong_step(notice, before, after)
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
        if started:
            take_signing(started)
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
        step = _step(
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
        if started:
            declined = after == NoticeState.DECLINED or option == 3
            outcome = Signing.Outcome.DECLINED if declined else Signing.Outcome.SIGNED
            end_signing(started, outcome=outcome, at=now, step=step)
        # What else waits for the same answer waits no more.
        others = notice.signings.unfinished()
        others.update(ended_at=now, outcome=Signing.Outcome.OVERTAKEN)
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


# Afterwards


@transaction.atomic
def annotate_notice(*, notice: Notice, text: str, by: User) -> NoticeAnnotation:
    """Write something on an issued notice, with today's date (blank H)."""
    if notice.state in (NoticeState.DRAFT, NoticeState.VOID):
        raise Refused("Only an issued notice is annotated.")
    annotation = NoticeAnnotation(notice=notice, text=text.strip(), at=timezone.now(), by=by)
    annotation.full_clean()
    annotation.save()
    audit.record("notice annotated", notice, by=by, patient_id=notice.patient_id)
    return annotation


@transaction.atomic
def void_notice(*, notice: Notice, reason: str, by: User) -> NoticeStep:
    """It counts no more, as after a mistake; it stays with who, when and why."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why."})
    now = timezone.now()
    step = _step(notice, NoticeState.VOID, before=notice.state, by=by, at=now, reason=reason)
    notice.signings.unfinished().update(ended_at=now, outcome=Signing.Outcome.CANCELLED)
    audit.record("notice voided", notice, by=by, patient_id=notice.patient_id)
    return step


@transaction.atomic
def supersede_notice(*, notice: Notice, replaced_by: Notice, by: User) -> NoticeStep:
    """A later notice stands in its place, as when the patient changed their mind: both are kept."""
    if notice.patient_id != replaced_by.patient_id or notice.pk == replaced_by.pk:
        raise Refused("A notice is replaced only by another one of the same patient.")
    now = timezone.now()
    step = _step(
        notice,
        NoticeState.SUPERSEDED,
        before=notice.state,
        by=by,
        at=now,
        replaced_by=replaced_by,
    )
    notice.signings.unfinished().update(ended_at=now, outcome=Signing.Outcome.CANCELLED)
    audit.record(
        "notice replaced",
        notice,
        by=by,
        patient_id=notice.patient_id,
        replaced_by=replaced_by.pk,
    )
    return step


def _refuse_wrong_step(notice: Notice, before: str, after: NoticeState) -> None:
    if not may_follow(NoticeKind(notice.kind), before, after):
        word = State(after).label.lower()
        if before in (NoticeState.CHOSEN, NoticeState.REFUSED, NoticeState.AGREED, "declined"):
            raise Overtaken("This notice was answered in the meantime.")
        raise Refused(f"A notice that is “{notice.state_label.lower()}” cannot become “{word}”.")


def _step(
    notice: Notice,
    after: NoticeState,
    *,
    before: str,
    by: User,
    at: datetime | None = None,
    **fields,
) -> NoticeStep:
    """Add a step of the table; raises Overtaken if somebody took another one first."""
    _refuse_wrong_step(notice, before, after)
    try:
        with transaction.atomic():
            # Held first by everybody, so that no two hold what the other waits for.
            Patient.objects.select_for_update().get(pk=notice.patient_id)
            step = NoticeStep.objects.create(
                notice=notice,
                before=str(before),
                after=after,
                at=at or timezone.now(),
                by=by,
                **fields,
            )
    except IntegrityError as error:
        raise Overtaken("Somebody was faster: look at this notice again.") from error
    notice.state_now = after
    return step
