"""Signed paper comes back in: found by its code, judged by its content, keyed in as transcribed.

The only way by which staff key in what a patient chose, and never without the paper it stands on.
"""

import base64

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from consent import actions, room
from consent.actions.scans import keeping_all
from consent.forms.papers import CodeForm, PaperForm
from consent.models import Consent, Method, Scan, Signing
from consent.room import Answer
from consent.views.room import AFTER
from emr import audit
from emr.access import desk_required
from emr.banner import banner_of
from emr.http import ClinicRequest, render_part


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def find_paper(request: ClinicRequest) -> HttpResponse:
    """By the code on a sheet to the patient and the document that it belongs to."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        found = Signing.objects.filter(method=Method.PAPER, code=code).first()
        if found and found.ended_at is None:
            return redirect("consent:scan-in", found.pk)
        form.add_error("code", ENDED if found else UNKNOWN)
    status = 422 if form.is_bound else 200
    return render(request, "consent/signing/find_paper.html", {"form": form}, status=status)


PART, PAGE = "consent/signing/_scan_in.html", "consent/signing/scan_in.html"
UNKNOWN = "No paper has this code: look at the sheet once more."
ENDED = "This paper was brought in, answered elsewhere or taken back already."


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def scan_in(request: ClinicRequest, signing_id: int) -> HttpResponse:
    """First the files and what was keyed in; then their pages to look at; then it is kept."""
    papers = Signing.objects.filter(method=Method.PAPER)
    started = get_object_or_404(
        papers.select_related("patient", "started_by", "form", "notice"), pk=signing_id
    )
    if started.ended_at:
        return redirect("consent:signing", started.pk)
    shown = room.shown_by(started)
    kept = {"shown": shown, "code": started.code}
    if request.method != "POST":
        guess = {"language": shown.languages[0]}
        return _page(request, started, PaperForm(initial=guess, **kept))
    form = PaperForm(request.POST, request.FILES, **kept)
    if not form.is_valid():
        return _page(request, started, form, status=422)
    pages = form.cleaned_data["pages"]
    if not form.is_confirmed():
        wrong = form.errors or form.conflict
        return _page(request, started, form, pages=pages, status=422 if wrong else 200)
    try:
        _store(request, started, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, started, form, status=422)
    except actions.Refused as refusal:
        return _page(request, started, form, conflict=str(refusal), status=409)
    done = reverse("consent:signing", args=[started.pk])
    return HttpResponseClientRedirect(done) if request.htmx else redirect(done)


def _store(request: ClinicRequest, started: Signing, form: PaperForm) -> None:
    given = form.cleaned_data
    answer = given["answer"]
    with keeping_all(given["file"], patient=started.patient, by=request.user) as scans:
        common = {
            "started": started,
            "language": given["language"],
            "hand": form.hand(scans, place=started.place),
            "practice": request.practice,
            "pages": given["pages"],
            "by": request.user,
        }
        if started.notice is None:
            declined = answer == Answer.DECLINE
            outcome = Consent.Outcome.DECLINED if declined else Consent.Outcome.SIGNED
            reason = given["reason"] if declined else ""
            actions.answer_consent(outcome=outcome, reason=reason, **common)
        else:
            actions.answer_notice(after=AFTER[answer], option=answer.option, **common)


def _page(
    request: ClinicRequest,
    started: Signing,
    form: PaperForm,
    *,
    pages: list[bytes] = (),
    status: int = 200,
    conflict="",
) -> HttpResponse:
    """With `pages` the paper is looked at, without them it is chosen and keyed in."""
    patient = started.patient
    audit.opened(patient, request=request, part="scan")
    context = {
        "form": form,
        "signing": started,
        "what": started.notice.get_kind_display() if started.notice else "Consent to dry needling",
        "pages": [f"data:image/png;base64,{base64.b64encode(png).decode()}" for png in pages],
        "conflict": conflict,
    }
    if not request.htmx:
        context |= banner_of(patient, day=timezone.localdate())
    return render_part(request, part=PART, page=PAGE, context=context, status=status)


@desk_required
@require_safe
def scan_file(request: ClinicRequest, scan_id: int) -> HttpResponse:
    """The file as it was uploaded, to keep and never to show: the browser may only save it."""
    scan = get_object_or_404(Scan, pk=scan_id)
    try:
        content = scan.file.open()
    except FileNotFoundError:
        raise Http404 from None
    audit.viewed(scan, by=request.user, patient_id=scan.patient_id)
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"scan-{scan.pk}.{scan.kind}",
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )
