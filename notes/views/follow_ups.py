"""Calls after an adverse reaction: whom to call, and what was said."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from emr import audit
from emr.access import desk_required, staff_required
from emr.http import ClinicRequest
from emr.worklists import may_edit
from notes import actions
from notes.call_forms import CallForm
from notes.desk import call_chip
from notes.models import CallAttempt, FollowUpCall, ReactionKind

CLOSED_SHOWN = timezone.timedelta(days=30)
LONGEST_WORDS = CallAttempt._meta.get_field("words").max_length


@staff_required
@require_safe
def follow_ups(request: ClinicRequest) -> HttpResponse:
    return _render(request)


@desk_required
@require_POST
def record_call(request: ClinicRequest, call_id: int) -> HttpResponse:
    """One try, by one of two buttons: reached, with the patient's words, or not reached."""
    call = get_object_or_404(FollowUpCall, pk=call_id)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _render(request, status=422, wrong=call.pk, form=form)
    reached = form.cleaned_data["reached"]
    try:
        actions.record_call(call=call, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _render(request, status=422, wrong=call.pk, form=form)
    except actions.NotAllowedNowError as refusal:
        return _render(request, status=409, conflict=str(refusal))
    said = "The call is done." if reached else "Noted. Call again tomorrow."
    messages.success(request, said)
    return redirect("notes:follow-ups")


def _render(request: ClinicRequest, *, status: int = 200, conflict: str = "", **wrong):
    day = timezone.localdate()
    calls = FollowUpCall.objects.select_related(
        "note__visit__patient", "note__visit__provider__user", "closed_by"
    )
    calls = calls.defer("note__content", "note__snapshot")
    calls = calls.prefetch_related("note__reactions", "attempts__by")
    waiting = sorted(calls.open(), key=lambda call: (not _may_be_lung(call), call.due_on, call.pk))
    closed = list(calls.filter(closed_at__gte=timezone.now() - CLOSED_SHOWN).order_by("-closed_at"))
    if waiting or closed:
        audit.record(
            "worklist read",
            request.user,
            by=request.user,
            list="follow-up",
            rows=len(waiting) + len(closed),
        )
    context = {
        "waiting": [(call, call_chip(call, day), _may_be_lung(call)) for call in waiting],
        "closed": closed,
        "may_edit": may_edit(request.user),
        "longest": LONGEST_WORDS,
        "conflict": conflict,
        **wrong,
    }
    return render(request, "notes/follow_ups.html", context, status=status)


def _may_be_lung(call: FollowUpCall) -> bool:
    return any(each.kind == ReactionKind.PNEUMOTHORAX for each in call.note.reactions.all())
