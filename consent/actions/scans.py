"""A signed paper that is brought back in: its file is kept only together with the answer on it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from secrets import token_urlsafe

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from consent.models import Scan
from emr import scans
from emr.models import Patient, User

KNOWN = "This very file was brought in already. Scan each paper by itself."


@contextmanager
def keeping(read: scans.Scan, *, patient: Patient, by: User) -> Iterator[Scan]:
    """The scan as a row that its signature saves; whatever fails meanwhile leaves no file behind.

    Raises ValidationError for a file that stands for another answer already.
    """
    if Scan.objects.filter(sha256=read.sha256).exists():
        raise ValidationError({"file": KNOWN})
    scan = Scan(
        patient=patient,
        kind=read.kind,
        sha256=read.sha256,
        pages=read.pages,
        uploaded_at=timezone.now(),
        uploaded_by=by,
    )
    # A name that tells of nobody and that nobody can guess.
    scan.file = ContentFile(read.content, name=f"{token_urlsafe(16)}.{read.kind}")
    try:
        yield scan
    except BaseException:
        if scan.file.storage.exists(scan.file.name):
            scan.file.delete(save=False)
        raise


@contextmanager
def keeping_all(
    read: list[scans.Scan], *, patient: Patient, by: User
) -> Iterator[tuple[Scan, ...]]:
    """The same for the photographs of one paper, in their order: all of them are kept, or none."""
    with ExitStack() as kept:
        yield tuple(kept.enter_context(keeping(each, patient=patient, by=by)) for each in read)


def save_scan(scan: Scan) -> None:
    """Raises ValidationError if somebody brought in the same file in the meantime."""
    try:
        with transaction.atomic():
            scan.save()
    except IntegrityError as error:
        raise ValidationError({"file": KNOWN}) from error
