"""Financial notices: the panel of a patient, the chooser, the page of one notice."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consent import actions, drafting, notice_page, printing, snapshot
from consent.due_estimates import clock_for
from consent.forms.notices import (
    PRICE_DISCUSSED,
    AnnotationForm,
    ChooserForm,
    RefusalForm,
    VoidForm,
)
from consent.models import ABN_KINDS, Kind, Notice
from consent.worklists import notice_chip
from emr import audit
from emr.access import desk_required, staff_required
from emr.banner import banner_of
from emr.http import render_part
from emr.models import Patient, Visit
from emr.models.document import COPIES
from emr.rules.notice_states import NoticeKind, NoticeState, may_follow
from emr.views.documents import PDF_POLICY, pdf_response
from emr.worklists import may_edit


@staff_required
@require_safe
def of_patient(request, patient_id: int):
    """The panel of the chart and, without htmx, a page of its own."""
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.opened(patient, request=request, part="notices")
    pages = notice_page.notice_pages(patient)
    coming = pages[0].coming if pages else drafting.next_visit(patient)
    standing = pages[0].standing if pages else notice_page.standing_of_next(patient, coming)
    provider = coming.provider if coming else drafting.usual_provider(patient)
    today = timezone.localdate()
    needs = standing.notice is None or standing.lapse or standing.price_drift
    context = {
        "patient": patient,
        "pages": pages,
        "counting": next((page for page in pages if page.counts), None),
        "coming": coming,
        "provider": provider,
        "standing": standing,
        "now": notice_chip(standing),
        "one_tap": bool(provider and needs and standing.choice.kind in Kind.values),
        "determinations": [
            (each, notice_page.determination_chip(each, today=today))
            for each in notice_page.determinations_of(patient)
        ],
        "may_edit": may_edit(request.user),
        "today": today,
    }
    if not request.htmx:
        context |= banner_of(patient, day=today)
    return render_part(
        request, part="consent/_notices.html", page="consent/notices.html", context=context
    )


# Choosing


@dataclass(frozen=True, kw_only=True)
class OtherKind:
    kind: Kind
    why_not: str

    @property
    def label(self) -> str:
        return self.kind.label


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_notice(request, patient_id: int):
    """Says which notice is due and why, and makes it, filled in, with one tap."""
    patient = get_object_or_404(Patient, pk=patient_id)
    visit = _visit_named(request, patient)
    if request.method != "POST":
        return _render_chooser(request, patient, visit)
    form = ChooserForm(request.POST)
    if not form.is_valid():
        return _render_chooser(request, patient, visit, form=form, status=422)
    asked = form.cleaned_data
    provider = visit.provider if visit else asked["provider"]
    occasion = drafting.occasion_of(patient, provider=provider, visit=visit)
    refusal = drafting.why_not(asked["kind"], occasion)
    if refusal:
        return _render_chooser(request, patient, visit, refusal=refusal, form=form, status=409)
    filled = drafting.prefilled(occasion, Kind(asked["kind"]), language=asked["language"])
    filled |= drafting.in_place_of_newest(patient, Kind(asked["kind"]))
    notice = actions.draft_notice(by=request.user, **filled)
    return redirect("consent:edit-notice", notice.pk)


def _visit_named(request, patient: Patient) -> Visit | None:
    """The visit that the address names; it must be this patient's and still to come."""
    named = request.GET.get("visit", "")
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        raise Http404
    visits = patient.visits.select_related("provider__user")
    visit = get_object_or_404(visits, pk=int(named))
    return visit if drafting.is_to_come(visit) else None


def _render_chooser(request, patient, visit, *, form=None, refusal="", status=200):
    audit.opened(patient, request=request, part="new notice")
    visit = visit or drafting.next_visit(patient)
    provider = visit.provider if visit else _provider_asked(request, patient)
    today = timezone.localdate()
    form = form or ChooserForm(initial={"provider": provider})
    context = {"form": form, "visit": visit, "provider": provider, "refusal": refusal}
    if "visit" in request.GET and (not visit or str(visit.pk) != request.GET["visit"]):
        context["visit_is_over"] = True
    if provider:
        occasion = drafting.occasion_of(patient, provider=provider, visit=visit)
        choice = drafting.choice_for(occasion)
        others = [
            OtherKind(kind=kind, why_not=drafting.why_not(kind, occasion))
            for kind in Kind
            if kind.value != choice.kind
        ]
        context |= {"occasion": occasion, "choice": choice, "others": others}
        if choice.kind == Kind.ESTIMATE:
            asked_on = None if visit else today
            context["clock"] = clock_for(visit, asked_on=asked_on, today=today)
        standing = notice_page.standing_of_next(patient, visit)
        context |= {"standing": standing, "now": notice_chip(standing)}
    context |= banner_of(patient, day=today)
    return render(request, "consent/notice_new.html", context, status=status)


def _provider_asked(request, patient: Patient):
    """Without a visit the desk says with whom; whoever saw the patient last stands there first."""
    form = ChooserForm(request.GET)
    form.is_valid()
    return form.cleaned_data.get("provider") or drafting.usual_provider(patient)


# One notice


def find_notice(notice_id: int) -> Notice:
    rows = Notice.objects.with_state().select_related(
        "patient", "provider__user", "coverage__payer", "visit", "wording"
    )
    return get_object_or_404(rows, pk=notice_id)


@staff_required
@require_safe
def show_notice(request, notice_id: int):
    return render_notice(request, find_notice(notice_id))


def render_notice(request, notice: Notice, *, status: int = 200, **changes):
    """The page of one notice: its blanks as they read, what happened to it, what can be done."""
    patient = notice.patient
    audit.viewed(notice, by=request.user, patient_id=patient.pk)
    same = Notice.objects.filter(pk=notice.pk)
    [page] = notice_page.notice_pages(patient, notices=same)
    context = {
        "notice": notice,
        "page": page,
        "void": VoidForm(),
        "annotation": AnnotationForm(),
        "refusal": RefusalForm(),
        "waiting": list(notice.signings.unfinished()),
        "copy_ways": COPIES,
        "price_discussed": PRICE_DISCUSSED,
        "may_edit": may_edit(request.user),
        **banner_of(patient, day=page.today),
    }
    return render(request, "consent/notice.html", context | changes, status=status)


@staff_required
@require_safe
def notice_pdf(request, notice_id: int):
    """The answered document, byte for byte as it was signed."""
    notice = find_notice(notice_id)
    steps = notice.steps.filter(document__isnull=False).select_related("document")
    answer = steps.order_by("pk").last()
    if answer is None:
        raise Http404
    audit.viewed(answer.document, by=request.user, patient_id=notice.patient_id)
    return pdf_response(answer.document, download="download" in request.GET)


@desk_required
@require_safe
def worksheet(request, notice_id: int):
    """A draft of an ABN in our own words, marked as none, for as long as no wording is installed."""
    notice = find_notice(notice_id)
    if notice.kind not in ABN_KINDS or notice.state != NoticeState.DRAFT:
        messages.error(request, "A worksheet is made only of an ABN that is still a draft.")
        return redirect("consent:notice", notice.pk)
    shown = snapshot.of_notice(
        notice,
        list(notice.lines.all()),
        wording=None,
        practice=request.practice,
        issued_on="",
    )
    audit.viewed(notice, by=request.user, patient_id=notice.patient_id, part="worksheet")
    return _inline(printing.worksheet_pdf(shown), f"worksheet-{notice.pk}.pdf")


@desk_required
@require_safe
def handout(request, notice_id: int):
    """The paper of an issued notice that is handed over: printed first, then recorded as given."""
    notice = find_notice(notice_id)
    may_be_given = may_follow(NoticeKind(notice.kind), notice.state, NoticeState.GIVEN)
    if not may_be_given:
        messages.error(request, "Only an issued notice that is handed over is printed like this.")
        return redirect("consent:notice", notice.pk)
    try:
        actions.refuse_late_answer(notice=notice, practice=request.practice)
    except actions.Refused as error:
        messages.error(request, str(error))
        return redirect("consent:notice", notice.pk)
    audit.viewed(notice, by=request.user, patient_id=notice.patient_id, part="handout")
    shown = json.loads(notice.snapshot)
    pdf = printing.handout_pdf(shown, language=notice.language)
    return _inline(pdf, f"notice-{notice.pk}.pdf")


def _inline(pdf: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
