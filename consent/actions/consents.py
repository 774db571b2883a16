"""What a person did about a patient's consent; one transaction and one audit entry each."""

import json
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent import printing, snapshot
from consent.actions.errors import Overtaken, Refused
from consent.actions.signatures import Hand, keep_signature
from consent.actions.signings import end_waiting
from consent.models import Consent, ConsentForm, ConsentWithdrawal, Signing
from consent.review import ever_said_no
from emr import audit, documents, signing
from emr.filing import file_document
from emr.models import Document, Patient, Practice, User

KINDS = {
    Consent.Outcome.SIGNED: Document.Kind.CONSENT,
    Consent.Outcome.DECLINED: Document.Kind.DECLINED_CONSENT,
}
TOO_YOUNG = "A patient under 18 does not sign alone: a parent or guardian signs for them."
TOO_YOUNG_FOR_A_DATE = (
    "The patient was under 18 then, and a date does not show who signed for them. Have a parent or"
    " guardian sign the form here, or on a printed one that is scanned in."
)
SAID_NO = (
    "The patient declined or withdrew before, and a date alone does not show that they changed their"
    " mind. Have the form signed here, or printed, signed and scanned in."
)
OF_AGE = 18


def answer_consent(
    *,
    started: Signing,
    outcome: Consent.Outcome,
    language: str,
    hand: Hand,
    practice: Practice,
    reason: str = "",
    pages: list[bytes] = (),
    by: User,
) -> Consent:
    """The patient signed, or declined, the form that was put before them: kept with its signed PDF.

    `pages` are those of a scanned paper. The sheet is set before the transaction, in which only the
    first of two answers to one signing is stored. Raises Refused or Overtaken.
    """
    shown = json.loads(started.snapshot)
    if language not in shown["texts"]:
        raise Refused("The form does not exist in this language.")
    now = timezone.now()
    today = timezone.localdate(now, timezone=practice.zone)
    day = hand.signed_on or today
    _refuse_wrong_day(day, today=today, patient=started.patient)
    refuse_earlier_paper(started, hand, practice=practice)
    refuse_child_alone(started.patient, hand, day=day)

    code = documents.new_code()
    signed = snapshot.consent(
        shown,
        language=language,
        code=code,
        outcome=outcome.value,
        reason=reason,
        method=started.method,
        hand=hand.as_dict(),
        attended_by=str(started.started_by),
        transcribed_by=str(by) if hand.scan else "",
        signed=snapshot.moment(now, practice) | {"day": day.isoformat()},
    )
    text = signing.canonical(signed)
    sha256 = signing.digest(text)
    pdf = signing.sign_pdf(
        printing.consent_pdf(signed, digest=sha256, pages=pages),
        name=practice.name,
        reason=f"{KINDS[outcome].label}, {started.get_method_display().lower()}",
        location=practice.name,
        at=now,
    )
    with transaction.atomic():
        take_signing(started, by=by)
        signature = keep_signature(
            hand, patient=started.patient, method=started.method, at=now, by=by
        )
        document = file_document(
            KINDS[outcome],
            pdf,
            code=code,
            made_from=f"consent.PatientSignature {signature.pk}",
            made_from_sha256=sha256,
            signed_by=f"the patient, at {practice.name}",
            at=now,
            by=by,
        )
        consent = Consent.objects.create(
            patient=started.patient,
            outcome=outcome,
            signed_on=day,
            form=started.form,
            language=language,
            snapshot=text.decode(),
            snapshot_sha256=sha256,
            signature=signature,
            document=document,
            declined_reason=reason,
            recorded_by=by,
            recorded_at=now,
        )
        end_signing(started, outcome=Signing.Outcome(outcome.value), at=now, consent=consent)
        # What else waits for the same answer waits no more.
        others = Signing.objects.unfinished().filter(patient=started.patient, form__isnull=False)
        end_waiting(others, outcome=Signing.Outcome.OVERTAKEN, at=now, by=by)
        audit.record(
            f"consent {outcome.value}",
            consent,
            by=by,
            patient_id=started.patient_id,
            method=started.method,
            mark=hand.mark.value,
            document=document.pk,
            signing=started.pk,
        )
    return consent


def take_signing(started: Signing, *, by: User) -> None:
    """Hold the signing until the end of the transaction; raises Overtaken if it has ended.

    The patient's row is held first, as by whoever starts a signing: two who answer at once wait for
    one another there and nowhere else. Raises Refused if what was shown is not what was put before
    them, if its time is over, or if nobody of the clinic attends any more.
    """
    Patient.objects.select_for_update().get(pk=started.patient_id)
    waiting = Signing.objects.unfinished().filter(pk=started.pk)
    if not waiting.select_for_update().exists():
        raise Overtaken("This was answered or taken back in the meantime.")
    _refuse_other_text(started)
    if started.answer_by and started.answer_by < timezone.now():
        raise Refused("Too long ago: put the document before the patient once more.")
    if not User.objects.filter(pk=by.pk, is_active=True).exists():
        raise Refused(f"{by} does not work here any more: somebody else must hand it over.")


def _refuse_other_text(started: Signing) -> None:
    """What was read is what was frozen, to the letter."""
    kept = [(started.snapshot, started.snapshot_sha256)]
    if started.notice:
        shown = json.loads(started.snapshot)["notice_sha256"]
        kept.append((started.notice.snapshot, shown))
    if any(signing.digest(text.encode()) != sha256 for text, sha256 in kept):
        raise Refused("This text was changed after it was put before the patient.")


def end_signing(started: Signing, *, outcome: Signing.Outcome, at, **result) -> None:
    Signing.objects.filter(pk=started.pk).update(ended_at=at, outcome=outcome, **result)


def _refuse_wrong_day(day: date, *, today: date, patient: Patient) -> None:
    if day > today:
        raise ValidationError({"signed_on": "A form cannot have been signed in the future."})
    if day < patient.birth_date:
        raise ValidationError({"signed_on": "That is before the patient was born."})


def refuse_earlier_paper(started: Signing, hand: Hand, *, practice: Practice) -> None:
    """Nobody signed a form before it was printed."""
    made_on = timezone.localdate(started.started_at, timezone=practice.zone)
    if hand.signed_on and hand.signed_on < made_on:
        words = f"This form was made on {made_on:%Y-%m-%d}: nobody can have signed it before."
        raise ValidationError({"signed_on": words})


def refuse_child_alone(patient: Patient, hand: Hand, *, day: date) -> None:
    """A minor needs a representative."""
    if patient.age_on(day) < OF_AGE and not hand.relation:
        raise ValidationError({"relation": TOO_YOUNG})


@transaction.atomic
def record_consent(*, patient: Patient, signed_on: date, by: User) -> Consent:
    """Writes down that the patient signed the paper form on that day, before forms were kept here.

    Nobody sees who signed it, so that it never follows a no and never speaks for a minor.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    _refuse_wrong_day(signed_on, today=timezone.localdate(), patient=patient)
    same = Consent.objects.filter(patient=patient, signed_on=signed_on, outcome="signed")
    if same.filter(withdrawal=None).exists():
        raise Refused("A consent signed on that day is on file already.")
    _refuse_date_alone(patient, signed_on=signed_on)
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


def _refuse_date_alone(patient: Patient, *, signed_on: date) -> None:
    given = Consent.objects.filter(patient=patient).select_related("withdrawal")
    if ever_said_no(given.defer("snapshot")):
        raise Refused(SAID_NO)
    if patient.age_on(signed_on) < OF_AGE:
        raise Refused(TOO_YOUNG_FOR_A_DATE)
    since = ConsentForm.objects.first_day()
    if since and signed_on >= since:
        words = (
            f"Since {since:%Y-%m-%d} the form is signed here: have it signed on this tablet or the"
            " patient’s phone, or print it, have it signed and scan the paper in."
        )
        raise ValidationError({"signed_on": words})


@transaction.atomic
def withdraw_consent(*, consent: Consent, withdrawn_on: date, reason: str, by: User) -> Consent:
    """Ends this consent, every other that the patient had given by then, and every form that waits.

    Who withdraws, withdraws from the treatment: neither an older form may go on to permit it, nor
    one that was printed or sent before.
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
    waiting = Signing.objects.filter(patient=patient, form__isnull=False)
    end_waiting(waiting, outcome=Signing.Outcome.CANCELLED, by=by)
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
