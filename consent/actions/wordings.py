"""Installing the official wording of an ABN edition, as CMS publishes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from consent import demonstration
from consent.actions.errors import Refused
from consent.models import AbnWording, Language
from consent.wording import LONGEST_PART, PARTS
from emr import audit, signing
from emr.models import Practice, User
from emr.rules.editions import editions
from emr.scans import Scan


def install_wording(
    *,
    edition_expires: date,
    language: Language,
    parts: dict[str, str],
    pdf: Scan | None = None,
    is_demonstration: bool = False,
    by: User,
) -> AbnWording:
    """Keep the wording of an edition in one language; what is there already stays as it is.

    The newest of an edition counts for notices that are issued from now on. Raises Refused for an
    edition that is unknown or obsolete, and ValidationError, by part, for one that says nothing.
    """
    now = timezone.now()
    practice = Practice.objects.get(pk=1)
    _refuse_wrong_edition(edition_expires, day=timezone.localdate(now, timezone=practice.zone))
    if is_demonstration and not settings.DEMO:
        raise Refused("Only the demonstration installs a wording that is not CMS's.")
    parts = _checked(parts, practice=practice)
    if not is_demonstration and demonstration.is_in(parts):
        raise Refused("This is the text of the demonstration. Paste what CMS publishes instead.")
    wording = AbnWording(
        edition_expires=edition_expires,
        language=language,
        parts=parts,
        is_demonstration=is_demonstration,
        sha256=signing.digest(signing.canonical(parts)),
        installed_at=now,
        installed_by=by,
    )
    if pdf:
        wording.pdf_sha256 = pdf.sha256
        wording.pdf = ContentFile(pdf.content, name=f"{pdf.sha256}.pdf")
    wording.full_clean()
    with _no_file_without_its_row(wording.pdf), transaction.atomic():
        wording.save()
        audit.record(
            "abn wording installed",
            wording,
            by=by,
            edition_expires=edition_expires.isoformat(),
            language=wording.language,
            sha256=wording.sha256,
            pdf_sha256=wording.pdf_sha256,
        )
    return wording


@contextmanager
def _no_file_without_its_row(file: FieldFile) -> Iterator[None]:
    """The file is written with its row; where that fails, to the commit, it goes again."""
    before = file.name
    try:
        yield
    except BaseException:
        if file.name != before:  # it has its place in the storage
            file.delete(save=False)
        raise


def _refuse_wrong_edition(expires: date, *, day: date) -> None:
    edition = next((each for each in editions() if each.printed_expiry == expires), None)
    if edition is None:
        raise Refused(f"No edition of the form has the printed expiry {expires:%m/%d/%Y}.")
    if edition.usable_to and edition.usable_to < day:
        raise Refused(
            f"The edition with the printed expiry {expires:%m/%d/%Y} is obsolete: it could be used"
            f" until {edition.usable_to:%m/%d/%Y}, and a notice on it would not count. Install a"
            " later one."
        )


def _checked(parts: dict[str, str], *, practice: Practice) -> dict[str, str]:
    """Every part, without the blanks around it and with one kind of line end."""
    known = {
        part.id: parts.get(part.id, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        for part in PARTS
    }
    needed = {part.id for part in PARTS if part.required}
    if not practice.takes_assignment:
        needed.add("not_participating")
    wrong = {id: "Paste this part of the form." for id in sorted(needed) if not known[id]}
    wrong |= {
        id: f"A part has at most {LONGEST_PART} characters."
        for id, text in known.items()
        if len(text) > LONGEST_PART
    }
    if wrong:
        raise ValidationError(wrong)
    return known
