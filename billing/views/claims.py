"""Claims: the list, the page of one, and each step that a biller takes with it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from billing.actions import claims as actions
from billing.claim_chips import claim_chip
from billing.forms.claims import CorrectForm, DetailsForm, ReasonForm
from billing.models import Claim, Frequency, Party, State
from billing.review.accounts import account_of
from billing.review.claim_form import with_form_rows
from billing.review.claims import ClaimReview, review_claim
from billing.review.ledger import balance_of_claim
from billing.review.lines import lines_of, total_of
from billing.views.accounts import ACCOUNT_READERS, MONEY, last_charged_to, todays_visit
from emr import audit
from emr.access import billing_required, role_required, staff_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.http import ClinicRequest, render_part
from emr.models import Patient, Role
from emr.rules.claim_states import OPEN, ClaimState, may_follow
from emr.rules.needling import NEEDLING_CODES

claim_readers = role_required(Role.BILLER, Role.OWNER, Role.COMPLIANCE)
CLAIMS_A_PAGE = 50
LAST_CLAIMS = 5
NEWEST = ("-opened_at", "-pk")
NO_ABN = "No valid ABN was signed before the visit: the patient owes nothing"
# The steps that ask why: the state that they lead to, the address, the word on the button, and what
# is asked.
STEPS = (
    (ClaimState.HELD, "hold-claim", "Hold it back", "Why it waits"),
    (ClaimState.REJECTED, "reject-claim", "It came back rejected", "What the clearing house said"),
    (ClaimState.CORRECTED, "correct-claim", "Correct it", "What is corrected"),
    (ClaimState.APPEALED, "appeal-claim", "Appeal", "On which ground"),
    (ClaimState.WRITTEN_OFF, "write-off-claim", "Write it off", "Why nobody is asked for it"),
    (ClaimState.DROPPED, "drop-claim", "Drop it", "Why it is never sent"),
)


# Lists


@claim_readers
@require_safe
def claims(request: ClinicRequest) -> HttpResponse:
    """Every claim, newest first, or those of one state."""
    asked = request.GET.get("state", "")
    if asked and asked not in State.values:
        raise Http404
    everything = Claim.objects.with_state()
    counted = dict(
        everything.order_by().values_list("state_now").annotate(number=Count("pk")).order_by()
    )
    found = everything.filter(state_now=asked) if asked else everything
    found = found.select_related(
        "coverage__payer", "coverage__patient", "note__visit__provider__user"
    ).defer("note__content", "note__snapshot", "note__visit__patient")
    found = found.with_charge().order_by(*NEWEST)
    page = Paginator(found, CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        patients = {each.coverage.patient_id for each in page.object_list}
        audit.rows_viewed(
            "claims read",
            request.user,
            by=request.user,
            rows=len(page.object_list),
            patient_ids=patients,
            part="claims",
        )
    context = {
        "page": page,
        "rows": [(each, claim_chip(each.state)) for each in page.object_list],
        "states": [(each, counted.get(each.value, 0)) for each in State],
        "total": sum(counted.values()),
        "asked": asked,
        "may_send": request.user.has_role(Role.BILLER, Role.OWNER),
    }
    return render(request, "billing/claims.html", context)


@staff_required
@require_safe
def of_patient(request: ClinicRequest, patient_id: int) -> HttpResponse:
    """What a patient and their payers owe, and the last claims: a panel of the chart."""
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.opened(patient, request=request, part="billing")
    found = Claim.objects.filter(coverage__patient=patient).with_state().with_charge()
    found = found.select_related("coverage__payer", "note").defer("note__content", "note__snapshot")
    reads = request.user.has_role(*claim.roles)
    context = {
        "patient": patient,
        "account": account_of(patient),
        "rows": [(each, claim_chip(each.state)) for each in found.order_by(*NEWEST)[:LAST_CLAIMS]],
        "may_read": reads,
        "reads_account": request.user.has_role(*ACCOUNT_READERS),
        "takes_money": request.user.has_role(*MONEY),
        "pay_visit": todays_visit(patient),
        "bill_note": last_charged_to(patient),
    }
    if not request.htmx:
        context |= banner_of(patient, day=timezone.localdate())
    return render_part(
        request, part="billing/_of_patient.html", page="billing/of_patient.html", context=context
    )


# One claim


@claim_readers
@require_safe
def claim(request: ClinicRequest, claim_id: int) -> HttpResponse:
    return _render(request, find_claim(claim_id))


@billing_required
@require_POST
def release(request: ClinicRequest, claim_id: int) -> HttpResponse:
    found = find_claim(claim_id)
    try:
        actions.release_claim(claim=found, practice=request.practice, by=request.user)
    except Refused as error:
        return _render(request, find_claim(claim_id), status=409, conflict=str(error))
    messages.success(request, "The claim is ready to send.")
    return redirect("billing:claim", claim_id)


@billing_required
@require_POST
def edit_details(request: ClinicRequest, claim_id: int) -> HttpResponse:
    found = find_claim(claim_id)
    form = DetailsForm(request.POST, instance=find_claim(claim_id))
    if not form.is_valid():
        return _render(request, found, details=form, status=422)
    try:
        actions.edit_claim(claim=found, by=request.user, **form.details)
    except Refused as error:
        return _render(request, found, status=409, conflict=str(error))
    messages.success(request, "The details are saved.")
    return redirect("billing:claim", claim_id)


@billing_required
@require_POST
def hold(request: ClinicRequest, claim_id: int) -> HttpResponse:
    return _step(request, claim_id, "hold-claim", actions.hold_claim, "The claim is held.")


@billing_required
@require_POST
def drop(request: ClinicRequest, claim_id: int) -> HttpResponse:
    words = "The claim is dropped, and its charges are taken back."
    return _step(request, claim_id, "drop-claim", actions.drop_claim, words)


@billing_required
@require_POST
def reject(request: ClinicRequest, claim_id: int) -> HttpResponse:
    words = "The claim is rejected: correct it, or write it off."
    return _step(request, claim_id, "reject-claim", actions.reject_claim, words)


@billing_required
@require_POST
def appeal(request: ClinicRequest, claim_id: int) -> HttpResponse:
    return _step(request, claim_id, "appeal-claim", actions.appeal_claim, "It is under appeal.")


@billing_required
@require_POST
def write_off(request: ClinicRequest, claim_id: int) -> HttpResponse:
    words = "It is written off: nobody is asked for the rest."
    return _step(request, claim_id, "write-off-claim", actions.write_off_claim, words)


@billing_required
@require_POST
def correct(request: ClinicRequest, claim_id: int) -> HttpResponse:
    """Leads to the new claim, which waits there until its details are right."""
    words = "This claim takes the place of the other: put it right, then release it."
    return _step(request, claim_id, "correct-claim", actions.correct_claim, words)


def find_claim(claim_id: int) -> Claim:
    return get_object_or_404(with_form_rows(Claim.objects), pk=claim_id)


def _step(
    request: ClinicRequest, claim_id: int, name: str, act: Callable, words: str
) -> HttpResponse:
    """A step that asks why, from its form on the claim's page."""
    found = find_claim(claim_id)
    form = _form_of(name, request.POST)
    if not form.is_valid():
        return _render(request, found, step=(name, form), status=422)
    try:
        moved = act(claim=found, by=request.user, **form.cleaned_data)
    except Refused as error:
        return _render(request, find_claim(claim_id), status=409, conflict=str(error))
    messages.success(request, words)
    return redirect("billing:claim", moved.pk)


def _form_of(name: str, data=None, **kwargs) -> ReasonForm:
    label = next(label for _, each, _, label in STEPS if each == name)
    form = CorrectForm if name == "correct-claim" else ReasonForm
    return form(data, about=name, label=label, **kwargs)


def _steps(request: ClinicRequest, found: Claim, failed: tuple[str, ReasonForm] | None):
    """The steps that may follow, each with its form; the one that failed with what is wrong."""
    if not request.user.has_role(*release.roles):
        return []
    steps = []
    for state, name, word, _ in STEPS:
        if not may_follow(found.state, state) or _is_undone(found, state):
            continue
        if failed and failed[0] == name:
            form = failed[1]
        elif name == "correct-claim":
            number = actions.number_at_payer(found) or found.payer_control_number
            form = _form_of(name, initial={"payer_control_number": number})
        else:
            form = _form_of(name)
        steps.append({"url": f"billing:{name}", "word": word, "form": form, "open": form.is_bound})
    return steps


def _render(
    request: ClinicRequest,
    found: Claim,
    *,
    status: int = 200,
    conflict: str = "",
    details: DetailsForm | None = None,
    step: tuple[str, ReasonForm] | None = None,
) -> HttpResponse:
    patient = found.coverage.patient
    audit.viewed(found, by=request.user, patient_id=patient.pk)
    is_open = found.state in OPEN
    review = review_claim(found, practice=request.practice)
    may_bill = request.user.has_role(*release.roles)
    charged = lines_of(found.sheet)
    lines = [line for line in charged if not line.to_patient]
    context = {
        "claim": found,
        "chip": claim_chip(found.state),
        "review": review,
        "lines": lines,
        "total": total_of(lines),
        "patients_own": [line for line in charged if line.to_patient],
        "stops": [(stop, _to_ask(request, stop.url)) for stop in review.stops] if is_open else [],
        "is_open": is_open,
        "may_release": may_bill and found.state == ClaimState.HELD and not review.stops,
        "may_bill": may_bill,
        "details": (details or DetailsForm(instance=found)) if is_open and may_bill else None,
        "no_notice": _no_notice(found, review) if is_open else None,
        "steps": _steps(request, found, step),
        "history": list(found.steps.select_related("by", "file").order_by("-number")),
        "payer_owes": balance_of_claim(found, Party.PAYER),
        "patient_owes": balance_of_claim(found, Party.PATIENT),
        "replaced_by": Claim.objects.filter(replaces=found).first(),
        "conflict": conflict,
        **banner_of(patient, day=found.note.date_of_service),
    }
    return render(request, "billing/claim.html", context, status=status)


def _no_notice(found: Claim, review: ClaimReview) -> dict | None:
    """How a claim without a valid notice ends: dropped, or without its needling if it holds more."""
    if not review.lacks_notice:
        return None
    only_needling = all(line.code in NEEDLING_CODES for line in found.lines)
    if not only_needling or found.frequency != Frequency.ORIGINAL:
        return {"form": None}
    form = ReasonForm(about="no-charge", label="Why it is never sent", initial={"reason": NO_ABN})
    return {"form": form}


def _is_undone(found: Claim, state: ClaimState) -> bool:
    """Whether there is nothing to correct: the payer answered that it undid the claim before."""
    is_void = found.frequency == Frequency.VOID and found.state != ClaimState.REJECTED
    return is_void and state == ClaimState.CORRECTED


def _to_ask(request: ClinicRequest, url: str) -> str:
    """Whom to ask for the page on which a stop is cleared; nobody where this reader opens it."""
    roles = getattr(resolve(url.partition("#")[0]).func, "roles", ())
    if request.user.has_role(*roles):
        return ""
    return "the front desk" if Role.FRONT_DESK in roles else "the owner"
