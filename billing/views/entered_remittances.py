"""A remittance on paper: whose it is, which claims it answers, and then line by line."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from billing.actions.remittances import SameNumberError, enter_remittance
from billing.forms.entered_remittance import EnteredRemittanceForm
from billing.models import Claim
from billing.remittances.balance import expected_total
from billing.review.claim_finding import NEVER_SENT, claims_read_along
from emr import audit
from emr.access import billing_required
from emr.actions import Refused
from emr.http import ClinicRequest
from emr.models import Payer
from emr.rules.claim_states import CLOSED, ClaimState

MOST_OFFERED = 60
MOST_CLAIMS = 20  # in one remittance that is typed in
WAITING = (ClaimState.SENT, ClaimState.APPEALED)


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ClinicRequest) -> HttpResponse:
    """First the payer and the claims, which the address then names; then what was answered."""
    payer = _payer(request)
    claims = _claims(request, payer)
    if payer is None or not claims:
        return _choose(request, payer)
    if request.method != "POST":
        form = EnteredRemittanceForm(
            initial={"paid_on": timezone.localdate()}, claims=claims, payer=payer
        )
        return _render(request, form)
    if "more" in request.POST:
        typed = request.POST.dict()
        form = EnteredRemittanceForm(
            initial=typed, claims=claims, payer=payer, more=request.POST["more"]
        )
        return _render(request, form)
    form = EnteredRemittanceForm(request.POST, claims=claims, payer=payer)
    if not form.is_valid():
        return _render(request, form, status=422)
    try:
        posted = enter_remittance(
            said=form.typed,
            payer=payer,
            practice=request.practice,
            by=request.user,
            confirmed="confirmed" in request.POST,
        )
    except SameNumberError as unsure:
        return _render(request, form, status=409, unsure=unsure)
    except Refused as error:
        return _render(request, form, status=409, conflict=str(error))
    messages.success(request, "The remittance is posted.")
    return redirect("billing:remittance", posted.pk)


@billing_required
@require_POST
def check(request: ClinicRequest) -> HttpResponse:
    """What does not add up yet, while it is being typed."""
    payer = _payer(request)
    claims = _claims(request, payer)
    if payer is None or not claims:
        return HttpResponse(status=422)
    form = EnteredRemittanceForm(request.POST, claims=claims, payer=payer)
    form.is_valid()
    return render(request, "billing/_entry_balance.html", _balance(form))


def _payer(request: ClinicRequest) -> Payer | None:
    asked = request.GET.get("payer", "")
    return get_object_or_404(Payer, pk=int(asked)) if _is_id(asked) else None


def _claims(request: ClinicRequest, payer: Payer | None) -> list[Claim]:
    asked = {int(each) for each in request.GET.getlist("claim") if _is_id(each)}
    if payer is None or not asked:
        return []
    rows = claims_read_along().filter(coverage__payer=payer).exclude(state_now__in=NEVER_SENT)
    rows = rows.prefetch_related("sheet__charges").filter(pk__in=asked)
    return list(rows.order_by("note__date_of_service", "pk")[:MOST_CLAIMS])


def _is_id(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= 18


def _choose(request: ClinicRequest, payer: Payer | None) -> HttpResponse:
    context = {"payers": Payer.objects.order_by("name"), "payer": payer}
    if payer is not None:
        rows = claims_read_along().filter(coverage__payer=payer)
        rows = rows.exclude(state_now__in=NEVER_SENT | CLOSED)
        claims = sorted(rows[:MOST_OFFERED], key=lambda each: each.state not in WAITING)
        context |= {"claims": claims, "most": MOST_CLAIMS}
        audit.rows_viewed(
            "claims read",
            payer,
            by=request.user,
            rows=len(claims),
            patient_ids={claim.coverage.patient_id for claim in claims},
            part="remittance",
        )
    return render(request, "billing/enter_remittance_claims.html", context)


def _render(
    request: ClinicRequest,
    form: EnteredRemittanceForm,
    *,
    status: int = 200,
    conflict: str = "",
    unsure: SameNumberError | None = None,
) -> HttpResponse:
    patients = {claim.coverage.patient_id for claim in form.claims}
    audit.rows_viewed(
        "claims read",
        form.payer,
        by=request.user,
        rows=len(form.claims),
        patient_ids=patients,
        part="remittance",
    )
    context = {
        "form": form,
        "conflict": conflict or unsure,
        "unsure": unsure,
        "query": request.GET.urlencode(),
    }
    if form.is_bound:
        context |= _balance(form)
    return render(request, "billing/enter_remittance.html", context, status=status)


def _balance(form: EnteredRemittanceForm) -> dict:
    said = form.typed
    return {
        "open_lines": [(charge, rest) for charge, rest in form.balance() if rest],
        "total": expected_total(said),
        "amount": said.amount,
        "adds_up": expected_total(said) == said.amount,
        "checked": True,
    }
