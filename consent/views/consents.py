"""A patient's consents: a panel on the chart and, without htmx, a page of its own."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from consent import actions
from consent.forms import ConsentForm, WithdrawalForm
from consent.models import Consent
from consent.worklists import consent_on
from emr import audit
from emr.access import desk_required, staff_required
from emr.banner import banner_of
from emr.http import render_part
from emr.models import Patient
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
    form = ConsentForm(request.POST)
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


def _done(request, patient: Patient):
    if not request.htmx:
        return redirect("consent:of-patient", patient.pk)
    response = render_consents(request, patient, done=True)
    response["HX-Trigger"] = "chart-changed"
    return response


def render_consents(request, patient: Patient, *, status: int = 200, **changes):
    audit.opened(patient, request=request, part="consents")
    day = timezone.localdate()
    consents = Consent.objects.filter(patient=patient).select_related(
        "withdrawal__recorded_by", "recorded_by"
    )
    context = {
        "patient": patient,
        "consents": list(consents),
        "current": consent_on(patient, day),
        "form": ConsentForm(initial={"signed_on": day}),
        "withdrawal": WithdrawalForm(initial={"withdrawn_on": day}),
        "may_edit": may_edit(request.user),
        "today": day,
    }
    if not request.htmx:
        context |= banner_of(patient, day=day)
    return render_part(request, part=PART, page=PAGE, context=context | changes, status=status)
