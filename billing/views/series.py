"""Maintenance series: planning one, its page, ending it, and what all of them bring in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions.series import end_series, plan_series
from billing.forms.series import EndForm, SeriesForm
from billing.models import MaintenanceSeries
from billing.review.asking import asks_of
from billing.review.series import by_month, project, state_of, states_of
from billing.views.accounts import MONEY, account_readers
from emr import audit, prices
from emr.access import billing_required, money_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.http import ClinicRequest
from emr.models import CoverageKind, Patient, Visit, VisitState

USUAL_DAYS = 28


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ClinicRequest, patient_id: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=patient_id)
    if request.method != "POST":
        return _render_new(request, patient, SeriesForm(initial=_first_guess(patient)))
    form = SeriesForm(request.POST)
    if not form.is_valid():
        return _render_new(request, patient, form, status=422)
    try:
        series = plan_series(patient=patient, by=request.user, **form.facts)
    except ValidationError as error:
        form.add_error(None, error)
        return _render_new(request, patient, form, status=422)
    except Refused as error:
        return _render_new(request, patient, form, status=409, conflict=str(error))
    messages.success(request, f"{series.visits} visits are planned.")
    return redirect("billing:one-series", series.pk)


def _first_guess(patient: Patient) -> dict:
    """Therapist and place of the last visit; the cash price of today."""
    last = Visit.objects.filter(patient=patient, state=VisitState.DONE).order_by("-start").first()
    guess = {
        "every_days": USUAL_DAYS,
        "price": prices.cash_price_for(prices.A_VISIT, day=timezone.localdate()),
    }
    if last:
        guess |= {"provider": last.provider_id, "place": last.place}
    return guess


def _render_new(
    request: ClinicRequest,
    patient: Patient,
    form: SeriesForm,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    audit.opened(patient, request=request, part="series")
    today = timezone.localdate()
    coverages = patient.coverages.in_force_on(today).filter(payer__kind=CoverageKind.MEDICARE)
    context = {
        "form": form,
        "conflict": conflict,
        "medicare": coverages.exists(),
        **banner_of(patient, day=today),
    }
    return render(request, "billing/series_new.html", context, status=status)


# One series


def find_series(series_id: int) -> MaintenanceSeries:
    found = MaintenanceSeries.objects.select_related("patient", "provider__user", "ended_by")
    return get_object_or_404(found, pk=series_id)


@account_readers
@require_safe
def one(request: ClinicRequest, series_id: int) -> HttpResponse:
    return _render(request, find_series(series_id), EndForm())


@money_required
@require_POST
def end(request: ClinicRequest, series_id: int) -> HttpResponse:
    series = find_series(series_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _render(request, series, form, status=422)
    try:
        end_series(series=series, by=request.user, **form.cleaned_data)
    except Refused as error:
        return _render(request, series, form, status=409, conflict=str(error))
    messages.success(request, "The series is ended; what was still planned is cancelled.")
    return redirect("billing:one-series", series_id)


def _render(
    request: ClinicRequest,
    series: MaintenanceSeries,
    form: EndForm,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    audit.opened(series.patient, request=request, part="series")
    state = state_of(series)
    coming = state.next
    ask = None
    if coming and not series.ended_at:
        ask = asks_of([coming.visit], practice=request.practice)[coming.visit.pk]
    context = {
        "series": series,
        "state": state,
        "coming": coming,
        "ask": ask,
        "lacks": ask is not None and (ask.pays != "may" or ask.claim != "none"),
        "form": form,
        "conflict": conflict,
        "may_take": request.user.has_role(*MONEY),
        "may_end": request.user.has_role(*MONEY) and series.ended_at is None,
        **banner_of(series.patient, day=timezone.localdate()),
    }
    return render(request, "billing/one_series.html", context, status=status)


# All of them


@billing_required
@require_safe
def every_series(request: ClinicRequest) -> HttpResponse:
    """What series bring in, by series and by month."""
    found = MaintenanceSeries.objects.select_related("patient", "provider__user")
    states = states_of(list(found.order_by("-starts_at", "-pk")))
    if states:
        audit.rows_viewed(
            "series read",
            request.user,
            by=request.user,
            rows=len(states),
            patient_ids={state.series.patient_id for state in states},
            part="series",
        )
    context = {
        "states": states,
        "months": by_month(states),
        "total": project(each for state in states for each in state.planned),
    }
    return render(request, "billing/series.html", context)
