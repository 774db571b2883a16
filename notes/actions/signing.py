"""Signing a note: from a draft to a record that never changes."""

from django.db import transaction
from django.utils import timezone

from emr import audit, documents, signing
from emr.filing import file_document
from emr.models import Document, Practice, User, Visit, VisitState
from notes import content as note_content
from notes import printing, snapshot
from notes.actions.errors import NotAllowedNowError
from notes.actions.follow_ups import open_follow_up
from notes.models import (
    AdverseReaction,
    Injection,
    Measure,
    Muscle,
    Needling,
    Note,
    NoteDiagnosis,
    OtherService,
)
from notes.review import review_note


def sign_note(*, note: Note, revision: int, reviewed: str, practice: Practice, by: User) -> Note:
    """Freeze a draft: snapshot, digest, signed PDF, rows for questions, audit entry, lock.

    All of it is stored in one transaction. The sheet is set before that, so that no database waits
    for a printer; the transaction then takes only the very revision that was set. Raises
    NotAllowedNowError with the reason when a finding stops signing, when anything that the sheet says
    changed since it was reviewed (`reviewed`, see snapshot.digest_for_review), or when the note is
    already signed.
    """
    note = Note.objects.select_related("visit__patient", "visit__provider__user").get(pk=note.pk)
    if note.signed_at or note.discarded_at:
        raise NotAllowedNowError("This note is already signed or discarded.")
    if note.author_id != by.pk or note.visit.provider.user_id != by.pk:
        raise NotAllowedNowError("Only its author signs a note.")
    if note.revision != revision:
        raise NotAllowedNowError("The draft changed after you reviewed it: look at it once more.")
    shown = snapshot.for_review(note, practice=practice)
    if signing.digest(signing.canonical(shown)) != reviewed:
        raise NotAllowedNowError(
            "Something that the note prints changed after you reviewed it, such as the patient's data or"
            " the counting rule: look at it once more."
        )
    note.content = note_content.EMPTY | note.content  # a draft may be older than a key of it
    day = note.visit.date_of_service
    review = review_note(note, practice=practice, signed=True)
    if review.stops_signing:
        raise NotAllowedNowError("Something still stops signing: see what is missing.")

    now = timezone.now()
    code = documents.new_code()
    signature = snapshot.signature(at=now, by=note.visit.provider)
    frozen = shown | {"code": code, "signed": signature}
    text = signing.canonical(frozen)
    sha256 = signing.digest(text)
    pdf = signing.sign_pdf(
        printing.note_pdf(frozen, digest=sha256),
        name=str(note.visit.provider),
        reason=snapshot.ATTESTATION,
        location=practice.name,
        at=now,
    )
    with transaction.atomic():
        same = Note.objects.unsigned().filter(pk=note.pk, revision=revision)
        if not same.select_for_update().exists():
            raise NotAllowedNowError("This note was signed or changed in the same moment.")
        document = file_document(
            Document.Kind.NOTE,
            pdf,
            made_from=f"notes.Note {note.pk}",
            code=code,
            made_from_sha256=sha256,
            at=now,
            by=by,
            signed_by=str(note.visit.provider),
        )
        write_rows(note)
        same.update(
            signed_at=now,
            signed_by=by,
            date_of_service=day,
            muscle_count=review.count.muscle_count,
            needle_count=review.count.needle_count,
            suggested_code=review.count.suggested_code or "",
            snapshot=text.decode(),
            snapshot_sha256=sha256,
            document=document,
        )
        if note.content["reactions"]:
            open_follow_up(note, day=day, by=by)
        not_done = Visit.objects.filter(pk=note.visit_id).exclude(state=VisitState.DONE)
        not_done.update(state=VisitState.DONE, done_at=now)
        audit.record(
            "note signed",
            note,
            by=by,
            patient_id=note.visit.patient_id,
            document=document.pk,
            sha256=sha256,
            proof="password",
        )
    note.refresh_from_db()
    return note


def write_rows(note: Note) -> None:
    """The content once more as rows, for questions across notes."""
    content = note.content
    known = set(Muscle.objects.values_list("pk", flat=True))

    def muscle_id(each):
        return each["muscle"] if each["muscle"] in known else None

    Needling.objects.bulk_create(
        Needling(
            note=note,
            muscle_id=muscle_id(site),
            **{key: site[key] for key in site if key not in {"key", "muscle"}},
        )
        for site in content["sites"]
    )
    Injection.objects.bulk_create(
        Injection(
            note=note,
            muscle_id=muscle_id(each),
            name=each["name"],
            side=each["side"] or "midline",
            drug=each["drug"],
        )
        for each in content["injections"]
    )
    NoteDiagnosis.objects.bulk_create(
        NoteDiagnosis(note=note, **each) for each in content["diagnoses"]
    )
    Measure.objects.bulk_create(Measure(note=note, **each) for each in content["measures"])
    AdverseReaction.objects.bulk_create(
        AdverseReaction(note=note, kind=each["kind"], detail=content["reaction_detail"])
        for each in content["reactions"]
    )
    OtherService.objects.bulk_create(
        OtherService(note=note, **each) for each in content["services"]
    )
