"""Panels that other pages load: a patient's notes, a therapist's unsigned ones."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from emr import audit
from emr.access import staff_required, therapist_required
from emr.http import ClinicRequest
from emr.models import Patient
from notes import worklists


@therapist_required
@require_safe
def unsigned(request: ClinicRequest) -> HttpResponse:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    notes = worklists.unsigned_of_earlier_days(request.user, before=midnight)
    return render(request, "notes/_unsigned.html", {"notes": notes})


@staff_required
@require_safe
def of_patient(request: ClinicRequest, patient_id: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.opened(patient, request=request, part="notes")
    notes = worklists.of_patient(patient.pk, reader=request.user)
    return render(request, "notes/_of_patient.html", {"notes": notes})
