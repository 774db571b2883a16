"""What a Medicare Advantage plan was asked before the service, and what it answered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from consent import actions
from consent.forms.determinations import AnswerForm, RequestForm, plans_of
from consent.models import OrganizationDetermination
from consent.notice_page import determination_chip
from emr import audit
from emr.access import desk_required, staff_required
from emr.banner import banner_of
from emr.models import Patient
from emr.worklists import may_edit


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_determination(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    today = timezone.localdate()
    plans = plans_of(patient)
    current = plans.in_force_on(today).first() or plans.first()
    initial = {"coverage": current, "requested_on": today}
    form = RequestForm(request.POST or None, patient=patient, initial=initial)
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        coverage = form.cleaned_data["coverage"]
        try:
            determination = actions.request_determination(
                patient=patient, coverage=coverage, by=request.user, **form.asked
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "It is on record that the plan was asked.")
            return redirect("consent:determination", determination.pk)
    audit.opened(patient, request=request, part="determination")
    context = {"form": form, "has_plan": current is not None, **banner_of(patient, day=today)}
    return render(request, "consent/determination_new.html", context, status=status)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_determination(request, determination_id: int):
    rows = OrganizationDetermination.objects.select_related(
        "patient", "coverage__payer", "recorded_by", "scan"
    )
    determination = get_object_or_404(rows, pk=determination_id)
    if request.method == "POST":
        return _save(request, determination)
    return _render(request, determination)


@desk_required
def _save(request, determination: OrganizationDetermination):
    """The answer, if there is one; else what was asked, corrected."""
    form = AnswerForm(request.POST, request.FILES, initial=_facts(determination))
    if not form.is_valid():
        return _render(request, determination, form=form, status=422)
    try:
        if form.cleaned_data["decision"]:
            actions.decide_determination(
                determination=determination, by=request.user, **form.asked, **form.decided
            )
            said = "The plan's decision is on record."
        else:
            actions.edit_determination(determination=determination, by=request.user, **form.asked)
            said = "Saved."
    except ValidationError as error:
        form.add_error(None, error)
        return _render(request, determination, form=form, status=422)
    except actions.Refused as error:
        determination.refresh_from_db()
        return _render(request, determination, status=409, conflict=str(error))
    messages.success(request, said)
    return redirect("consent:determination", determination.pk)


def _facts(determination: OrganizationDetermination) -> dict:
    names = ("service", "requested_on", "reference", "decision")
    return {name: getattr(determination, name) for name in names}


def _render(request, determination, *, form=None, status: int = 200, conflict: str = ""):
    patient, today = determination.patient, timezone.localdate()
    audit.viewed(determination, by=request.user, patient_id=patient.pk)
    context = {
        "determination": determination,
        "chip": determination_chip(determination, today=today),
        "form": form or AnswerForm(initial=_facts(determination)),
        "desk": may_edit(request.user),
        "may_edit": may_edit(request.user) and not determination.decision,
        "conflict": conflict,
        **banner_of(patient, day=today),
    }
    return render(request, "consent/determination.html", context, status=status)
