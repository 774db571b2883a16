"""What is frozen when a note is signed: one document with everything that the sheet prints."""

from datetime import datetime

from django.utils import timezone

from emr import signing
from emr.models import Coverage, Practice, Provider, TrainingRecord, Visit
from notes import content as note_content
from notes.charted import policy_of
from notes.models import Note
from notes.review import Review, review_note

FORMAT = "filiform/note/1"
ATTESTATION = "I performed this service and this note is mine."


def long_time(moment: datetime) -> str:
    """As printed beside a signature: 23 November 2026, 10:51:33 MST."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y, %H:%M:%S %Z}"


def of_note(note: Note, *, practice: Practice, review: Review, code: str, content=None) -> dict:
    """The note as it stands now; `signed` is added by the action that signs."""
    visit = note.visit
    day = visit.date_of_service
    return {
        "format": FORMAT,
        "code": code,
        "record": {
            "note": note.pk,
            "visit": visit.pk,
            "patient": visit.patient_id,
            "author": note.author_id,
        },
        "practice": _practice(practice),
        "patient": _patient(visit),
        "provider": _provider(visit.provider, day=day, state=practice.state),
        "visit": {
            "date_of_service": day.isoformat(),
            "started_at": timezone.localtime(visit.start).isoformat(timespec="seconds"),
            "place": visit.place,
            "payer": _payer(visit, day),
        },
        "consent": _consent(review),
        "notice": _notice(review),
        "content": _printed_content(note, note.content if content is None else content),
        "review": _review(review, practice),
        "signed": None,
    }


def for_review(note: Note, *, practice: Practice) -> dict:
    """Exactly what a review shows: the note and all around it that the signature will cover."""
    content = note_content.EMPTY | note.content
    review = review_note(note, practice=practice, content=content)
    return of_note(note, practice=practice, review=review, code="", content=content)


def digest_for_review(note: Note, *, practice: Practice) -> str:
    """Names what a review shows; signing asks for it again, so that a name, an alert or a counting
    rule that changed between the look and the signature stops it."""
    return signing.digest(signing.canonical(for_review(note, practice=practice)))


def signature(*, at: datetime, by: Provider, attestation: str = ATTESTATION) -> dict:
    return {
        "at": timezone.localtime(at).isoformat(timespec="seconds"),
        "at_text": long_time(at),
        "by": str(by),
        "attestation": attestation,
    }


def _practice(practice: Practice) -> dict:
    return {
        "name": practice.name,
        "address": practice.address,
        "phone": practice.phone,
        "npi": practice.npi,
        "tax_id": practice.tax_id,
        "letterhead": practice.letterhead,
        "time_zone": practice.time_zone,
    }


def _patient(visit: Visit) -> dict:
    patient = visit.patient
    return {
        "record_number": patient.record_number,
        "name": str(patient),
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.get_sex_display().lower(),
    }


def _provider(provider: Provider, *, day, state: str) -> dict:
    licence = provider.licences.valid_on(day).filter(state=state).first()
    training = TrainingRecord.objects.filter(provider=provider, completed_on__lte=day)
    hours = training.hours()
    return {
        "name": str(provider.user),
        "credentials": provider.credentials,
        "profession": provider.profession,
        "npi": provider.npi,
        "licence": {"state": licence.state, "number": licence.number} if licence else None,
        "training": {
            "hours": f"{hours['total'].normalize():f}",
            "certificate_on_file": training.exclude(certificate="").exists(),
        }
        if hours["total"]
        else None,
    }


def _payer(visit: Visit, day) -> str:
    coverage = (
        Coverage.objects.filter(patient=visit.patient_id)
        .in_force_on(day)
        .primary()
        .select_related("payer")
        .first()
    )
    return str(coverage.payer) if coverage else ""


def _consent(review: Review) -> dict | None:
    """The consent in force on the day, if there is one."""
    standing = review.standing.consent if review.standing else None
    if standing is None or not standing.in_force:
        return None
    consent = standing.consent
    return {
        "signed_on": consent.signed_on.isoformat(),
        "version": consent.form.version if consent.form else None,
    }


def _notice(review: Review) -> dict | None:
    """The financial notice that the patient answered before the visit, if it covers it."""
    standing = review.standing.notice if review.standing else None
    if standing is None or not standing.stands:
        return None
    return {
        "kind": standing.notice.get_kind_display(),
        "answer": standing.answer.get_after_display(),
        "option": standing.option,
        "answered_on": standing.answer.answered_on.isoformat(),
        # Whether one is meant to go out; what holds it until then is no part of the record.
        "claim": "none" if review.claim == "none" else "send",
    }


def _printed_content(note: Note, content: dict) -> dict:
    alerts = note.visit.patient.alerts.filter(ended_at=None)
    return content | {"contraindications": [str(alert) for alert in alerts]}


def _review(review: Review, practice: Practice) -> dict:
    count = review.count
    return {
        "muscle_count": count.muscle_count,
        "other_reading": count.other_reading,
        "needle_count": count.needle_count,
        "suggested_code": count.suggested_code or "",
        "sentence": review.sentence,
        "explanation": [
            {"label": each.label, "counted": each.counted, "note": each.note}
            for each in count.explanation
        ],
        "policy": policy_text(practice),
    }


def policy_text(practice: Practice) -> str:
    """The counting policy in a sentence."""
    policy = policy_of(practice)
    sides = (
        "Right and left of one muscle count as two."
        if policy.sides_count_apart
        else "Right and left of one muscle count as one."
    )
    divisions = (
        "Each division of a muscle counts."
        if policy.divisions == "each"
        else "Divisions of one muscle count once, unless each has a rationale of its own."
    )
    return f"{sides} {divisions}"
