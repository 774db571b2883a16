"""What a person decided about an amount that a payer did not pay."""

from django.db import transaction
from django.utils import timezone

from billing.actions.answers import Decision, judged_answer, post_adjustment
from billing.models import Adjustment, CollectionDecision, Posting
from billing.review.claim_finding import claims_read_along
from emr import audit
from emr.actions import Refused
from emr.models import Practice, User


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

    An amount below zero is only set down as settled: what it takes back has entries of its own.
    """
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if CollectionDecision.objects.filter(adjustment=adjustment).exists():
        raise Refused("Somebody was faster: this amount is decided already.")
    if not reason.strip():
        raise Refused("Say why.")
    if decision == Decision.COLLECT and adjustment.amount <= 0:
        raise Refused("An amount below zero takes something back; there is nothing to collect.")
    made = CollectionDecision.objects.create(
        adjustment=adjustment,
        decision=decision,
        by_rule=False,
        reason=reason.strip(),
        at=timezone.now(),
        by=by,
    )
    _record("decided adjustment", adjustment, by=by, decision=str(decision))
    if adjustment.amount > 0:
        as_ = "transfer" if decision == Decision.COLLECT else "write-off"
        _post(adjustment, as_=as_, practice=practice, by=by)
    return made


@transaction.atomic
def write_off_adjustment(
    *, adjustment: Adjustment, reason: str, practice: Practice, by: User
) -> None:
    """Gives up an amount that is not the patient's and that nobody else will pay either."""
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    made = CollectionDecision.objects.filter(adjustment=adjustment).first()
    if made is None or made.decision != Decision.DO_NOT_COLLECT:
        raise Refused("Decide first whether the patient may be asked for it.")
    if adjustment.amount <= 0:
        raise Refused("An amount below zero cannot be written off.")
    if Posting.objects.filter(adjustment=adjustment, reversed_by=None).exists():
        raise Refused("Somebody was faster: this amount is off the payer's account already.")
    if not reason.strip():
        raise Refused("Say why.")
    _record("wrote off adjustment", adjustment, by=by)
    _post(adjustment, as_="write-off", practice=practice, by=by, memo=reason.strip())


def _record(verb: str, adjustment: Adjustment, *, by: User, **details) -> None:
    claim = _claim_of(adjustment)
    audit.record(verb, adjustment, by=by, patient_id=claim.coverage.patient_id, **details)


def _claim_of(adjustment: Adjustment):
    return claims_read_along().get(answers__remitted=adjustment.remitted_id)


def _post(
    adjustment: Adjustment, *, as_: str, practice: Practice, by: User, memo: str = ""
) -> None:
    remitted, claim = adjustment.remitted, _claim_of(adjustment)
    judged = judged_answer(remitted, claim, practice=practice)
    places = {line.pk: place for place, line in enumerate(remitted.lines.all())}
    charge = judged.charges[places[adjustment.line_id]] if adjustment.line_id else None
    post_adjustment(adjustment, claim=claim, as_=as_, charge=charge, by=by, memo=memo)
