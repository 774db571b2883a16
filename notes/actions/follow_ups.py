"""The call after an adverse reaction: opened by the signature, made by whoever is at the desk."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from emr import audit
from emr.models import User
from notes.actions.errors import NotAllowedNowError
from notes.models import CallAttempt, FollowUpCall, Note

NEXT_DAY = timedelta(days=1)


def open_follow_up(note: Note, *, day: date, by: User) -> FollowUpCall:
    """A call for the day after the visit, in the transaction of the signature."""
    call = FollowUpCall.objects.create(note=note, due_on=day + NEXT_DAY, opened_at=timezone.now())
    audit.record("follow-up opened", call, by=by, patient_id=note.visit.patient_id)
    return call


@transaction.atomic
def record_call(*, call: FollowUpCall, reached: bool, words: str, by: User) -> CallAttempt:
    """One try; who was reached closes the call, who was not is called again the day after this try."""
    call = FollowUpCall.objects.select_for_update().get(pk=call.pk)
    if call.closed_at:
        raise NotAllowedNowError("Somebody reached the patient already.")
    words = words.strip()
    if reached and not words:
        raise ValidationError({"words": "Say how the patient is."})
    now = timezone.now()
    attempt = CallAttempt.objects.create(call=call, at=now, by=by, reached=reached, words=words)
    if reached:
        call.closed_at, call.closed_by = now, by
    else:
        call.due_on = timezone.localdate(now) + NEXT_DAY
    call.save(update_fields=["due_on", "closed_at", "closed_by"])
    patient_id = Note.objects.values_list("visit__patient", flat=True).get(pk=call.note_id)
    audit.record("follow-up call", call, by=by, patient_id=patient_id, reached=reached)
    return attempt
