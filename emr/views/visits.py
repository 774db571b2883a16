"""Planning a visit, a walk-in who is new here, and a visit that starts now."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from emr import actions, audit
from emr.access import desk_required, therapist_required
from emr.forms import VisitForm, WalkInForm
from emr.models import Patient, Provider, Visit, VisitState
from emr.views.patients import render_form


@desk_required
@require_http_methods(["GET", "POST"])
def add_visit(request, patient_id: int):
    patient = get_object_or_404(Patient, pk=patient_id)
    form = VisitForm(request.POST or None, initial=_first_guess(request, patient))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.add_visit(
                patient=patient,
                provider=facts["provider"],
                start=facts["start"],
                place=facts["place"],
                state=VisitState.ARRIVED if facts["here"] else VisitState.PLANNED,
                by=request.user,
            )
        except actions.Refused as error:
            form.add_error("time", str(error))
            status = 409
        else:
            query = f"?day={facts['day'].isoformat()}&show=all&who=everybody"
            return redirect(reverse("emr:today") + query)
    template = "emr/visit_form.html"
    return render_form(request, template, form, patient, part="visit", status=status)


def _first_guess(request, patient: Patient) -> dict:
    """The day looked at, at the next quarter; place and therapist of last time, or who asks."""
    now = timezone.localtime()
    soon = now + timedelta(minutes=-now.minute % 15)
    last = Visit.objects.filter(patient=patient).order_by("-start").first()
    day = request.GET.get("day") or now.date()
    guess = {"day": day, "time": soon.time(), "place": last.place if last else ""}
    guess["provider"] = _own_provider(request) or (last and last.provider_id)
    return guess


def _own_provider(request) -> Provider | None:
    return Provider.objects.filter(user=request.user, active=True).first()


@desk_required
@require_http_methods(["GET", "POST"])
def walk_in(request):
    """Registers a patient who is new and here now, who pays if that is known, and the visit."""
    form = WalkInForm(request.POST or None, initial={"provider": _own_provider(request)})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            _register_walk_in(form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{reverse('emr:today')}?show=all&who=everybody")
    audit.searched(by=request.user, hits=len(form.same))
    return render(request, "emr/walk_in.html", {"form": form}, status=status)


@transaction.atomic
def _register_walk_in(facts: dict, *, by) -> Visit:
    person = ("last_name", "first_name", "birth_date", "phone")
    patient = actions.register_patient(by=by, **{name: facts[name] for name in person})
    if facts["payer"]:
        card = {name: facts[name] for name in ("payer", "member_number", "qmb")}
        actions.add_coverage(patient=patient, starts_on=timezone.localdate(), by=by, **card)
    return actions.add_visit(
        patient=patient,
        provider=facts["provider"],
        start=timezone.now().replace(second=0, microsecond=0),
        place=facts["place"],
        state=VisitState.ARRIVED,
        by=by,
    )


@therapist_required
@require_POST
def start_visit(request, patient_id: int):
    """A visit here and now with the therapist who asks, then on to its note, by the same post."""
    patient = get_object_or_404(Patient, pk=patient_id)
    provider = _own_provider(request)
    if provider is None:
        raise Http404
    visit = _visit_for_now(patient, provider, by=request.user)
    # 307 keeps the method, so that the notes app starts the note itself.
    return HttpResponseRedirect(reverse("notes:start", args=[visit.pk]), preserve_request=True)


@transaction.atomic
def _visit_for_now(patient: Patient, provider: Provider, *, by) -> Visit:
    """Today's unfinished visit with this therapist if there is one: two presses are one visit."""
    get_object_or_404(Patient.objects.select_for_update(), pk=patient.pk)  # one press at a time
    unfinished = [VisitState.PLANNED, VisitState.ARRIVED, VisitState.IN_PROGRESS]
    visits = Visit.objects.starting_on(timezone.localdate())
    visits = visits.filter(patient=patient, provider=provider, state__in=unfinished)
    visit = visits.order_by("state", "start").first()
    if visit:
        return visit
    now = timezone.now().replace(second=0, microsecond=0)
    arrived = VisitState.ARRIVED
    return actions.add_visit(patient=patient, provider=provider, start=now, state=arrived, by=by)
