"""After signing: what is added, dated and signed; the note itself stays untouched."""

import json

from django.db import transaction
from django.utils import timezone

from emr import audit, documents, signing
from emr.filing import file_document
from emr.models import Document, Practice, Role, User
from emr.rules import needling
from emr.rules.findings import Stops
from notes import printing, snapshot
from notes.actions.errors import NotAllowedNowError
from notes.models import Addendum, AddendumKind, AddendumNeedling, Muscle, Note
from notes.review import count_sites

FORMAT = "filiform/addendum/1"


class AddedMeanwhileError(Exception):
    """Another addendum was signed while this one's sheet was set."""


def add_addendum(
    *, note: Note, kind: AddendumKind, text: str, sites: list[dict], practice: Practice, by: User
) -> Addendum:
    """Add to a signed note, sign the addition, and print the amended note as a new document.

    `sites` is the whole corrected list of muscles for that kind, and empty for the others. Its
    author is the note's, or the practice's owner. Also stores the amended PDF, with the original
    embedded untouched. As in sign_note the sheet is set before the transaction; if another addendum
    came first, it is set anew with that one in it. Raises NotAllowedNowError.
    """
    while True:
        try:
            return _add(note=note, kind=kind, text=text, sites=sites, practice=practice, by=by)
        except AddedMeanwhileError:
            continue


def _add(*, note, kind, text, sites, practice, by) -> Addendum:
    note = Note.objects.select_related("visit__patient", "document").get(pk=note.pk)
    if not note.signed_at:
        raise NotAllowedNowError("A draft needs no addendum: change the draft.")
    if note.author_id != by.pk and not by.has_role(Role.OWNER):
        raise NotAllowedNowError("Only the note's author or the owner adds to it.")
    if note.author_id != by.pk and kind == AddendumKind.CORRECTED_MUSCLES:
        raise NotAllowedNowError("Only who needled can say which muscles were needled.")
    if kind == AddendumKind.CORRECTED_MUSCLES and not all(site["needles"] for site in sites):
        raise NotAllowedNowError("Count the needles at each site of the corrected list.")
    earlier = list(note.addenda.signed())
    if any(each.kind == AddendumKind.ENTERED_IN_ERROR for each in earlier):
        raise NotAllowedNowError(
            "This note was marked as entered in error: nothing is added to it."
        )

    said = (kind, text, sites if kind == AddendumKind.CORRECTED_MUSCLES else None)
    if any((each.kind, each.text, json.loads(each.snapshot)["sites"]) == said for each in earlier):
        raise NotAllowedNowError("This very addendum is already signed.")

    now = timezone.now()
    count = None
    if kind == AddendumKind.CORRECTED_MUSCLES:
        count = count_sites(
            sites,
            injections=note.content.get("injections", []),
            practice=practice,
            day=note.date_of_service,
        )
        for finding in count.findings:
            if finding.stops == Stops.SIGN:
                raise NotAllowedNowError(finding.message)
        if not count.muscle_count:
            raise NotAllowedNowError("A corrected list names at least one muscle.")
    frozen = {
        "format": FORMAT,
        "code": documents.new_code(),
        "note": {"id": note.pk, "sha256": note.snapshot_sha256},
        "number": len(earlier) + 1,
        "kind": kind.value,
        "text": text,
        "sites": sites if count else None,
        "review": {
            "muscle_count": count.muscle_count,
            "other_reading": count.other_reading,
            "needle_count": count.needle_count,
            "suggested_code": count.suggested_code or "",
            "sentence": needling.sentence(count),
        }
        if count
        else None,
        "signed": {
            "at": timezone.localtime(now).isoformat(timespec="seconds"),
            "at_text": snapshot.long_time(now),
            "by": signer_of(by),
        },
    }
    canonical = signing.canonical(frozen)
    sha256 = signing.digest(canonical)
    pdf = signing.sign_pdf(
        printing.amended_pdf(note, [*(json.loads(each.snapshot) for each in earlier), frozen]),
        name=signer_of(by),
        reason=f"{kind.label} to a signed note",
        location=practice.name,
        at=now,
    )
    with transaction.atomic():
        list(Note.objects.select_for_update().filter(pk=note.pk))
        if note.addenda.signed().count() != len(earlier):
            raise AddedMeanwhileError
        document = file_document(
            Document.Kind.AMENDED_NOTE,
            pdf,
            made_from=f"notes.Note {note.pk}",
            code=frozen["code"],
            made_from_sha256=sha256,
            at=now,
            by=by,
            signed_by=signer_of(by),
        )
        addendum = Addendum.objects.create(
            note=note,
            kind=kind,
            text=text,
            author=by,
            snapshot=canonical.decode(),
            snapshot_sha256=sha256,
            document=document,
            muscle_count=count.muscle_count if count else None,
            needle_count=count.needle_count if count else None,
            suggested_code=(count.suggested_code or "") if count else "",
        )
        known = set(Muscle.objects.values_list("pk", flat=True))
        AddendumNeedling.objects.bulk_create(
            AddendumNeedling(
                addendum=addendum,
                muscle_id=site["muscle"] if site["muscle"] in known else None,
                name=site["name"],
                side=site["side"],
                needles=site["needles"],
                rationale=site["rationale"],
            )
            for site in (sites if count else [])
        )
        addendum.signed_at = now
        addendum.save(update_fields=["signed_at"])
        audit.record(
            "addendum signed",
            addendum,
            by=by,
            patient_id=note.visit.patient_id,
            note=note.pk,
            kind=kind.value,
            document=document.pk,
            proof="password",
        )
    return addendum


def signer_of(user: User) -> str:
    """As printed: with credentials for a clinician, the plain name for an owner who is none."""
    provider = getattr(user, "provider", None)
    return str(provider or user)
