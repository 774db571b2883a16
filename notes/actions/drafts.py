"""While a note is a draft: start, save, settle, discard."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from consent.review import standing_of
from emr import audit
from emr.models import Practice, Provider, User, Visit, VisitState
from emr.rules.consent_status import Status
from notes import content as note_content
from notes.actions.errors import NotAllowedNowError, StaleDraftError, TakeOverFirstError
from notes.models import FavouriteMuscle, Muscle, Note, SupersededDraft


@transaction.atomic
def start_note(*, visit: Visit, by: User, take_over: bool = False) -> Note:
    """Open the draft of a visit, or give the one that is open; the visit is then in progress.

    Only for the visit's own therapist, on or after its day. With `take_over` a visit of a colleague
    becomes this therapist's. Raises NotAllowedNowError.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    provider = Provider.objects.filter(user=by, active=True).first()
    if provider is None:
        raise NotAllowedNowError("Only a clinician with a provider record writes notes.")
    existing = Note.objects.filter(visit=visit, discarded_at=None).in_force().first()
    existing = existing or Note.objects.unsigned().filter(visit=visit).first()
    if existing:
        if existing.author_id != by.pk:
            raise NotAllowedNowError("A colleague has already written or begun this note.")
        return existing
    if visit.state in {VisitState.CANCELLED, VisitState.NO_SHOW}:
        raise NotAllowedNowError("This visit did not take place: put it back to planned first.")
    if visit.date_of_service > timezone.localdate():
        raise NotAllowedNowError("This visit is still to come: its note starts on its day.")
    refuse_against_the_patients_will(visit)
    if visit.provider_id != provider.pk:
        if Note.objects.signed().filter(visit=visit).exists():
            raise NotAllowedNowError(
                "A colleague signed a note for this visit, in error: add a visit of your own."
            )
        if not take_over:
            raise TakeOverFirstError(f"This visit is with {visit.provider}: take it over first.")
        former, visit.provider = visit.provider_id, provider
        audit.record(
            "visit taken over", visit, by=by, patient_id=visit.patient_id, former_provider=former
        )
    if visit.state != VisitState.DONE:
        visit.state = VisitState.IN_PROGRESS
    if visit.start > timezone.now():
        visit.start = timezone.now().replace(second=0, microsecond=0)  # earlier than planned
    if not Note.objects.signed().filter(visit=visit).exists():
        visit.save(update_fields=["provider", "state", "start"])
    note = Note.objects.create(
        visit=visit, author=by, started_at=timezone.now(), content=note_content.EMPTY
    )
    audit.record("note started", note, by=by, patient_id=visit.patient_id)
    return note


def refuse_against_the_patients_will(visit: Visit) -> None:
    """What a patient took back or does not want is not done; what is only missing can be signed."""
    standing = standing_of(visit, practice=Practice.objects.get(pk=1))
    match standing.consent.status:
        case Status.WITHDRAWN:
            reason = "The patient withdrew consent: a new one comes before the needle."
            raise NotAllowedNowError(reason)
        case Status.DECLINED:
            reason = "The patient declined to be needled: a signed consent comes before the needle."
            raise NotAllowedNowError(reason)
    if standing.notice.declined:
        chose = "chose option 3" if standing.notice.option else "does not agree to pay"
        raise NotAllowedNowError(
            f"On the {standing.notice.notice.get_kind_display()} the patient {chose}: they do not"
            " want this service. If they changed their mind, the front desk makes a new notice first."
        )


@transaction.atomic
def save_draft(*, note: Note, content: dict, revision: int, by: User) -> Note:
    """Keep what was typed as the next revision.

    Drafts are not audited save by save: the signature is. Raises StaleDraftError when `revision` is
    not the one that is stored, NotAllowedNowError when the note was signed or discarded meanwhile.
    """
    now = timezone.now()
    saved = (
        Note.objects.unsigned()
        .written_by(by)
        .filter(pk=note.pk, revision=revision)
        .update(content=content, revision=F("revision") + 1, saved_at=now)
    )
    if not saved:
        theirs = Note.objects.get(pk=note.pk)
        if theirs.signed_at or theirs.discarded_at:
            raise NotAllowedNowError("This note was signed or discarded in the meantime.")
        raise StaleDraftError(theirs)
    note.content, note.revision, note.saved_at = content, revision + 1, now
    return note


@transaction.atomic
def take_over_last(*, note: Note, by: User) -> Note:
    """Fill what the draft still lacks from the patient's last note, marked as copied.

    Without an earlier note nothing happens.
    """
    last = Note.objects.last_of(note.visit.patient_id)
    if last is None:
        return note
    content = note_content.carried_over(note_content.EMPTY | note.content, last.content_in_force())
    audit.record("note taken over", note, by=by, patient_id=note.visit.patient_id, source=last.pk)
    return save_draft(note=note, content=content, revision=note.revision, by=by)


@transaction.atomic
def settle_conflict(
    *, note: Note, mine: dict, keep_mine: bool, theirs_revision: int, by: User
) -> Note:
    """Choose between two versions of a draft; the other is set aside, so that nothing is lost.

    `theirs_revision` is the version that the person saw beside their own; raises StaleDraftError if
    it changed again.
    """
    theirs = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    loser = theirs.content if keep_mine else mine
    SupersededDraft.objects.create(
        note=note, content=loser, set_aside_by=by, set_aside_at=timezone.now()
    )
    winner = mine if keep_mine else theirs.content
    return save_draft(note=note, content=winner, revision=theirs_revision, by=by)


@transaction.atomic
def discard_draft(*, note: Note, reason: str, by: User) -> Note:
    """Close a draft without signing it; it stays in the database with who, when and why.

    The author's own, or for an owner that of somebody who no longer works here.
    """
    now = timezone.now()
    closed = (
        Note.objects.discardable_by(by)
        .filter(pk=note.pk)
        .update(discarded_at=now, discarded_by=by, discarded_reason=reason)
    )
    if not closed:
        raise NotAllowedNowError("This note was signed or discarded in the meantime.")
    Visit.objects.filter(pk=note.visit_id, state=VisitState.IN_PROGRESS).update(
        state=VisitState.ARRIVED
    )
    audit.record("note discarded", note, by=by, patient_id=note.visit.patient_id)
    note.refresh_from_db()
    return note


@transaction.atomic
def star_muscle(*, muscle: Muscle, starred: bool, by: User) -> bool:
    """Put a muscle among the clinician's favourites, or take it away; a taste, so not audited."""
    if starred:
        FavouriteMuscle.objects.get_or_create(clinician=by, muscle=muscle)
    else:
        FavouriteMuscle.objects.filter(clinician=by, muscle=muscle).delete()
    return starred
