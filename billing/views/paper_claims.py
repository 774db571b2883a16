"""A claim on paper: the sheet to read, the values for the red form, and sending it so."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from billing.actions.claim_files import NotSentError, print_claim
from billing.claim_files.paper import pages_of
from billing.forms.claim_files import NudgeForm
from billing.models import Claim, PaperClaim
from billing.review.claim_form import values_of
from billing.review.claim_print import claim_pdf
from billing.review.claims import stops_of
from billing.views.claims import find_claim
from emr import audit
from emr.access import billing_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.models import Role
from emr.rules.claim_states import ClaimState
from emr.views.documents import PDF_POLICY

NUDGE = "claim_nudge"  # in the session: a printer misses alike each time


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def print_page(request, claim_id: int):
    """Both prints of a claim; a post says that it is sent on paper."""
    claim = find_claim(claim_id)
    if request.method != "POST":
        return _render(request, claim)
    try:
        print_claim(claim=claim, by=request.user)
    except NotSentError as error:
        return _render(request, claim, problem=str(error), stops=error.stops[claim.pk], status=409)
    except Refused as error:
        return _render(request, find_claim(claim_id), problem=str(error), status=409)
    messages.success(request, "The claim counts as sent on paper. What stands on it is kept.")
    return redirect("billing:print-claim", claim.pk)


def _render(request, claim: Claim, *, problem: str = "", stops=None, status: int = 200):
    audit.viewed(claim, by=request.user, patient_id=claim.coverage.patient_id, part="paper")
    ready = claim.state == ClaimState.READY
    if stops is None:
        stops = stops_of(claim, practice=request.practice) if ready else []
    context = {
        "claim": claim,
        "paper": PaperClaim.objects.select_related("made_by").filter(claim=claim).first(),
        "ready": ready,
        "problem": problem,
        "problems": stops,
        "may_set": request.user.has_role(Role.OWNER),
        "form": NudgeForm(initial=request.session.get(NUDGE, {})),
    }
    context |= banner_of(claim.coverage.patient, day=timezone.localdate())
    return render(request, "billing/print_claim.html", context, status=status)


@billing_required
@require_safe
def claim_sheet(request, claim_id: int):
    """The claim with boxes of our own, to read and keep."""
    claim = find_claim(claim_id)
    return _pdf(request, claim, name="claim-sheet", drawn=True)


@billing_required
@require_safe
def red_form(request, claim_id: int):
    """The values alone, for a sheet of the red form in the printer."""
    claim = find_claim(claim_id)
    form = NudgeForm(request.GET)
    if not form.is_valid():
        return HttpResponse(
            "Give millimetres between -15 and 15.", status=422, content_type="text/plain"
        )
    request.session[NUDGE] = {name: str(value) for name, value in form.cleaned_data.items()}
    nudge = {name: float(value) for name, value in form.cleaned_data.items()}
    return _pdf(request, claim, name="claim-values", drawn=False, **nudge)


def _pdf(request, claim: Claim, *, name: str, **how) -> HttpResponse:
    audit.viewed(claim, by=request.user, patient_id=claim.coverage.patient_id, part=name)
    paper = PaperClaim.objects.filter(claim=claim).first()
    pages = paper.pages if paper else pages_of(values_of(claim, practice=request.practice))
    return HttpResponse(
        claim_pdf(pages, number=claim.control_number, **how),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}-{claim.control_number}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
