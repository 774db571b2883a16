"""Putting one document before one person: the tablet, the phone's link, the paper with its code."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from consent import snapshot
from consent.actions.before_service import refuse_if_unanswerable
from consent.actions.errors import Refused
from consent.models import ConsentForm, Kind, Method, Notice, Signing
from consent.models.signing import SigningQuerySet
from emr import audit, documents, signing
from emr.models import Patient, Practice, Provider, User
from emr.rules.notice_states import NoticeState

# Who does not know the birth date after so many tries is not the patient.
MOST_TRIES = 5

ENDINGS = {
    Signing.Outcome.CANCELLED: "signing taken back",
    Signing.Outcome.OVERTAKEN: "signing overtaken",
    Signing.Outcome.LOCKED: "signing locked",
}


@dataclass(frozen=True, kw_only=True)
class Started:
    """A signing that waits, and the phone's secret, which is told only now."""

    signing: Signing
    token: str = ""


@transaction.atomic
def start_signing(
    *,
    method: Method,
    patient: Patient,
    practice: Practice,
    by: User,
    form: ConsentForm | None = None,
    notice: Notice | None = None,
    provider: Provider | None = None,
    place: str = "",
) -> Started:
    """Put the current consent form, or an issued notice, before the patient.

    What is shown is frozen now. An earlier one of the same document that still waits on the same
    kind of device is taken back. Raises Refused.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    now = timezone.now()
    shown = _shown(form, notice, patient=patient, provider=provider, practice=practice)
    waiting = Signing.objects.unfinished().filter(patient=patient, method=method)
    waiting = waiting.filter(notice=notice) if notice else waiting.filter(form__isnull=False)
    if method != Method.PAPER:
        end_waiting(waiting, outcome=Signing.Outcome.CANCELLED, at=now, by=by)
    token = secrets.token_urlsafe(32) if method == Method.PHONE else ""
    text = signing.canonical(shown)
    started = Signing.objects.create(
        method=method,
        patient=patient,
        form=form,
        notice=notice,
        place=place,
        snapshot=text.decode(),
        snapshot_sha256=signing.digest(text),
        token_sha256=digest_of(token) if token else "",
        code=documents.new_code() if method == Method.PAPER else "",
        started_at=now,
        started_by=by,
        expires_at=now + timedelta(minutes=practice.link_minutes) if token else None,
    )
    audit.record(
        "signing started",
        started,
        by=by,
        patient_id=patient.pk,
        method=Method(method).value,
        of=f"consent.Notice {notice.pk}" if notice else f"consent.ConsentForm {form.pk}",
    )
    return Started(signing=started, token=token)


def _shown(form, notice, *, patient, provider, practice) -> dict:
    if notice is None:
        if form is None or form.published_at is None:
            raise Refused("No consent form is published yet: the owner publishes one first.")
        return snapshot.of_form(form, patient=patient, provider=provider, practice=practice)
    if notice.patient_id != patient.pk:
        raise Refused("This notice is another patient's.")
    if notice.kind == Kind.VOLUNTARY_ABN:
        raise Refused("A voluntary ABN is handed over: nobody chooses or signs anything on it.")
    if notice.state not in (NoticeState.ISSUED, NoticeState.GIVEN):
        raise Refused("This notice does not wait for an answer.")
    today = timezone.localdate(timezone=practice.zone)
    refuse_if_unanswerable(notice, day=today, at=timezone.now(), practice=practice)
    return {"format": snapshot.NOTICE_FORMAT, "notice_sha256": notice.snapshot_sha256}


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> Signing | None:
    """The signing that a link still opens: known, in time, not used and not ended."""
    links = Signing.objects.unfinished().filter(token_sha256=digest_of(token), opened_at=None)
    return links.filter(expires_at__gt=timezone.now()).first() if token else None


@transaction.atomic
def open_link(*, token: str, birth_date: date | None) -> Signing | None:
    """Use the link, once, by somebody who knows the patient's birth date.

    None for a wrong, used or expired link and for a wrong date alike; the fifth wrong date ends it.
    """
    found = _held_link(token)
    if found is None:
        return None
    said = {"by": found.started_by, "patient_id": found.patient_id}
    if birth_date != found.patient.birth_date:
        found.tries += 1
        found.save(update_fields=["tries"])
        audit.record("birth date refused", found, tries=found.tries, **said)
        if found.tries >= MOST_TRIES:
            found.ended_at, found.outcome = timezone.now(), Signing.Outcome.LOCKED
            found.save(update_fields=["ended_at", "outcome"])
            audit.record("signing link locked", found, **said)
        return None
    found.opened_at = timezone.now()
    found.save(update_fields=["opened_at"])
    audit.record("signing link used", found, **said)
    return found


def _held_link(token: str) -> Signing | None:
    """The signing of the link, held until the end of the transaction: tries count one by one."""
    known = link_of(token)
    if known is None:
        return None
    Signing.objects.select_for_update().get(pk=known.pk)
    return link_of(token)  # another phone may have opened it, or locked it, in the same moment


@transaction.atomic
def cancel_signing(*, signing: Signing, by: User) -> None:
    """Take the document back; what was answered in the meantime stays answered."""
    waiting = Signing.objects.filter(pk=signing.pk)
    end_waiting(waiting, outcome=Signing.Outcome.CANCELLED, by=by)


@transaction.atomic
def close_signing(*, signing: Signing) -> None:
    """The patient closed the page on their phone without an answer."""
    waiting = Signing.objects.filter(pk=signing.pk)
    outcome = Signing.Outcome.CANCELLED
    end_waiting(waiting, outcome=outcome, by=signing.started_by, verb="signing closed on the phone")


@transaction.atomic
def run_out_signing(*, signing: Signing) -> None:
    """It was on a device for longer than a document is answered there."""
    waiting = Signing.objects.filter(pk=signing.pk)
    outcome = Signing.Outcome.CANCELLED
    end_waiting(waiting, outcome=outcome, by=signing.started_by, verb="signing ran out")


@transaction.atomic
def lock_signing(*, signing: Signing) -> None:
    """Too many wrong passwords on the tablet: nobody answers there any more."""
    waiting = Signing.objects.filter(pk=signing.pk)
    end_waiting(waiting, outcome=Signing.Outcome.LOCKED, by=signing.started_by)


def end_waiting(
    signings: SigningQuerySet,
    *,
    outcome: Signing.Outcome,
    by: User,
    at: datetime | None = None,
    verb: str = "",
) -> None:
    """End those that still wait, without an answer, in the caller's transaction; one entry each."""
    waiting = list(signings.unfinished().order_by("pk").select_for_update(of=("self",)))
    ids = [each.pk for each in waiting]
    Signing.objects.filter(pk__in=ids).update(ended_at=at or timezone.now(), outcome=outcome)
    for each in waiting:
        audit.record(verb or ENDINGS[outcome], each, by=by, patient_id=each.patient_id)


@transaction.atomic
def blank_signing(*, signing: Signing) -> None:
    """Nobody touched the device for too long: it shows nothing until staff take it back."""
    waiting = Signing.objects.unfinished().filter(pk=signing.pk, blanked_at=None)
    if waiting.update(blanked_at=timezone.now()):
        audit.record(
            "signing blanked", signing, by=signing.started_by, patient_id=signing.patient_id
        )


@transaction.atomic
def resume_signing(*, signing: Signing, by: User) -> None:
    """Staff let the patient go on after the device had gone dark."""
    waiting = Signing.objects.unfinished().filter(pk=signing.pk, blanked_at__isnull=False)
    if waiting.update(blanked_at=None):
        audit.record("signing resumed", signing, by=by, patient_id=signing.patient_id)
