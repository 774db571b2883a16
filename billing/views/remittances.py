"""Remittances: the list, one of them, and answers that no claim is known for."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions import remittances as actions
from billing.forms.remittances import FileForm, SearchForm, WhyForm
from billing.models import Claim, Remittance, RemittanceClaim, RemittanceFile
from billing.remittance_chips import held_back
from billing.remittances.segments import MEGABYTES
from billing.remittances.values import STATUSES
from billing.review.claim_finding import NEVER_SENT, find_claims, offered_claims
from billing.review.open_amounts import open_adjustments, unmatched_answers
from billing.review.remittances import said_of
from emr import audit
from emr.access import billing_required, role_required
from emr.actions import Refused
from emr.http import ClinicRequest
from emr.models import Role

BILLERS = (Role.BILLER, Role.OWNER)
remittance_readers = role_required(*BILLERS, Role.COMPLIANCE)
ROWS_A_PAGE = 50


@remittance_readers
@require_http_methods(["GET", "HEAD", "POST"])
def remittances(request: ClinicRequest) -> HttpResponse:
    """All of them, the newest first; where an 835 file is handed in."""
    if request.method == "POST":
        return _upload(request)
    return _render_list(request, FileForm())


@billing_required
def _upload(request: ClinicRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render_list(request, form, status=422)
    try:
        file = actions.upload_file(raw=form.cleaned_data["file"].read(), by=request.user)
    except actions.PostedBeforeError as before:
        messages.info(request, str(before))
        return redirect("billing:remittance-file", before.file.pk)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return _render_list(request, form, status=422)
    return redirect("billing:remittance-file", file.pk)


def _render_list(request: ClinicRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    rows = Remittance.objects.select_related("payer", "recorded_by").annotate(
        answers=Count("claims", distinct=True),
        unmatched=Count("claims", filter=Q(claims__match=None), distinct=True),
    )
    rows = rows.order_by("-recorded_at", "-pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    of_page = open_adjustments().filter(remitted__remittance__in=[each.pk for each in page])
    waiting = dict(
        of_page.order_by().values_list("remitted__remittance").annotate(Count("pk")).order_by()
    )
    context = {
        "form": form,
        "megabytes": MEGABYTES,
        "may_bill": request.user.has_role(*BILLERS),
        "files": RemittanceFile.objects.filter(posted_at=None).select_related("uploaded_by"),
        "page": page,
        "rows": [(each, waiting.get(each.pk, 0)) for each in page],
        "unmatched": unmatched_answers().count(),
    }
    return render(request, "billing/remittances.html", context, status=status)


@remittance_readers
@require_safe
def remittance(request: ClinicRequest, remittance_id: int) -> HttpResponse:
    rows = Remittance.objects.select_related("payer", "recorded_by", "file")
    found = get_object_or_404(rows, pk=remittance_id)
    page = Paginator(_answers_of(found), ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    audit.rows_viewed(
        "read remittance",
        found,
        by=request.user,
        rows=len(shown),
        patient_ids={_patient_of(each).pk for each in shown if _patient_of(each)},
        part="remittance",
    )
    context = {
        "remittance": found,
        "page": page,
        "rows": [
            (each, STATUSES.get(each.status, each.status), _patient_of(each)) for each in shown
        ],
        "held_back": held_back(found.provider_adjustments.all()),
        "may_bill": request.user.has_role(*BILLERS),
    }
    return render(request, "billing/remittance.html", context)


def _answers_of(remittance: Remittance):
    """With what was adjusted, and whether something of it is open."""
    open_ones = open_adjustments().filter(remitted=OuterRef("pk"))
    return (
        remittance.claims.select_related("match__claim__coverage__patient")
        .annotate(adjusted=Sum("adjustments__amount"), is_open=Exists(open_ones))
        .order_by("position")
    )


def _patient_of(remitted: RemittanceClaim):
    match = getattr(remitted, "match", None)
    return match.claim.coverage.patient if match and match.claim else None


# Answers that no claim is known for


@billing_required
@require_safe
def unmatched(request: ClinicRequest) -> HttpResponse:
    rows = unmatched_answers().select_related("remittance__payer")
    rows = rows.order_by(F("remittance__recorded_at"), "pk")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        audit.rows_viewed(
            "read unmatched answers",
            request.user,
            by=request.user,
            rows=len(page.object_list),
            patient_ids=(),
            part="remittance",
        )
    return render(request, "billing/unmatched.html", {"page": page})


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: ClinicRequest, remitted_id: int) -> HttpResponse:
    """One answer beside the claims that it may be to; what is typed comes by post, in no address."""
    found = _answer(remitted_id)
    form = SearchForm(request.POST or None)
    offered = None
    if request.method == "POST":
        if not form.is_valid():
            return _render_answer(request, found, search=form, status=422)
        offered = offered_claims(form.cleaned_data["typed"])
        audit.searched(by=request.user, hits=len({each.coverage.patient_id for each in offered}))
    return _render_answer(request, found, search=form, offered=offered)


@billing_required
@require_POST
def match(request: ClinicRequest, remitted_id: int) -> HttpResponse:
    found = _answer(remitted_id)
    typed = request.POST.get("claim", "")
    sent = Claim.objects.with_state().exclude(state_now__in=NEVER_SENT)
    claim = get_object_or_404(sent, pk=int(typed) if _is_id(typed) else 0)
    try:
        actions.match_claim(remitted=found, claim=claim, practice=request.practice, by=request.user)
    except Refused as error:
        return _render_answer(request, _answer(remitted_id), status=409, conflict=str(error))
    messages.success(request, "It is matched and posted.")
    return redirect("billing:answers", claim.pk)


@billing_required
@require_POST
def leave(request: ClinicRequest, remitted_id: int) -> HttpResponse:
    found = _answer(remitted_id)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _render_answer(request, found, why=form, status=422)
    try:
        actions.leave_unmatched(remitted=found, reason=form.cleaned_data["reason"], by=request.user)
    except Refused as error:
        return _render_answer(request, _answer(remitted_id), status=409, conflict=str(error))
    messages.success(request, "It is left; nothing was posted.")
    return redirect("billing:unmatched")


def _answer(remitted_id: int) -> RemittanceClaim:
    rows = RemittanceClaim.objects.select_related("remittance__payer", "match__claim", "match__by")
    return get_object_or_404(
        rows.prefetch_related("lines", "adjustments", "remarks"), pk=remitted_id
    )


def _why_not(found: RemittanceClaim) -> str:
    payer = found.remittance.payer_identifier
    return find_claims([said_of(found)], payer_identifier=payer)[0].why_not


def _is_id(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= 18


def _render_answer(
    request: ClinicRequest,
    found: RemittanceClaim,
    *,
    search: SearchForm | None = None,
    why: WhyForm | None = None,
    offered: list[Claim] | None = None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    patient = _patient_of(found)
    audit.record("viewed", found, by=request.user, patient_id=patient.pk if patient else None)
    said = said_of(found)
    context = {
        "remitted": found,
        "status_word": STATUSES.get(found.status, found.status),
        "match": getattr(found, "match", None),
        "why_not": _why_not(found),
        "said": said,
        "search": search or SearchForm(),
        "why": why or WhyForm(),
        "offered": offered,
        "conflict": conflict,
    }
    return render(request, "billing/answer.html", context, status=status)
