"""A paper of the practice: set, sealed with its key, and filed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from emr import documents, signing
from emr.filing import file_document
from emr.models import Document, Practice, User


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A PDF under the practice's seal that is not filed yet, and the digest of what it says."""

    kind: Document.Kind
    pdf: bytes
    code: str
    says_sha256: str
    signed_by: str
    at: datetime


def seal(
    kind: Document.Kind,
    says: dict,
    *,
    template: str,
    practice: Practice,
    at: datetime,
) -> Sealed:
    """Set a template from `says`, which is also all that the digest is of.

    Takes a tenth of a second or two: call it before the transaction that files it.
    """
    code = documents.new_code()
    context = {
        "says": says,
        "code": code,
        "verify_url": f"{settings.PUBLIC_URL}{reverse('emr:verify')}",
        "qr": documents.qr(f"{settings.PUBLIC_URL}{reverse('emr:verify')}?code={code}"),
    }
    pdf = signing.sign_pdf(
        documents.render(template, context),
        name=practice.name,
        reason=kind.label,
        location=practice.name,
        at=at,
    )
    return Sealed(
        kind=kind,
        pdf=pdf,
        code=code,
        says_sha256=digest_of(says),
        signed_by=practice.name,
        at=at,
    )


def digest_of(says: dict) -> str:
    return signing.digest(signing.canonical(says))


def file_sealed(sealed: Sealed, *, made_from: str, by: User) -> Document:
    """Keep it as it is, in the caller's transaction."""
    return file_document(
        sealed.kind,
        sealed.pdf,
        code=sealed.code,
        made_from=made_from,
        made_from_sha256=sealed.says_sha256,
        signed_by=sealed.signed_by,
        at=sealed.at,
        by=by,
    )
