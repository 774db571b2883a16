"""Authorizations of a coverage, and the care that a patient tried first."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from emr.access import benefits_required
from emr.actions import Refused
from emr.benefits import leave
from emr.benefits.forms import AuthorizationForm, ConservativeCareForm
from emr.models import Authorization, ConservativeCare
from emr.views.coverage_page import find_coverage, render_coverage


@benefits_required
@require_POST
def add_authorization(request, coverage_id: int):
    coverage = find_coverage(coverage_id)
    form = AuthorizationForm(request.POST)
    if not form.is_valid():
        return render_coverage(request, coverage, authorization_form=form, status=422)
    try:
        leave.add_authorization(coverage=coverage, by=request.user, **form.cleaned_data)
    except Refused as error:
        form.add_error("number", str(error))
        return render_coverage(request, coverage, authorization_form=form, status=409)
    messages.success(request, "The authorization is on file.")
    return redirect("emr:coverage", coverage.pk)


@benefits_required
@require_POST
def end_authorization(request, authorization_id: int):
    authorization = get_object_or_404(Authorization, pk=authorization_id)
    coverage = find_coverage(authorization.coverage_id)
    try:
        leave.end_authorization(authorization=authorization, by=request.user)
    except Refused as error:
        return render_coverage(request, coverage, conflict=str(error), status=409)
    messages.success(request, "The authorization is taken off.")
    return redirect("emr:coverage", coverage.pk)


@benefits_required
@require_POST
def add_conservative_care(request, coverage_id: int):
    """It is the patient's, whoever pays; the page is the coverage whose policy asks for it."""
    coverage = find_coverage(coverage_id)
    form = ConservativeCareForm(request.POST)
    if not form.is_valid():
        return render_coverage(request, coverage, care_form=form, status=422)
    leave.add_conservative_care(patient=coverage.patient, by=request.user, **form.cleaned_data)
    messages.success(request, "The care is on file.")
    return redirect("emr:coverage", coverage.pk)


@benefits_required
@require_POST
def end_conservative_care(request, coverage_id: int, care_id: int):
    coverage = find_coverage(coverage_id)
    care = get_object_or_404(ConservativeCare, pk=care_id, patient=coverage.patient)
    try:
        leave.end_conservative_care(care=care, by=request.user)
    except Refused as error:
        return render_coverage(request, coverage, conflict=str(error), status=409)
    messages.success(request, "The care is taken off.")
    return redirect("emr:coverage", coverage.pk)
