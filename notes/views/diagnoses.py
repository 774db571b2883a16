"""The diagnosis picker: chosen codes and what was found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from emr.access import therapist_required
from emr.http import ClinicRequest
from notes import page


@therapist_required
@require_POST
def search(request: ClinicRequest) -> HttpResponse:
    """Posted, not got: what is typed about a patient stays out of addresses and logs."""
    chosen = page.chosen_diagnoses(request.POST)
    choices = page.diagnosis_choices(chosen, request.POST.get("diagnosis_query", "")[:100])
    return render(request, "notes/_diagnosis_choices.html", {"choices": choices})
