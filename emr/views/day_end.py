"""Closing a day at the desk, and looking at the days that were closed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from emr import day_end
from emr.access import desk_required
from emr.actions import Refused
from emr.day_end_forms import DayEndForm
from emr.models import DayClose
from emr.views.desk import day_in

SHOWN_CLOSES = 30


@desk_required
@require_http_methods(["GET", "POST"])
def close_day(request):
    """What is left of a day, and a reason for each; once closed, who did it and why."""
    day = day_in(request.GET.get("day")) or timezone.localdate()
    if day > timezone.localdate():
        raise Http404
    if request.method == "GET":
        return _render(request, day)
    form = DayEndForm(request.POST, keys=[each.key for each in day_end.closing(request.user)])
    form.full_clean()
    if form.wrong:
        return _render(request, day, status=422, typed=form.typed, missing=form.wrong)
    try:
        day_end.close_day(day=day, reasons=form.reasons, seen=form.seen, by=request.user)
    except day_end.ReasonsMissingError as error:
        return _render(request, day, status=422, typed=form.typed, missing=error.keys)
    except Refused as error:
        return _render(request, day, status=409, typed=form.typed, conflict=str(error))
    messages.success(request, "The day is closed.")
    return redirect(f"{reverse('emr:close-day')}?day={day.isoformat()}")


def _render(request, day, *, status: int = 200, typed=None, missing=(), conflict: str = ""):
    typed = typed or {}
    today = timezone.localdate()
    close = DayClose.objects.filter(day=day).select_related("closed_by").first()
    left = [] if close else day_end.left_of(day, request.user)
    closes = DayClose.objects.select_related("closed_by").prefetch_related("reasons")
    context = {
        "day": day,
        "is_today": day == today,
        "before": day - timezone.timedelta(days=1),
        "after": day + timezone.timedelta(days=1) if day < today else None,
        "close": close,
        "left": [(each, typed.get(each.counter.key, "")) for each in left if each.number],
        "done": [each for each in left if not each.number],
        "missing": missing,
        "conflict": conflict,
        "longest": day_end.LONGEST_REASON,
        "least": day_end.LEAST_LETTERS,
        "not_closed": day_end.days_not_closed(today),
        "closes": closes[:SHOWN_CLOSES],
    }
    return render(request, "emr/desk_close.html", context, status=status)
