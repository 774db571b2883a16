"""The itemised bill that a patient takes along to their own insurer."""

from django.db import transaction
from django.utils import timezone

from billing.models import Superbill
from billing.prints.sealed import digest_of, file_sealed, seal
from billing.review.suggestion import suggest
from billing.review.superbills import Referrer, superbill_says, why_not
from emr import audit
from emr.actions import Refused
from emr.models import Document, Patient, Practice, User
from notes.models import Note

TEMPLATE = "billing/pdf/superbill.html"


def make_superbill(
    *, note: Note, practice: Practice, by: User, referrer: Referrer | None = None
) -> Superbill:
    """Set, seal and file the superbill of a charged visit whose claim never goes out.

    One that says the very same is on file already: that one comes back. Raises Refused.
    """
    suggestion = suggest(note, practice=practice)
    if refusal := why_not(suggestion):
        raise Refused(refusal)
    says = superbill_says(suggestion, practice=practice, referrer=referrer)
    if same := _same(note, says):
        return same
    now = timezone.now()
    sealed = seal(Document.Kind.SUPERBILL, says, template=TEMPLATE, practice=practice, at=now)
    patient = note.visit.patient
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        suggestion = suggest(note, practice=practice)
        if refusal := why_not(suggestion):
            raise Refused(refusal)
        if same := _same(note, says):
            return same
        if superbill_says(suggestion, practice=practice, referrer=referrer) != says:
            raise Refused("Something changed in the same moment: make it once more.")
        superbill = Superbill.objects.create(
            sheet=suggestion.sheet,
            document=file_sealed(
                sealed, made_from=f"billing.ChargeSheet {suggestion.sheet.pk}", by=by
            ),
            not_for_medicare=says["not_for_medicare"],
            made_at=now,
            made_by=by,
        )
        audit.record(
            "superbill made",
            superbill,
            by=by,
            patient_id=patient.pk,
            document=superbill.document_id,
            note=note.pk,
        )
    return superbill


def _same(note: Note, says: dict) -> Superbill | None:
    superbills = Superbill.objects.filter(sheet__note=note)
    return superbills.filter(document__made_from_sha256=digest_of(says)).first()
