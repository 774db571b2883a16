"""Sending claims as a file, and the files that were made."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from billing.actions.claim_files import (
    MOST_AT_ONCE,
    NotSentError,
    send_claims,
    set_submitter,
)
from billing.forms.claim_files import SendForm, SubmitterForm
from billing.models import Claim, ClaimFile, ClaimSubmitter
from billing.review.claim_form import problems_of_each, with_form_rows
from emr import audit
from emr.access import billing_required, owner_required
from emr.actions import Refused
from emr.models import Role
from emr.rules.claim_states import ClaimState

FILES_A_PAGE = 50


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request):
    """What is ready, with what each still lacks; those that are ticked become one file."""
    form = SendForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _render_send(request)
    if not form.is_valid():
        return _render_send(request, problem=form.errors["claim"][0], status=422)
    try:
        file = send_claims(claims=form.cleaned_data["claim"], by=request.user)
    except NotSentError as error:
        return _render_send(request, problem=str(error), stopped=error.stops, status=409)
    except Refused as error:
        return _render_send(request, problem=str(error), status=409)
    if file.is_test:
        messages.success(request, "The test file is made. Its claims stay ready.")
    else:
        messages.success(request, "The file is made and its claims are sent: download it now.")
    return redirect("billing:claim-file", file.pk)


def _render_send(request, *, problem: str = "", stopped=None, status: int = 200):
    ready = Claim.objects.with_state().filter(state_now=ClaimState.READY)
    total = ready.count()
    claims = list(with_form_rows(ready.order_by("note__date_of_service", "pk")[:MOST_AT_ONCE]))
    if claims:
        patients = {claim.coverage.patient_id for claim in claims}
        audit.rows_viewed(
            "claims read",
            request.user,
            by=request.user,
            rows=len(claims),
            patient_ids=patients,
            part="claims to send",
        )
    problems = problems_of_each(claims, practice=request.practice)
    chosen = set(request.POST.getlist("claim") or request.GET.getlist("claim"))
    rows = [
        {
            "claim": claim,
            "total": sum(charge.amount for charge in claim.lines),
            "problems": [*problems[claim.pk], *_more(stopped, claim, problems[claim.pk])],
            "ticked": str(claim.pk) in chosen if chosen else not problems[claim.pk],
        }
        for claim in claims
    ]
    context = {
        "rows": rows,
        "may_go": any(not row["problems"] for row in rows),
        "more": total - len(claims),
        "submitter": ClaimSubmitter.objects.first(),
        "problem": problem,
        "may_set": request.user.has_role(Role.OWNER),
    }
    return render(request, "billing/send_claims.html", context, status=status)


def _more(stopped, claim: Claim, known) -> list:
    """What stopped the claim beside what this page finds by itself."""
    codes = {problem.code for problem in known}
    return [stop for stop in (stopped or {}).get(claim.pk, []) if stop.code not in codes]


@billing_required
@require_safe
def claim_files(request):
    files = ClaimFile.objects.select_related("made_by").defer("content")
    page = Paginator(files, FILES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_set": request.user.has_role(Role.OWNER)}
    return render(request, "billing/claim_files.html", context)


@billing_required
@require_safe
def claim_file(request, file_id: int):
    """One file: which claims it holds, and its fingerprint."""
    file = get_object_or_404(ClaimFile.objects.select_related("made_by"), pk=file_id)
    claims = list(
        Claim.objects.with_state()
        .filter(control_number__in=file.claim_numbers)
        .select_related("coverage__patient", "coverage__payer", "note")
        .order_by("pk")
    )
    _note_reading(file, claims, verb="viewed", by=request.user)
    context = {"file": file, "claims": claims}
    return render(request, "billing/claim_file.html", context)


@billing_required
@require_safe
def download_claim_file(request, file_id: int):
    """The text as it was made, byte for byte; its name tells of nobody."""
    file = get_object_or_404(ClaimFile, pk=file_id)
    claims = Claim.objects.filter(control_number__in=file.claim_numbers)
    _note_reading(file, list(claims.select_related("coverage")), verb="downloaded", by=request.user)
    kind = "test" if file.is_test else "claims"
    name = f"{kind}-{file.control_number:09}.837"
    return HttpResponse(
        file.content.encode("ascii"),
        content_type="application/edi-x12",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _note_reading(file: ClaimFile, claims: list[Claim], *, verb: str, by) -> None:
    patients = {claim.coverage.patient_id for claim in claims}
    audit.rows_viewed(verb, file, by=by, rows=len(claims), patient_ids=patients, part="claim file")


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_submitter(request):
    """Who sends the files, and to whom."""
    # A form writes its answers into its instance, wrong ones too: the action looks for itself.
    stored = ClaimSubmitter.objects.first()
    form = SubmitterForm(request.POST if request.method == "POST" else None, instance=stored)
    if form.is_valid():
        set_submitter(by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("billing:claim-submitter")
    context = {"form": form, "new": stored is None}
    return render(
        request, "billing/claim_submitter.html", context, status=422 if form.is_bound else 200
    )
