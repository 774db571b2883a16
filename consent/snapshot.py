"""What a patient is shown and what they answered, as plain values: all that is printed comes from here."""

from datetime import datetime

from django.utils import timezone

from consent.models import AbnWording, ConsentForm, Notice, NoticeLine
from emr.models import Patient, Practice, Provider, TrainingRecord

FORM_FORMAT = "filiform/consent-form/1"
CONSENT_FORMAT = "filiform/consent/1"
NOTICE_FORMAT = "filiform/notice/1"
ANSWER_FORMAT = "filiform/notice-answer/1"


def of_form(
    form: ConsentForm, *, patient: Patient, provider: Provider | None, practice: Practice
) -> dict:
    """A version of the consent text as it is put before a patient, in every language that it has."""
    return {
        "format": FORM_FORMAT,
        "form": {
            "id": form.pk,
            "version": form.version,
            "published_on": form.published_on.isoformat() if form.published_on else "",
        },
        "practice": _practice(practice),
        "patient": _patient(patient),
        "clinician": _clinician(provider) if provider else None,
        "texts": {
            text.language: {
                "title": text.title,
                "sections": text.sections,
                "reading_level": text.reading_level,
            }
            for text in form.texts.all()
        },
    }


def of_notice(
    notice: Notice,
    lines: list[NoticeLine],
    *,
    wording: AbnWording | None,
    practice: Practice,
    issued_on: str,
) -> dict:
    """A notice with every blank that the practice fills, and the wording around them."""
    return {
        "format": NOTICE_FORMAT,
        "notice": {"id": notice.pk, "kind": notice.kind, "issued_on": issued_on},
        "practice": _practice(practice),
        "patient": _patient(notice.patient),
        "clinician": {
            "name": str(notice.provider),
            "profession": notice.provider.profession,
            "npi": notice.provider.npi,
        },
        "payer": str(notice.coverage.payer) if notice.coverage else "",
        "language": notice.language,
        "identification": notice.identification,
        "service_word": notice.service_word,
        "lines": [
            {
                "code": line.code,
                "service": line.service,
                "reason": line.reason,
                "estimate": None if line.estimate is None else f"{line.estimate:.2f}",
            }
            for line in lines
        ],
        "course": {
            "repetitive": notice.repetitive,
            "frequency": notice.frequency,
            "duration": notice.duration,
            "visits": notice.visits,
            "ends_on": notice.ends_on.isoformat() if notice.ends_on else None,
        },
        "visit_on": notice.visit.date_of_service.isoformat() if notice.visit else None,
        "additional": notice.additional,
        "wordings": {wording.language: of_wording(wording)} if wording else {},
    }


def of_wording(wording: AbnWording) -> dict:
    return {
        "edition_expires": wording.edition_expires.isoformat(),
        "is_demonstration": wording.is_demonstration,
        "parts": wording.parts,
        "sha256": wording.sha256,
    }


def consent(shown: dict, *, language: str, code: str, outcome: str, reason: str, **signed) -> dict:
    """What is signed: the text in the language that was read, the answer, and the hand."""
    text = shown["texts"][language]
    kept = {key: value for key, value in shown.items() if key not in ("format", "texts")}
    return {
        "format": CONSENT_FORMAT,
        "code": code,
        **kept,
        "language": language,
        "text": text,
        "outcome": outcome,
        "reason": reason,
        **signed,
    }


def moment(at: datetime, practice: Practice) -> dict:
    """A moment as it is printed, at the practice's own time."""
    local = timezone.localtime(at, practice.zone)
    return {
        "at": local.isoformat(timespec="seconds"),
        "at_text": f"{local.day} {local:%B %Y, %H:%M:%S %Z}",
        "day": local.date().isoformat(),
    }


def _practice(practice: Practice) -> dict:
    return {
        "name": practice.name,
        "address": practice.address,
        "phone": practice.phone,
        "tty": practice.tty,
        "npi": practice.npi,
        "tax_id": practice.tax_id,
        "letterhead": practice.letterhead,
        "takes_assignment": practice.takes_assignment,
    }


def _patient(patient: Patient) -> dict:
    middle = f" {patient.middle_name}" if patient.middle_name else ""
    return {
        "id": patient.pk,
        "record_number": patient.record_number,
        "name": f"{patient.first_name}{middle} {patient.last_name}",
        "birth_date": patient.birth_date.isoformat(),
    }


def _clinician(provider: Provider) -> dict:
    """Who needles, with the training that the consent tells of."""
    training = TrainingRecord.objects.filter(provider=provider)
    hours = training.hours()
    return {
        "name": str(provider),
        "profession": provider.get_profession_display(),
        "hours": f"{hours['total'].normalize():f}" if hours["total"] else "",
        "courses": [each.course for each in training],
    }
