"""What staff do with a notice: draft, edit, issue; later annotate it, replace it, void it.

Each changes one step of the table in emr.rules.notice_states; the database refuses any other.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent import drafting, snapshot
from consent.actions.before_service import refuse_after_service
from consent.actions.errors import Refused
from consent.actions.notice_steps import add_step
from consent.actions.signings import end_waiting
from consent.models import (
    ABN_KINDS,
    AbnWording,
    Kind,
    Notice,
    NoticeAnnotation,
    NoticeLine,
    NoticeStep,
    Signing,
)
from consent.review.blanks import problems_of
from emr import audit, signing
from emr.models import Patient, Practice, User
from emr.rules.editions import edition_usable
from emr.rules.folding import says_something
from emr.rules.notice_states import NOTHING, NoticeKind, NoticeState, may_follow

SAY_WHY_REPLACED = "Say why the older notice is replaced."


class BlankProblems(Refused):
    """Blanks that are empty or wrong; `problems` are those of emr.rules.abn."""

    def __init__(self, problems) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


# Drafting


@transaction.atomic
def draft_notice(*, kind: Kind, patient: Patient, lines: list[dict], by: User, **fields) -> Notice:
    """A notice that nobody has seen yet; `lines` are the fields of NoticeLine, in their order."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    notice = Notice(kind=kind, patient=patient, drafted_at=timezone.now(), drafted_by=by, **fields)
    notice.full_clean(exclude=["wording", "issued_at", "issued_on"])
    notice.save()
    _set_lines(notice, lines)
    add_step(notice, NoticeState.DRAFT, before=NOTHING, by=by)
    audit.record("notice drafted", notice, by=by, patient_id=patient.pk, kind=Kind(kind).value)
    return notice


@transaction.atomic
def edit_notice(*, notice: Notice, lines: list[dict], by: User, **fields) -> Notice:
    """Change what a draft says; raises Refused once it was issued."""
    notice = _held(notice)
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


def _held(notice: Notice) -> Notice:
    """As it is now, until the end of the transaction; the patient first, as everybody holds them."""
    Patient.objects.select_for_update().get(pk=notice.patient_id)
    rows = Notice.objects.select_for_update(of=("self",))
    rows = rows.select_related("patient", "provider__user", "coverage__payer", "visit", "replaces")
    return rows.get(pk=notice.pk)


def _set_lines(notice: Notice, lines: list[dict]) -> None:
    rows = [
        NoticeLine(notice=notice, position=place, **line) for place, line in enumerate(lines, 1)
    ]
    for row in rows:
        row.full_clean(exclude=["notice"])
    NoticeLine.objects.bulk_create(rows)


# Issuing


@transaction.atomic
def issue_notice(*, notice: Notice, practice: Practice, by: User) -> Notice:
    """Freeze a draft so that the patient can answer it.

    It is refused after the service, where the coverage that counts by now does not allow its kind,
    with an empty blank, and an ABN without the wording of an edition that may be used today. What
    it is to replace stands until the patient has answered this one (`replace_by_answer`). Raises
    Refused, BlankProblems.
    """
    notice = _held(notice)
    before = notice.state
    if not may_follow(NoticeKind(notice.kind), before, NoticeState.ISSUED):
        raise Refused(f"A notice that is “{notice.state_label.lower()}” cannot be issued.")
    if notice.replaces_id and not says_something(notice.replaced_because):
        raise Refused(SAY_WHY_REPLACED)
    lines = list(notice.lines.all())
    now = timezone.now()
    today = timezone.localdate(now, timezone=practice.zone)
    refuse_after_service(notice, day=today, at=now, practice=practice, hold=True)
    _renew_coverage(notice, today, practice=practice)
    wording = _wording_for(notice, today) if notice.kind in ABN_KINDS else None
    problems = problems_of(notice, lines, practice=practice)
    if problems:
        raise BlankProblems(problems)
    text = signing.canonical(
        snapshot.of_notice(
            notice, lines, wording=wording, practice=practice, issued_on=today.isoformat()
        )
    )
    notice.wording = wording
    notice.issued_at, notice.issued_on = now, today
    notice.snapshot, notice.snapshot_sha256 = text.decode(), signing.digest(text)
    notice.save()
    add_step(notice, NoticeState.ISSUED, before=before, by=by)
    audit.record(
        "notice issued",
        notice,
        by=by,
        patient_id=notice.patient_id,
        kind=notice.kind,
        sha256=notice.snapshot_sha256,
    )
    return notice


def _renew_coverage(notice: Notice, today: date, *, practice: Practice) -> None:
    """Take over the coverage that counts by now; raises Refused if it does not allow the kind."""
    with timezone.override(practice.zone):
        occasion = drafting.occasion_of_notice(notice, today=today)
    refusal = drafting.why_not(notice.kind, occasion)
    if refusal:
        raise Refused(refusal)
    notice.coverage = occasion.coverage


def wordings_on(day: date) -> dict[str, AbnWording]:
    """By language, the newest installed wording of the newest edition that may be used on the day."""
    found: dict[str, AbnWording] = {}
    for wording in AbnWording.objects.all():
        if edition_usable(wording.edition_expires, on=day):
            found.setdefault(wording.language, wording)
    return found


def _wording_for(notice: Notice, day: date) -> AbnWording:
    """The wording in the notice's own language: its blanks are typed in no other."""
    found = wordings_on(day).get(notice.language)
    if found is None:
        raise Refused(
            "The wording of an ABN edition that may be used today is not installed in this"
            " language: until it is, there is only a worksheet, which nobody can sign."
        )
    return found


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
    step = add_step(notice, NoticeState.VOID, before=notice.state, by=by, at=now, reason=reason)
    end_waiting(notice.signings.all(), outcome=Signing.Outcome.CANCELLED, at=now, by=by)
    audit.record("notice voided", notice, by=by, patient_id=notice.patient_id)
    return step


@transaction.atomic
def supersede_notice(*, notice: Notice, replaced_by: Notice, by: User) -> NoticeStep:
    """A later notice stands in its place, as when the patient changed their mind: both are kept."""
    if notice.patient_id != replaced_by.patient_id or notice.pk == replaced_by.pk:
        raise Refused("A notice is replaced only by another one of the same patient.")
    if notice.kind != replaced_by.kind or replaced_by.state not in drafting.REPLACEABLE:
        raise Refused("A notice is replaced only by one of the same kind that was issued.")
    now = timezone.now()
    step = add_step(
        notice,
        NoticeState.SUPERSEDED,
        before=notice.state,
        by=by,
        at=now,
        replaced_by=replaced_by,
    )
    end_waiting(notice.signings.all(), outcome=Signing.Outcome.CANCELLED, at=now, by=by)
    audit.record(
        "notice replaced",
        notice,
        by=by,
        patient_id=notice.patient_id,
        replaced_by=replaced_by.pk,
    )
    return step


def replace_by_answer(notice: Notice, *, by: User) -> None:
    """What an answered notice takes the place of is annotated with the reason and superseded.

    Issuing alone replaces nothing: staff must not lift by themselves what a patient has declined.
    What was answered or ended after the new one was issued stays as it is. Where the older one was
    never answered, neither was that which it was to replace: it goes with it.
    """
    older, newer = _held_by(notice), notice
    while older and _stands_as_at_issue(older, newer):
        unanswered = older.state == NoticeState.ISSUED
        annotate_notice(notice=older, text=newer.replaced_because, by=by)
        supersede_notice(notice=older, replaced_by=notice, by=by)
        older, newer = (_held_by(older) if unanswered else None), older


def _stands_as_at_issue(older: Notice, newer: Notice) -> bool:
    moved = older.steps.filter(at__gt=newer.issued_at).exists()
    return older.state in drafting.REPLACEABLE and not moved


def _held_by(notice: Notice) -> Notice | None:
    """What a notice is to replace, as it is now."""
    if notice.replaces_id is None:
        return None
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.replaces_id)
