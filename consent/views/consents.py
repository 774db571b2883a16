"""A patient's consents: a panel on the chart and, without htmx, a page of its own."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from consent import actions
from consent.clauses import copy_is_owed
from consent.forms.consents import CopyForm, PaperConsentForm, WithdrawalForm
from consent.models import Consent, ConsentForm, Method, Signing
from consent.review import consent_standing, ever_said_no
from consent.worklists import consent_chip
from emr import audit
from emr.access import desk_required, staff_required
from emr.banner import banner_of
from emr.filing import record_document_event
from emr.http import render_part
from emr.models import DocumentEvent, Patient
from emr.models.document import COPIES
from emr.views.documents import pdf_response
from emr.worklists import may_edit

PART, PAGE = "consent/_consents.html", "consent/consents.html"


@staff_required
@require_GET
def of_patient(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    return render_consents(request, patient)


@desk_required
@require_POST
def record_consent(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    form = PaperConsentForm(request.POST)
    if not form.is_valid():
        return render_consents(request, patient, status=422, form=form)
    try:
        actions.record_consent(patient=patient, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return render_consents(request, patient, status=422, form=form)
    except actions.Refused as error:
        return render_consents(request, patient, status=409, conflict=str(error))
    return _done(request, patient)


@desk_required
@require_POST
def withdraw_consent(request, consent_id: int):
    consent = get_object_or_404(Consent.objects.select_related("patient"), pk=consent_id)
    patient = consent.patient
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return render_consents(request, patient, status=422, withdrawal=form)
    try:
        actions.withdraw_consent(consent=consent, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return render_consents(request, patient, status=422, withdrawal=form)
    except actions.Refused as error:
        return render_consents(request, patient, status=409, conflict=str(error))
    return _done(request, patient)


@desk_required
@require_POST
def record_copy(request, consent_id: int):
    """The patient was given a copy of what they signed: on paper, on a screen, by e-mail."""
    consent = _with_document(consent_id)
    form = CopyForm(request.POST)
    if not form.is_valid():
        conflict = "Say how the copy was given: on paper, shown to keep, or by e-mail."
        return render_consents(request, consent.patient, status=422, conflict=conflict)
    record_document_event(
        document=consent.document,
        what=form.cleaned_data["what"],
        patient_id=consent.patient_id,
        by=request.user,
    )
    return _done(request, consent.patient)


@staff_required
@require_GET
def consent_pdf(request, consent_id: int):
    """What was signed, as it was signed."""
    consent = _with_document(consent_id)
    audit.viewed(
        consent.document, by=request.user, patient_id=consent.patient_id, consent=consent.pk
    )
    return pdf_response(consent.document, download="download" in request.GET)


def _with_document(consent_id: int) -> Consent:
    """A consent that was signed here; one recorded from paper by hand has nothing to show."""
    rows = Consent.objects.select_related("patient", "document").defer("snapshot")
    consent = get_object_or_404(rows, pk=consent_id)
    if consent.document is None:
        raise Http404
    return consent


def _done(request, patient: Patient):
    if not request.htmx:
        return redirect("consent:of-patient", patient.pk)
    response = render_consents(request, patient, done=True)
    response["HX-Trigger"] = "chart-changed"
    return response


def render_consents(request, patient: Patient, *, status: int = 200, **changes):
    audit.opened(patient, request=request, part="consents")
    day = timezone.localdate()
    standing = consent_standing(patient, day=day, practice=request.practice)
    consents = _history(patient)
    is_minor = patient.age_on(day) < actions.OF_AGE
    context = {
        "patient": patient,
        "consents": consents,
        "standing": standing,
        "chip": consent_chip(standing),
        "current_form": ConsentForm.objects.current(),
        "papers": _papers_out(patient) if may_edit(request.user) else [],
        "copy_owed": copy_is_owed(request.practice, on=day),
        "is_minor": is_minor,
        "may_record": not is_minor and not ever_said_no(consents),
        "signed_here_since": ConsentForm.objects.first_day(),
        "form": PaperConsentForm(),
        "withdrawal": WithdrawalForm(initial={"withdrawn_on": day}),
        "may_edit": may_edit(request.user),
        "today": day,
    }
    if not request.htmx:
        context |= banner_of(patient, day=day)
    return render_part(request, part=PART, page=PAGE, context=context | changes, status=status)


def _papers_out(patient: Patient) -> list[Signing]:
    """Forms that were printed for the patient and did not come back yet, the newest first."""
    waiting = Signing.objects.unfinished().filter(method=Method.PAPER, form__isnull=False)
    return list(waiting.filter(patient=patient).defer("snapshot"))


def _history(patient: Patient) -> list[Consent]:
    """Every answer, the newest first, with whoever signed and the copies that were given."""
    copies = DocumentEvent.objects.filter(what__in=COPIES)
    rows = Consent.objects.filter(patient=patient).select_related(
        "withdrawal__recorded_by", "recorded_by", "signature", "form", "document"
    )
    return list(
        rows.defer("snapshot", "document__content").prefetch_related(
            Prefetch("document__events", queryset=copies, to_attr="copies")
        )
    )
