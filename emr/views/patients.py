"""Finding, registering and reading patients; alerts and goals change in place on the chart."""

from copy import copy

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from emr import actions, audit
from emr.access import DETAILS, desk_required, details_required, staff_required
from emr.banner import banner_of
from emr.benefits import benefits_among
from emr.benefits.chips import benefit_chip
from emr.forms import AlertForm, GoalForm, PatientForm, as_searched
from emr.http import render_part
from emr.models import Coverage, FunctionalGoal, Patient, PatientAlert, Visit, VisitState
from emr.search import words_of
from emr.worklists import may_edit, rows_of

MOST_HITS = 25
MOST_PAST_VISITS = 8


def render_form(
    request, template: str, form, patient: Patient, *, part: str, status: int, **context
):
    """A form under the patient's banner: a reading, also where it is shown because of an error."""
    audit.opened(patient, request=request, part=part)
    context |= {"form": form} | banner_of(patient, day=timezone.localdate())
    return render(request, template, context, status=status)


@staff_required
@require_http_methods(["GET", "POST"])
def patients(request):
    """Search as one types. What was typed travels in the body, never in an address or a log."""
    typed = request.POST.get("q", "")
    for_visit = (request.POST.get("for") or request.GET.get("for")) == "visit"
    query = as_searched(typed)
    # Signs alone ("-") are no word to look for.
    found = Patient.objects.search(query) if words_of(query, dates=True) else []
    hits = list(found[: MOST_HITS + 1])
    audit.searched(by=request.user, hits=len(hits[:MOST_HITS]))
    context = {
        "typed": typed,
        "hits": hits[:MOST_HITS],
        "more": len(hits) > MOST_HITS,
        "for_visit": for_visit and may_edit(request.user),
        "day": request.POST.get("day") or request.GET.get("day") or "",
        "may_edit": may_edit(request.user),
    }
    return render_part(
        request, part="emr/_patient_hits.html", page="emr/patients.html", context=context
    )


@desk_required
@require_http_methods(["GET", "POST"])
def add_patient(request):
    form = PatientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        patient = actions.register_patient(by=request.user, **form.facts)
        return redirect(patient)
    audit.searched(by=request.user, hits=len(form.same))
    status = 422 if request.method == "POST" else 200
    return render(request, "emr/patient_form.html", {"form": form}, status=status)


@details_required
@require_http_methods(["GET", "POST"])
def edit_patient(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    # The form writes on its own copy, so that a refused edit leaves the banner as the record is.
    form = PatientForm(request.POST or None, instance=copy(patient))
    status = 200
    if request.method == "POST":
        status = 422
        if request.POST.get("seen") != form.face:
            form, status = PatientForm(instance=patient), 409
        elif form.is_valid():
            try:
                actions.edit_patient(patient=patient, by=request.user, **form.facts)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect(patient)
    conflict = status == 409
    template = "emr/patient_form.html"
    return render_form(
        request, template, form, patient, part="details", status=status, conflict=conflict
    )


# The chart


@staff_required
@require_GET
def chart(request, patient_id: int):
    return render_chart(request, get_object_or_404(Patient, pk=patient_id))


def render_chart(request, patient: Patient, *, part: str = "", status: int = 200, **changes):
    """The whole chart, or for htmx the named part of it; both from the same context.

    Either is a reading, also when it answers to something that was refused.
    """
    audit.opened(patient, request=request, part="chart")
    if part and request.htmx:
        context = part_context(request, patient) | changes
        response = render(request, part, context, status=status)
        if status == 200:
            response["HX-Trigger"] = "chart-changed"
        return response

    day = timezone.localdate()
    visits = Visit.objects.filter(patient=patient).with_payer(day)
    visits = visits.select_related("patient", "provider__user").order_by("-start", "-pk")
    rows = rows_of(visits[:60], request.user)
    over = [VisitState.DONE, VisitState.CANCELLED, VisitState.NO_SHOW]
    # An unfinished visit of an earlier day still waits for its end, so it stays on top.
    coming = [row for row in rows if row.visit.state not in over]
    past = [row for row in rows if row.visit.state in over]
    context = part_context(request, patient) | banner_of(patient, day=day)
    context |= {
        "coming": coming[::-1],
        "past": past[:MOST_PAST_VISITS],
        "past_more": past[MOST_PAST_VISITS:],
        "coverages": coverages_of(patient),
        "ending": None,
        "may_start": request.user.is_therapist and hasattr(request.user, "provider"),
    }
    return render(request, "emr/chart.html", context | changes, status=status)


def coverages_of(patient: Patient) -> list[Coverage]:
    """Each with the `chip` of its benefits today, if it pays today."""
    today = timezone.localdate()
    coverages = list(patient.coverages.select_related("payer"))
    in_force = [each for each in coverages if each.pays_on(today)]
    for benefits in benefits_among((each, today) for each in in_force):
        benefits.coverage.chip = benefit_chip(benefits)
    return coverages


def part_context(request, patient: Patient) -> dict:
    """What every part of the chart needs; lists are asked for only where they are shown."""
    alerts = patient.alerts.select_related("recorded_by", "ended_by")
    goals = patient.goals.select_related("recorded_by", "ended_by")
    return {
        "patient": patient,
        "today": timezone.localdate(),
        "may_edit": may_edit(request.user),
        "may_edit_details": request.user.has_role(*DETAILS),
        "open_alerts": alerts.filter(ended_at=None),
        "ended_alerts": alerts.exclude(ended_at=None),
        "alert_form": AlertForm(),
        "open_goals": goals.filter(ended_at=None),
        "ended_goals": goals.exclude(ended_at=None),
        "goal_form": GoalForm(),
    }


@staff_required
@require_GET
def banner(request, patient_id: int):
    """The banner again, after something that it shows was changed on the page."""
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.opened(patient, request=request, part="banner")
    context = banner_of(patient, day=timezone.localdate()) | {"on_chart": True}
    return render(request, "emr/_patient_banner.html", context)


ALERTS, GOALS = "emr/_alerts.html", "emr/_goals.html"


@desk_required
@require_POST
def add_alert(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    form = AlertForm(request.POST)
    if not form.is_valid():
        return render_chart(request, patient, part=ALERTS, status=422, alert_form=form)
    actions.add_alert(patient=patient, by=request.user, **form.cleaned_data)
    return _done(request, patient, ALERTS)


@desk_required
@require_POST
def end_alert(request, patient_id: int, alert_id: int):
    alert = get_object_or_404(PatientAlert, pk=alert_id, patient=patient_id)
    try:
        actions.end_alert(alert=alert, by=request.user)
    except actions.Refused as error:
        conflict = {"alert_conflict": str(error)}
        return render_chart(request, alert.patient, part=ALERTS, status=409, **conflict)
    return _done(request, alert.patient, ALERTS)


@desk_required
@require_POST
def add_goal(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    form = GoalForm(request.POST)
    if not form.is_valid():
        return render_chart(request, patient, part=GOALS, status=422, goal_form=form)
    actions.add_goal(patient=patient, by=request.user, **form.cleaned_data)
    return _done(request, patient, GOALS)


@desk_required
@require_POST
def end_goal(request, patient_id: int, goal_id: int):
    goal = get_object_or_404(FunctionalGoal, pk=goal_id, patient=patient_id)
    try:
        actions.end_goal(goal=goal, by=request.user)
    except actions.Refused as error:
        conflict = {"goal_conflict": str(error)}
        return render_chart(request, goal.patient, part=GOALS, status=409, **conflict)
    return _done(request, goal.patient, GOALS)


def _done(request, patient: Patient, part: str):
    if not request.htmx:
        return redirect(patient)
    return render_chart(request, patient, part=part, done=True)
