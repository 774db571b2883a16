"""What a person did about a patient's consent; one transaction and one audit entry each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent.models import Consent
from emr import audit
from emr.models import Patient, User


class Refused(Exception):
    """The step cannot be taken, or not any more; the message tells the person why."""


@transaction.atomic
def record_consent(*, patient: Patient, signed_on: date, by: User) -> Consent:
    """Writes down that the patient signed the paper form on that day."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": "A form cannot have been signed in the future."})
    if signed_on < patient.birth_date:
        raise ValidationError({"signed_on": "That is before the patient was born."})
    if Consent.objects.filter(patient=patient, signed_on=signed_on, withdrawn_on=None).exists():
        raise Refused("A consent signed on that day is on file already.")
    consent = Consent(
        patient=patient, signed_on=signed_on, recorded_by=by, recorded_at=timezone.now()
    )
    consent.full_clean()
    consent.save()
    audit.record(
        "consent recorded",
        consent,
        by=by,
        patient_id=patient.pk,
        signed_on=signed_on.isoformat(),
    )
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, withdrawn_on: date, reason: str, by: User) -> Consent:
    """Ends this consent and every other that the patient had given by then.

    Who withdraws, withdraws from the treatment: an older form must not go on to permit it.
    """
    patient = Patient.objects.select_for_update().get(pk=consent.patient_id)
    consent = Consent.objects.get(pk=consent.pk)
    if consent.withdrawn_on:
        raise Refused(f"This consent was withdrawn already on {consent.withdrawn_on:%Y-%m-%d}.")
    if withdrawn_on > timezone.localdate():
        raise ValidationError({"withdrawn_on": "This cannot be in the future."})
    if withdrawn_on < consent.signed_on:
        raise ValidationError({"withdrawn_on": "That is before the form was signed."})
    if not reason.strip():
        raise ValidationError({"reason": "Say why, in the patient's words."})

    given = Consent.objects.filter(patient=patient, withdrawn_on=None)
    given = list(given.filter(signed_on__lte=withdrawn_on))
    for one in given:
        one.withdrawn_on, one.withdrawn_by, one.withdrawn_reason = withdrawn_on, by, reason
        one.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_reason"])
    audit.record(
        "consent withdrawn",
        consent,
        by=by,
        patient_id=patient.pk,
        withdrawn_on=withdrawn_on.isoformat(),
        consents=sorted(one.pk for one in given),
    )
    consent.refresh_from_db()
    return consent
