"""The draft of a notice: its page, what is said while somebody types, and the step to issued."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from consent import actions, drafting
from consent.due_estimates import clock_of
from consent.forms.notices import ROWS, NoticeSheet, with_row_added, with_row_removed
from consent.models import ABN_KINDS, Notice, NoticeStep
from consent.views.notices import find_notice, render_notice
from consent.words.drafts import WHY_REPLACED
from emr import audit
from emr.access import desk_required
from emr.banner import banner_of
from emr.rules.notice_states import NoticeState

PART, PAGE = "consent/_notice_form.html", "consent/notice_edit.html"


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
    """What the rules say of the blanks as they are typed; saves nothing.

    The last check may come in while the same tap issues the notice: then there is nothing to say.
    """
    notice = find_notice(notice_id)
    if notice.state != NoticeState.DRAFT:
        return HttpResponse(status=204)
    sheet = _sheet(request, notice, request.POST)
    return render(request, "consent/_notice_checked.html", {"sheet": sheet, "notice": notice})


@desk_required
@require_POST
def issue_notice(request, notice_id: int):
    """Saves what stands on the page and freezes it; what it is to replace stands until the answer.

    What keeps it from being issued leaves the draft saved.
    """
    notice = find_notice(notice_id)
    if notice.state != NoticeState.DRAFT:
        return _no_draft(request, notice)
    sheet = _sheet(request, notice, request.POST)
    if not sheet.can_be_saved:
        return _render(request, notice, sheet, status=422)
    try:
        _save_and_issue(request, notice, sheet)
    except actions.BlankProblems:
        return _render(request, notice, sheet, status=422)
    except actions.Refused as error:
        return _render(request, notice, sheet, status=409, conflict=str(error))
    messages.success(request, "The notice is issued. From here on it cannot be changed.")
    return redirect("consent:notice", notice.pk)


def _save(request, notice: Notice, sheet: NoticeSheet) -> None:
    actions.edit_notice(notice=notice, lines=sheet.lines, by=request.user, **sheet.form.blanks)


def _save_and_issue(request, notice: Notice, sheet: NoticeSheet) -> None:
    """In one transaction, so that what is frozen is what this person saw, and nobody else's save."""
    refusal = None
    with transaction.atomic():
        _save(request, notice, sheet)
        try:
            actions.issue_notice(notice=notice, practice=request.practice, by=request.user)
        except actions.Refused as error:
            refusal = error
    if refusal:
        raise refusal


def _no_draft(request, notice: Notice):
    if request.method != "POST":
        return redirect("consent:notice", notice.pk)
    conflict = "This notice was issued already: make a new one in its place."
    return render_notice(request, notice, status=409, conflict=conflict)


def _sheet(request, notice: Notice, data=None) -> NoticeSheet:
    standing = drafting.replaceable(notice.patient, notice.kind)
    return NoticeSheet(notice, practice=request.practice, data=data, standing=standing)


def _render(request, notice: Notice, sheet: NoticeSheet, *, status: int = 200, conflict: str = ""):
    patient = notice.patient
    audit.viewed(notice, by=request.user, patient_id=patient.pk)
    today = timezone.localdate()
    is_abn = notice.kind in ABN_KINDS
    occasion = drafting.occasion_of_notice(notice)
    context = {
        "notice": notice,
        "occasion": occasion,
        "clock": clock_of(notice, today=today),
        "refusal": drafting.why_not(notice.kind, occasion),
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
