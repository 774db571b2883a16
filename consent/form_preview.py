"""How a version will look on paper: set for a patient who does not exist."""

from datetime import date

from consent import printing, snapshot
from consent.models import ConsentForm
from emr.models import Patient, Practice, Provider

CODE = "SAMPLE"


def sample_clinician() -> Provider | None:
    """Somebody who treats here, so that the hours of training stand where they will stand."""
    return Provider.objects.filter(active=True).select_related("user").first()


def sample_pdf(form: ConsentForm, *, language: str, practice: Practice) -> bytes:
    patient = Patient(
        record_number=CODE, first_name="Sample", last_name="Patient", birth_date=date(1980, 1, 1)
    )
    shown = snapshot.of_form(form, patient=patient, provider=sample_clinician(), practice=practice)
    return printing.blank_consent_pdf(shown, language=language, code=CODE)
