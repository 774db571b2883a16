"""Who pays for a patient: adding a coverage, mending its card, ending it."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from emr import actions
from emr.access import benefits_required, desk_required
from emr.coverage_forms import CardForm, CoverageForm, EndCoverageForm
from emr.models import Coverage, Patient
from emr.views.coverage_page import find_coverage
from emr.views.patients import coverages_of, render_chart, render_form

PART = "emr/_coverages.html"


@desk_required
@require_http_methods(["GET", "POST"])
def add_coverage(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    form = CoverageForm(request.POST or None, instance=Coverage(patient=patient))
    if not form.is_bound:
        form.initial["starts_on"] = timezone.localdate()
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            _add(patient, form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(patient)
    template = "emr/coverage_form.html"
    return render_form(request, template, form, patient, part="coverage", status=status)


@transaction.atomic
def _add(patient, facts: dict, *, by) -> Coverage:
    """The coverage, with its payer before it if that one is new."""
    name, kind = facts.pop("new_payer"), facts.pop("new_kind")
    if name:
        facts["payer"] = actions.add_payer(name=name, kind=kind, by=by)
    return actions.add_coverage(patient=patient, by=by, **facts)


@benefits_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_coverage(request, coverage_id: int):
    coverage = find_coverage(coverage_id)
    # On a copy: a form writes its answers into its instance, wrong ones too.
    form = CardForm(request.POST or None, instance=copy(coverage))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        actions.edit_coverage(coverage=coverage, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("emr:coverage", coverage.pk)
    template, context = "emr/coverage_card.html", {"coverage": coverage}
    return render_form(
        request, template, form, coverage.patient, part="card", status=status, **context
    )


@desk_required
@require_POST
def end_coverage(request, coverage_id: int):
    coverage = get_object_or_404(Coverage, pk=coverage_id)
    patient = coverage.patient
    form = EndCoverageForm(request.POST, coverage=coverage)
    if not form.is_valid():
        return _answer(request, patient, status=422, ending=form)
    try:
        actions.end_coverage(coverage=coverage, by=request.user, **form.cleaned_data)
    except actions.Refused as error:
        return _answer(request, patient, status=409, coverage_conflict=str(error))
    return _answer(request, patient, done=True) if request.htmx else redirect(patient)


def _answer(request, patient, *, status: int = 200, **changes):
    changes["coverages"] = coverages_of(patient)
    return render_chart(request, patient, part=PART, status=status, **changes)
