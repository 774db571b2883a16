"""What a person decided about an amount that a payer did not pay."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.actions.answers import (
    Decision,
    adjustments_in_order,
    judged_answer,
    lock_claims,
    post_adjustment,
    post_adjustments,
    take_the_step,
)
from billing.actions.postings import take_back
from billing.models import Adjustment, Claim, CollectionDecision, Party, RemittanceClaim
from billing.review.answer_ways import Way, decided_before, may_count_instead, settled_before
from billing.review.claim_finding import claims_read_along
from billing.review.ledger import balance_of_claim
from billing.review.liability import Judged, JudgedClaim
from billing.review.open_amounts import informing_adjustments, open_adjustments
from emr import audit
from emr.actions import Refused
from emr.models import Practice, User

NOT_OPEN = "This amount is not open any more: the claim was answered again, taken further or given up since."


@transaction.atomic
def decide(
    *,
    adjustment: Adjustment,
    decision: CollectionDecision.Decision,
    reason: str,
    practice: Practice,
    by: User,
) -> CollectionDecision:
    """Collect from the patient, or write off: what no rule could decide. It is posted at once.

    An amount below zero is only set down as settled: what it takes back has entries of its own. Nothing
    is collected against the rule, nor more taken off the payer's account than is on it.
    """
    adjustment, claim = _locked(adjustment)
    _refuse_decided(adjustment, reason)
    if decision == Decision.COLLECT and adjustment.amount <= 0:
        raise Refused("An amount below zero takes something back; there is nothing to collect.")
    judged = judged_answer(adjustment.remitted, claim, practice=practice)
    if decision == Decision.COLLECT:
        _refuse_against_the_rule(_judged_of(adjustment, judged), judged)
    made = _decided(adjustment, decision, reason, by=by)
    if adjustment.amount > 0:
        as_ = "transfer" if decision == Decision.COLLECT else "write-off"
        _post(adjustment, judged, as_=as_, by=by)
    return made


@transaction.atomic
def settle_adjustment(*, adjustment: Adjustment, reason: str, by: User) -> CollectionDecision:
    """The amount was dealt with before this answer came, so nothing is posted for it."""
    adjustment, _ = _locked(adjustment)
    _refuse_decided(adjustment, reason)
    if not settled_before(adjustment.remitted):
        raise Refused("Nothing before this answer settled the claim: decide the amount.")
    return _decided(adjustment, Decision.DO_NOT_COLLECT, reason, by=by, next_step="nothing")


@transaction.atomic
def write_off_adjustment(
    *, adjustment: Adjustment, reason: str, practice: Practice, by: User
) -> None:
    """Gives up an amount that is not the patient's and that nobody else will pay either.

    Also one that only informs, as long as the payer owes that much.
    """
    adjustment, claim = _locked(adjustment)
    made = CollectionDecision.objects.filter(adjustment=adjustment).first()
    if made is None or made.decision != Decision.DO_NOT_COLLECT:
        raise Refused("Decide first whether the patient may be asked for it.")
    if adjustment.amount <= 0:
        raise Refused("An amount below zero cannot be written off.")
    if adjustment.postings.filter(reversed_by=None).exists():
        raise Refused("Somebody was faster: this amount is off the payer's account already.")
    if not informing_adjustments().filter(pk=adjustment.pk).exists():
        _refuse_closed(adjustment)
    _say_why(reason)
    _record("wrote off adjustment", adjustment, by=by)
    judged = judged_answer(adjustment.remitted, claim, practice=practice)
    _post(adjustment, judged, as_="write-off", by=by, memo=reason.strip())


@transaction.atomic
def count_instead(*, remitted: RemittanceClaim, reason: str, practice: Practice, by: User) -> None:
    """Lets an answer that was posted by its payment alone count in place of those before it.

    What was decided of those is taken back, what was paid stays, and the rule decides each amount of
    this one that nobody has decided.
    """
    claim = _lock_claim(remitted)
    _say_why(reason)
    if not may_count_instead(remitted):
        raise Refused(
            "Somebody was faster: nothing that was decided before stands beside this answer."
        )
    trace = remitted.remittance.trace_number
    audit.record(
        "counted answer instead",
        remitted,
        by=by,
        patient_id=claim.coverage.patient_id,
        reason=reason.strip(),
    )
    postings = decided_before(remitted).select_related("patient", "note", "charge", "claim")
    for posting in postings:
        take_back(posting=posting, by=by, memo=f"Remittance {trace} counts instead")
    judged = judged_answer(remitted, claim, practice=practice)
    post_adjustments(remitted, judged, way=Way.FULL, by=by)
    take_the_step(claim, judged, way=Way.FULL, by=by, trace=trace)


def _lock_claim(remitted: RemittanceClaim) -> Claim:
    claim = claims_read_along().filter(answers__remitted=remitted)
    lock_claims(claim.values_list("pk", flat=True))
    return claim.get()


def _locked(adjustment: Adjustment) -> tuple[Adjustment, Claim]:
    """Both as they are once nobody else can post to the claim."""
    claim = _lock_claim(adjustment.remitted)
    rows = Adjustment.objects.select_related("line", "remitted__match__claim")
    return rows.get(pk=adjustment.pk), claim


def _refuse_decided(adjustment: Adjustment, reason: str) -> None:
    if CollectionDecision.objects.filter(adjustment=adjustment).exists():
        raise Refused("Somebody was faster: this amount is decided already.")
    _refuse_closed(adjustment)
    _say_why(reason)


def _refuse_closed(adjustment: Adjustment) -> None:
    if not open_adjustments().filter(pk=adjustment.pk).exists():
        raise Refused(NOT_OPEN)


def _refuse_against_the_rule(judged: Judged, of_claim: JudgedClaim) -> None:
    if of_claim.on_record.standing.qmb:
        raise Refused("The patient has QMB and is never billed: write it off, or bill Medicaid.")
    if judged.answer.decision == "do_not_collect":
        raise Refused(f"It may not be asked of the patient. {judged.answer.why}")


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why.")


def _decided(
    adjustment: Adjustment, decision: str, reason: str, *, by: User, next_step: str = ""
) -> CollectionDecision:
    made = CollectionDecision.objects.create(
        adjustment=adjustment,
        decision=decision,
        by_rule=False,
        reason=reason.strip(),
        next_step=next_step,
        at=timezone.now(),
        by=by,
    )
    _record("decided adjustment", adjustment, by=by, decision=str(decision), next_step=next_step)
    return made


def _record(verb: str, adjustment: Adjustment, *, by: User, **details) -> None:
    patient_id = adjustment.remitted.match.claim.coverage.patient_id
    audit.record(verb, adjustment, by=by, patient_id=patient_id, **details)


def _judged_of(adjustment: Adjustment, judged: JudgedClaim) -> Judged:
    pairs = zip(adjustments_in_order(adjustment.remitted), judged.adjustments, strict=True)
    return next(each for row, each in pairs if row.pk == adjustment.pk)


def _post(
    adjustment: Adjustment, judged: JudgedClaim, *, as_: str, by: User, memo: str = ""
) -> None:
    claim = judged.on_record.claim
    owed = balance_of_claim(claim, Party.PAYER)
    if adjustment.amount > max(owed, Decimal(0)):
        raise Refused(
            f"The payer owes ${owed:.2f} of this claim: more would come off than was charged."
        )
    line = _judged_of(adjustment, judged).line
    charge = judged.charges[line] if line is not None else None
    post_adjustment(adjustment, claim=claim, as_=as_, charge=charge, by=by, memo=memo)
