"""From a snapshot to the sheet: the draft, the signed note, the amended note."""

import json

from django.conf import settings
from django.urls import reverse

from emr import documents
from emr.models import Practice
from notes import content as note_content
from notes.models import AddendumKind, Note

TEMPLATE = "notes/pdf/note.html"


def verify_link(code: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('emr:verify')}?code={code}"


def note_pdf(
    snapshot: dict, *, digest: str = "", draft: bool = False, addenda=(), code="", attachments=()
) -> bytes:
    """The sheet set from a snapshot alone; `code` is the print's own when it is an amended one."""
    code = code or snapshot["code"]
    context = {
        "note": snapshot,
        "code": code,
        "digest": digest,
        "draft": draft,
        "addenda": list(addenda),
        "verify_url": f"{settings.PUBLIC_URL}{reverse('emr:verify')}",
        "qr": "" if draft else documents.qr(verify_link(code)),
    }
    return documents.render(TEMPLATE, context, attachments=attachments)


def handout_pdf(note: Note, *, practice: Practice) -> bytes:
    """After-care in plain words; with the red-flag advice where the lung field was needled."""
    content = note_content.EMPTY | note.content_in_force()
    context = {
        "practice": practice,
        "visit": note.visit,
        "after_care": content["after_care"],
        "lung_muscles": note_content.over_lung_field(content),
    }
    return documents.render("notes/pdf/handout.html", context)


def amended_pdf(note: Note, addenda: list[dict]) -> bytes:
    """The note with its addenda, the last first, from their snapshots; the original is embedded.

    Carries the code of the last addendum, for this print is a document of its own.
    """
    original = documents.Attachment(
        name=f"original-{note.document.code}.pdf",
        content=bytes(note.document.content),
        description="The note as it was first signed",
    )
    return note_pdf(
        json.loads(note.snapshot),
        digest=note.snapshot_sha256,
        addenda=[_printed(addendum) for addendum in reversed(addenda)],
        code=addenda[-1]["code"],
        attachments=[original],
    )


def _printed(addendum: dict) -> dict:
    kind = AddendumKind(addendum["kind"])
    return {
        "number": addendum["number"],
        "kind_label": kind.label,
        "text": addendum["text"],
        "by": addendum["signed"]["by"],
        "at_text": addendum["signed"]["at_text"],
        "sites": addendum["sites"],
        "sentence": (addendum["review"] or {}).get("sentence", ""),
        "entered_in_error": kind == AddendumKind.ENTERED_IN_ERROR,
    }
