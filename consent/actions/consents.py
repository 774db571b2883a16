"""What a person did about a patient's consent; one transaction and one audit entry each."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent.actions.errors import Refused
from consent.models import Consent, ConsentWithdrawal
from emr import audit
from emr.models import Patient, User


@transaction.atomic
def record_consent(*, patient: Patient, signed_on: date, by: User) -> Consent:
    """Writes down that the patient signed the paper form on that day."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": "A form cannot have been signed in the future."})
    if signed_on < patient.birth_date:
        raise ValidationError({"signed_on": "That is before the patient was born."})
    same = Consent.objects.filter(patient=patient, signed_on=signed_on, outcome="signed")
    if same.filter(withdrawal=None).exists():
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
    former = ConsentWithdrawal.objects.filter(consent=consent).first()
    if former:
        raise Refused(f"This consent was withdrawn already on {former.withdrawn_on:%Y-%m-%d}.")
    if withdrawn_on > timezone.localdate():
        raise ValidationError({"withdrawn_on": "This cannot be in the future."})
    if withdrawn_on < consent.signed_on:
        raise ValidationError({"withdrawn_on": "That is before the form was signed."})
    if not reason.strip():
        raise ValidationError({"reason": "Say why, in the patient's words."})
    signed = Consent.objects.filter(patient=patient, outcome=Consent.Outcome.SIGNED)
    given = list(signed.filter(withdrawal=None, signed_on__lte=withdrawn_on))
    ConsentWithdrawal.objects.bulk_create(
        ConsentWithdrawal(
            consent=one,
            withdrawn_on=withdrawn_on,
            reason=reason,
            recorded_by=by,
            recorded_at=timezone.now(),
        )
        for one in given
    )
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
