"""What a plan answered about the benefits of a coverage."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emr.access import benefits_required, staff_required
from emr.actions import Refused
from emr.benefits.answers import offered_for, record_verification, take_over_verification
from emr.benefits.forms import VerificationForm
from emr.models import Verification
from emr.views.coverage_page import find_coverage, render_coverage
from emr.views.patients import render_form


@staff_required
@require_safe
def coverage(request, coverage_id: int):
    return render_coverage(request, find_coverage(coverage_id))


@benefits_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_benefits(request, coverage_id: int):
    """The four questions; above them what the plan answered for somebody else, if it did."""
    coverage, today = find_coverage(coverage_id), timezone.localdate()
    form = VerificationForm(request.POST or None, initial={"verified_on": today})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        record_verification(coverage=coverage, by=request.user, **form.cleaned_data)
        messages.success(request, "The answers are on file.")
        return redirect("emr:coverage", coverage.pk)
    context = {"coverage": coverage, "offered": offered_for(coverage, day=today)}
    return render_form(
        request,
        "emr/verification_form.html",
        form,
        coverage.patient,
        part="verification",
        status=status,
        **context,
    )


@benefits_required
@require_POST
def take_over(request, coverage_id: int, verification_id: int):
    coverage = find_coverage(coverage_id)
    verification = get_object_or_404(
        Verification, pk=verification_id, coverage__payer=coverage.payer_id
    )
    try:
        take_over_verification(verification=verification, coverage=coverage, by=request.user)
    except Refused as error:
        return render_coverage(request, coverage, conflict=str(error), status=409)
    messages.success(request, "The answers are taken over.")
    return redirect("emr:coverage", coverage.pk)
