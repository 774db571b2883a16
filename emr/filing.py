"""A PDF that was signed is filed: kept as bytes with its digest, and what is done with it later."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from emr import audit, signing
from emr.models import Document, DocumentEvent, User


def file_document(
    kind: Document.Kind,
    pdf: bytes,
    *,
    code: str,
    made_from: str,
    made_from_sha256: str,
    signed_by: str,
    at: datetime,
    by: User,
) -> Document:
    """Store a signed PDF as it is, in the caller's transaction; it is never set again.

    `signed_by` stands on the public page that checks a PDF, so it never names a patient.
    """
    return Document.objects.create(
        kind=kind,
        code=code,
        content=pdf,
        sha256=signing.digest(pdf),
        made_from=made_from,
        made_from_sha256=made_from_sha256,
        signed_by=signed_by[:200],
        created_by=by,
        created_at=at,
    )


@transaction.atomic
def record_document_event(
    *, document: Document, what: DocumentEvent.What, patient_id: int, by: User
) -> DocumentEvent:
    """Write down that a document was printed, or that the patient was given a copy, and how."""
    event = DocumentEvent.objects.create(document=document, what=what, at=timezone.now(), by=by)
    audit.record(
        "document handled",
        document,
        by=by,
        patient_id=patient_id,
        what=DocumentEvent.What(what).value,
    )
    return event
