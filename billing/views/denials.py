"""What payers answered to one claim, and what is decided of each amount that they did not pay."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.actions import decisions as actions
from billing.claim_chips import claim_chip
from billing.forms.remittances import SETTLED_BEFORE, DecisionForm, WhyForm
from billing.models import Adjustment, Claim, CollectionDecision, Party, RemittanceClaim
from billing.remittance_chips import amount_chip
from billing.remittances.values import STATUSES
from billing.review.answers import AmountSeen, AnswerSeen, LineSeen, answers_to
from billing.review.claim_finding import claims_read_along
from billing.review.ledger import balance_of_claim
from billing.review.liability import OnRecord, on_file
from billing.views.remittances import BILLERS, remittance_readers
from emr import audit
from emr.access import billing_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.http import ClinicRequest
from emr.models import Practice


@remittance_readers
@require_safe
def answers(request: ClinicRequest, claim_id: int) -> HttpResponse:
    """Every answer to a claim, the last one first, line by line and amount by amount."""
    return _render_answers(request, get_object_or_404(claims_read_along(), pk=claim_id))


@billing_required
@require_safe
def amount(request: ClinicRequest, adjustment_id: int) -> HttpResponse:
    """One amount, with what is known about it, to be decided or written off."""
    return _render_amount(request, adjustment_id)


@billing_required
@require_POST
def decide(request: ClinicRequest, adjustment_id: int) -> HttpResponse:
    adjustment = _adjustment(adjustment_id)
    form = DecisionForm(request.POST, amount=adjustment.amount, may_settle=True)
    if not form.is_valid():
        return _render_amount(request, adjustment_id, form=form, status=422)
    chosen = form.cleaned_data["decision"]

    def act(*, practice: Practice, **facts) -> None:
        if chosen == SETTLED_BEFORE:
            actions.settle_adjustment(**facts)
        else:
            decision = CollectionDecision.Decision(chosen)
            actions.decide(decision=decision, practice=practice, **facts)

    return _act(
        request,
        adjustment,
        lambda facts: act(**facts),
        form.cleaned_data["reason"],
        "It is put away; nothing was posted."
        if chosen == SETTLED_BEFORE
        else "It is decided and posted.",
    )


@billing_required
@require_POST
def write_off(request: ClinicRequest, adjustment_id: int) -> HttpResponse:
    adjustment = _adjustment(adjustment_id)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _render_amount(request, adjustment_id, form=form, status=422)
    return _act(
        request,
        adjustment,
        lambda facts: actions.write_off_adjustment(**facts),
        form.cleaned_data["reason"],
        "It is written off.",
    )


@billing_required
@require_POST
def count(request: ClinicRequest, remitted_id: int) -> HttpResponse:
    """Lets a later answer count in place of the earlier ones, with the reason."""
    rows = RemittanceClaim.objects.filter(match__claim__isnull=False)
    remitted = get_object_or_404(rows.select_related("remittance", "match"), pk=remitted_id)
    claim = get_object_or_404(claims_read_along(), pk=remitted.match.claim_id)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _render_answers(request, claim, why=form, status=422)
    try:
        actions.count_instead(
            remitted=remitted,
            reason=form.cleaned_data["reason"],
            practice=request.practice,
            by=request.user,
        )
    except Refused as error:
        return _render_answers(request, claim, status=409, conflict=str(error))
    messages.success(request, "This answer counts; what was decided before is taken back.")
    return redirect("billing:answers", claim.pk)


def _act(request, adjustment: Adjustment, act, reason: str, words: str) -> HttpResponse:
    facts = {
        "adjustment": adjustment,
        "reason": reason,
        "practice": request.practice,
        "by": request.user,
    }
    try:
        act(facts)
    except Refused as error:
        return _render_amount(request, adjustment.pk, status=409, conflict=str(error))
    messages.success(request, words)
    return redirect("billing:answers", adjustment.remitted.match.claim_id)


def _adjustment(adjustment_id: int) -> Adjustment:
    rows = Adjustment.objects.filter(remitted__match__claim__isnull=False)
    return get_object_or_404(rows.select_related("remitted__match"), pk=adjustment_id)


def _render_answers(
    request: ClinicRequest,
    claim: Claim,
    *,
    why: WhyForm | None = None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    audit.viewed(claim, by=request.user, patient_id=claim.coverage.patient_id, part="answers")
    _, found = answers_to(claim, practice=request.practice)
    context = {
        "claim": claim,
        "chip": claim_chip(claim.state),
        "answers": [_drawn(each) for each in found],
        "payer_owes": balance_of_claim(claim, Party.PAYER),
        "patient_owes": balance_of_claim(claim, Party.PATIENT),
        "paid": sum(each.row.paid for each in found),
        "may_bill": request.user.has_role(*BILLERS),
        "why": why or WhyForm(),
        "conflict": conflict,
        **banner_of(claim.coverage.patient, day=claim.note.date_of_service),
    }
    return render(request, "billing/answers.html", context, status=status)


def _drawn(answer: AnswerSeen) -> dict:
    """An answer for its template: amounts with their chips, and its status in words."""
    return {
        "row": answer.row,
        "is_last": answer.is_last,
        "is_reversal": answer.is_reversal,
        "status": STATUSES.get(answer.row.status, answer.row.status),
        "open_total": answer.open_total,
        "waits_beside": answer.waits_beside,
        "may_count_instead": answer.may_count_instead,
        "lines": [
            {
                "row": line.row,
                "amounts": [(each, amount_chip(each)) for each in line.amounts],
                "remarks": line.remarks,
            }
            for line in answer.lines
        ],
    }


def _render_amount(
    request: ClinicRequest,
    adjustment_id: int,
    *,
    form=None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    adjustment = _adjustment(adjustment_id)
    claim = claims_read_along().get(pk=adjustment.remitted.match.claim_id)
    audit.viewed(claim, by=request.user, patient_id=claim.coverage.patient_id, part="answers")
    on_record, found = answers_to(claim, practice=request.practice)
    line, seen = _find(found, adjustment)
    code = line.row.code if line.row else ""
    may_act = seen.needs or seen.may_be_given_up
    if form is None and may_act:
        form = _decision_form(seen, on_record) if seen.is_undecided else WhyForm()
    context = {
        "claim": claim,
        "amount": seen,
        "chip": amount_chip(seen),
        "line": line,
        "told": on_file(on_record.standing, code=code, day=claim.note.date_of_service),
        "on_record": on_record,
        "form": form if may_act else None,
        "conflict": conflict,
        **banner_of(claim.coverage.patient, day=claim.note.date_of_service),
    }
    return render(request, "billing/amount.html", context, status=status)


def _decision_form(seen: AmountSeen, on_record: OnRecord) -> DecisionForm:
    """Offers what the rule and the answers before let a person do."""
    return DecisionForm(
        amount=seen.row.amount,
        may_settle=seen.was_settled,
        may_collect=seen.rule.decision != "do_not_collect" and not on_record.standing.qmb,
    )


def _find(answers: list[AnswerSeen], adjustment: Adjustment) -> tuple[LineSeen, AmountSeen]:
    return next(
        (line, amount)
        for answer in answers
        for line in answer.lines
        for amount in line.amounts
        if amount.row.pk == adjustment.pk
    )
