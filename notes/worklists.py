"""What still waits in the notes: unsigned drafts, and the note chip of a visit."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.models import User, Visit, VisitState
from notes.models import Addendum, AddendumKind, Note

Address = Callable[[int], str]
IN_ERROR = Exists(Addendum.objects.filter(note=OuterRef("pk"), kind=AddendumKind.ENTERED_IN_ERROR))


def note_chips(visits: Sequence[Visit], user: User) -> dict[int, Chip]:
    """The note's state for each visit, in one query."""
    found = Note.objects.filter(visit__in=[visit.pk for visit in visits], discarded_at=None)
    # Without the content, which is long and says nothing here.
    found = found.annotate(in_error=IN_ERROR).order_by("pk")
    found = found.values_list("visit", "pk", "author", "signed_at", "in_error", named=True)
    notes = {note.visit: note for note in found}
    address, discard = addresses("notes:note"), addresses("notes:discard")
    return {visit.pk: _chip(visit, notes.get(visit.pk), user, address, discard) for visit in visits}


def _chip(visit: Visit, note, user: User, address: Address, discard: Address) -> Chip:
    if note is None:
        waiting = visit.state == VisitState.DONE
        return Chip(
            tone=Tone.STOP if waiting else Tone.MUTE,
            word="Missing" if waiting else "Not started",
            needs=waiting,
        )
    if note.in_error:
        return Chip(tone=Tone.STOP, word="In error", url=address(note.pk), needs=True)
    if note.signed_at:
        return Chip(tone=Tone.OK, word="Signed", url=address(note.pk))
    draft = Chip(tone=Tone.WARN, sign="✎", word="Draft", needs=True)
    if note.author != user.pk:
        return draft
    return replace(draft, url=address(note.pk), undo_url=discard(note.pk))


def unsigned_of_earlier_days(user: User, *, before) -> list[Note]:
    """The user's own drafts of visits that started before a moment, oldest first."""
    drafts = Note.objects.unsigned().written_by(user).filter(visit__start__lt=before)
    return list(drafts.select_related("visit__patient").order_by("visit__start"))


def of_patient(patient_id: int, *, reader: User) -> list[Note]:
    """The patient's notes that the reader may open, newest first, with `addenda_count`, whether the
    last word on it is `in_error`, and the count and code in force."""
    corrected = Addendum.objects.filter(note=OuterRef("pk"), muscle_count__isnull=False)
    last = corrected.order_by("-pk")
    notes = (
        Note.objects.readable_by(reader)
        .filter(visit__patient=patient_id)
        .select_related("visit__provider__user")
        .annotate(
            addenda_count=Count("addenda"),
            in_error=IN_ERROR,
            count_in_force=Coalesce(Subquery(last.values("muscle_count")[:1]), "muscle_count"),
            code_in_force=Coalesce(Subquery(last.values("suggested_code")[:1]), "suggested_code"),
        )
    )
    return list(notes.order_by("-visit__start", "-pk"))
