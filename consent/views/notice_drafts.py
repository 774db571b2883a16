"""The draft of a notice: its page, what is said while somebody types, and the step to issued."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from consent import actions
from consent.forms.notices import (
    ROWS,
    WHY_REPLACED,
    NoticeSheet,
    with_row_added,
    with_row_removed,
)
from consent.models import ABN_KINDS, Notice, NoticeStep
from consent.views.notices import find_notice, render_notice
from emr import audit
from emr.access import desk_required
from emr.banner import banner_of
from emr.rules.notice_states import STANDING, NoticeState

PART, PAGE = "consent/_notice_form.html", "consent/notice_edit.html"
REPLACEABLE = (NoticeState.ISSUED, *STANDING)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_notice(request, notice_id: int):
    notice = find_notice(notice_id)
    if notice.state != NoticeState.DRAFT:
        return _no_draft(request, notice)
    if request.method != "POST":
        return _render(request, notice, _sheet(request, notice))
    if "add_row" in request.POST:
        return _render(request, notice, _sheet(request, notice, with_row_added(request.POST)))
    if "drop_row" in request.POST:
        data = with_row_removed(request.POST, request.POST["drop_row"])
        return _render(request, notice, _sheet(request, notice, data))
    sheet = _sheet(request, notice, request.POST)
    if not sheet.can_be_saved:
        return _render(request, notice, sheet, status=422)
    try:
        _save(request, notice, sheet)
    except actions.Refused as error:
        return render_notice(request, find_notice(notice_id), status=409, conflict=str(error))
    messages.success(request, "The draft is saved.")
    return redirect("consent:edit-notice", notice.pk)


@desk_required
@require_POST
def check_notice(request, notice_id: int):
    """What the rules say of the blanks as they are typed; saves nothing."""
    notice = find_notice(notice_id)
    if notice.state != NoticeState.DRAFT:
        return _no_draft(request, notice)
    sheet = _sheet(request, notice, request.POST)
    return render(request, "consent/_notice_checked.html", {"sheet": sheet, "notice": notice})


@desk_required
@require_POST
def issue_notice(request, notice_id: int):
    """Saves what stands on the page and freezes it; what it replaces is annotated and kept."""
    notice = find_notice(notice_id)
    if notice.state != NoticeState.DRAFT:
        return _no_draft(request, notice)
    sheet = _sheet(request, notice, request.POST)
    if not sheet.can_be_saved:
        return _render(request, notice, sheet, status=422)
    try:
        _save(request, notice, sheet)
        _issue(request, notice, sheet.form.cleaned_data)
    except actions.BlankProblems:
        return _render(request, notice, sheet, status=422)
    except actions.Refused as error:
        return _render(request, notice, sheet, status=409, conflict=str(error))
    messages.success(request, "The notice is issued. From here on it cannot be changed.")
    return redirect("consent:notice", notice.pk)


def _save(request, notice: Notice, sheet: NoticeSheet) -> None:
    actions.edit_notice(notice=notice, lines=sheet.lines, by=request.user, **sheet.form.blanks)


@transaction.atomic
def _issue(request, notice: Notice, facts: dict) -> None:
    replaces = facts["replaces"]
    if replaces:
        because = facts["replaced_because"]
        actions.annotate_notice(notice=replaces, text=because, by=request.user)
    actions.issue_notice(
        notice=notice, practice=request.practice, replaces=replaces, by=request.user
    )


def _no_draft(request, notice: Notice):
    if request.method != "POST":
        return redirect("consent:notice", notice.pk)
    conflict = "This notice was issued already: make a new one in its place."
    return render_notice(request, notice, status=409, conflict=conflict)


def _sheet(request, notice: Notice, data=None) -> NoticeSheet:
    standing = standing_beside(notice)
    return NoticeSheet(
        notice,
        practice=request.practice,
        data=data,
        standing=standing,
        initial={} if data else _in_place_of(request, standing),
    )


def standing_beside(notice: Notice):
    """Notices of the same kind that this one may take the place of, the newest first."""
    same = Notice.objects.filter(patient=notice.patient, kind=notice.kind)
    return same.exclude(pk=notice.pk).in_state(*REPLACEABLE).order_by("-issued_at")


def _in_place_of(request, standing) -> dict:
    """The one that the address names, as after a change of mind; else the newest that stands."""
    named = request.GET.get("replaces", "")
    older = list(standing[:20])
    chosen = next((each for each in older if str(each.pk) == named), None)
    if chosen:
        return {"replaces": chosen, "replaced_because": WHY_REPLACED[0]}
    return {"replaces": older[0], "replaced_because": WHY_REPLACED[-1]} if older else {}


def _render(request, notice: Notice, sheet: NoticeSheet, *, status: int = 200, conflict: str = ""):
    patient = notice.patient
    audit.viewed(notice, by=request.user, patient_id=patient.pk)
    today = timezone.localdate()
    is_abn = notice.kind in ABN_KINDS
    context = {
        "notice": notice,
        "sheet": sheet,
        "rows_prefix": ROWS,
        "is_abn": is_abn,
        "lacks_wording": is_abn and sheet.language not in actions.wordings_on(today),
        "why_replaced": WHY_REPLACED,
        "conflict": conflict,
        "drafted": NoticeStep.objects.filter(notice=notice).select_related("by").first(),
        **banner_of(patient, day=today),
    }
    template = PART if request.htmx else PAGE
    return render(request, template, context, status=status)
