"""What a payer's answer to one of our claims does: postings, decisions by rule, and the claim's step."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.actions.postings import Kind, post, take_back, transfer_to_patient
from billing.actions.steps import take_step
from billing.models import (
    Adjustment,
    Charge,
    Claim,
    CollectionDecision,
    Party,
    Posting,
    RemittanceClaim,
    RemittanceMatch,
)
from billing.review.liability import Judged, JudgedClaim, judge_claim, records_of
from billing.review.remittances import said_of
from emr import audit
from emr.models import Practice, User
from emr.rules.claim_states import ClaimState, may_follow

Decision = CollectionDecision.Decision


@transaction.atomic
def post_answer(
    *, remitted: RemittanceClaim, claim: Claim, by: User, by_number: bool, judged: JudgedClaim
) -> RemittanceMatch:
    """Ties a remitted claim to ours, once, and posts what it comes to; `judged` is of both.

    What waits for a person is posted by nobody: it stays with the payer's account.
    """
    match = RemittanceMatch.objects.create(
        remitted=remitted, claim=claim, by_number=by_number, at=timezone.now(), by=by
    )
    audit.record(
        "matched remittance",
        remitted,
        by=by,
        patient_id=claim.coverage.patient_id,
        claim=claim.pk,
        by_number=by_number,
    )
    earlier = _taken_back_by(remitted, claim) if judged.said.is_reversal else None
    if earlier:
        _take_back_answer(earlier, by=by, trace=remitted.remittance.trace_number)
        _decide_taken_back(remitted, earlier, by=by)
    else:
        _post_payments(remitted, judged, by=by)
        _post_adjustments(remitted, judged, by=by)
    _take_the_step(claim, judged, by=by, trace=remitted.remittance.trace_number)
    return match


def judged_answer(remitted: RemittanceClaim, claim: Claim, *, practice: Practice) -> JudgedClaim:
    """A kept answer as the rules see it today."""
    return judge_claim(said_of(remitted), records_of([claim], practice=practice)[claim.pk])


def sources_of(remitted: RemittanceClaim, claim: Claim, charge: Charge | None = None) -> dict:
    """What a posting that comes from an answer names."""
    return {
        "patient": claim.coverage.patient,
        "note": claim.note,
        "claim": claim,
        "charge": charge,
        "remitted": remitted,
    }


def _post_payments(remitted: RemittanceClaim, judged: JudgedClaim, *, by: User) -> None:
    """Line by line; the rest, which the payer took off or added for the claim as a whole, apart."""
    claim, rest = judged.on_record.claim, judged.said.paid
    for line, charge in zip(remitted.lines.all(), judged.charges, strict=True):
        rest -= line.paid
        _post_payment(remitted, claim, line.paid, by=by, charge=charge, remitted_line=line)
    _post_payment(remitted, claim, rest, by=by)


def _post_payment(
    remitted: RemittanceClaim, claim: Claim, paid: Decimal, *, by: User, charge=None, **sources
) -> None:
    if paid:
        post(
            party=Party.PAYER,
            kind=Kind.INSURANCE_PAYMENT,
            amount=-paid,
            by=by,
            **sources_of(remitted, claim, charge),
            **sources,
        )


def adjustments_in_order(remitted: RemittanceClaim) -> list[Adjustment]:
    """As they are judged: those of the claim as a whole, then line by line."""
    rows = remitted.adjustments.select_related("line", "remitted")
    return sorted(rows, key=lambda row: (row.line.position if row.line else 0, row.pk))


def _post_adjustments(remitted: RemittanceClaim, judged: JudgedClaim, *, by: User) -> None:
    for row, each in zip(adjustments_in_order(remitted), judged.adjustments, strict=True):
        charge = judged.charges[each.line] if each.line is not None else None
        if each.is_decided:
            _decide_by_rule(row, each, by=by)
        if each.posts:
            post_adjustment(row, claim=judged.on_record.claim, as_=each.posts, charge=charge, by=by)


def _decide_by_rule(adjustment: Adjustment, judged: Judged, *, by: User) -> None:
    CollectionDecision.objects.create(
        adjustment=adjustment,
        decision=Decision(judged.answer.decision),
        by_rule=True,
        reason=judged.answer.why,
        source=judged.answer.source,
        next_step=judged.answer.next_step,
        at=timezone.now(),
        by=by,
    )


def post_adjustment(
    adjustment: Adjustment,
    *,
    claim: Claim,
    as_: str,
    charge: Charge | None,
    by: User,
    memo: str = "",
) -> None:
    """The amount off the payer's account: to the patient's ("transfer"), or as a loss."""
    sources = sources_of(adjustment.remitted, claim, charge) | {
        "adjustment": adjustment,
        "remitted_line": adjustment.line,
        "memo": memo,
    }
    if as_ == "transfer":
        transfer_to_patient(amount=adjustment.amount, by=by, **sources)
        return
    kind = Kind.CONTRACTUAL if as_ == "contractual" else Kind.WRITE_OFF
    post(party=Party.PAYER, kind=kind, amount=-adjustment.amount, by=by, **sources)


# A payer that takes back what it said before


def _taken_back_by(remitted: RemittanceClaim, claim: Claim) -> RemittanceClaim | None:
    """The newest answer to the claim that says exactly the opposite and still stands."""
    answers = RemittanceClaim.objects.filter(
        match__claim=claim, charge=-remitted.charge, paid=-remitted.paid
    )
    standing = answers.exclude(pk=remitted.pk).filter(
        postings__isnull=False, postings__reversed_by=None
    )
    return standing.order_by("-match__pk").first()


def _take_back_answer(earlier: RemittanceClaim, *, by: User, trace: str) -> None:
    postings = Posting.objects.filter(remitted=earlier, reversed_by=None)
    memo = f"Taken back by the payer, remittance {trace}"
    for posting in postings.exclude(kind=Kind.REVERSAL).select_related(
        "patient", "note", "charge", "claim"
    ):
        take_back(posting=posting, by=by, memo=memo)


def _decide_taken_back(remitted: RemittanceClaim, earlier: RemittanceClaim, *, by: User) -> None:
    trace = earlier.remittance.trace_number
    for adjustment in remitted.adjustments.all():
        CollectionDecision.objects.create(
            adjustment=adjustment,
            decision=Decision.DO_NOT_COLLECT,
            by_rule=True,
            reason=f"Takes back what remittance {trace} said; its entries were taken back with it.",
            source="docs/remittances.md#taken-back",
            next_step="nothing",
            at=timezone.now(),
            by=by,
        )


def _take_the_step(claim: Claim, judged: JudgedClaim, *, by: User, trace: str) -> None:
    """To paid or denied, where the claim's state lets it; an answer to a closed claim only posts."""
    to = ClaimState.DENIED if judged.is_denied else ClaimState.PAID
    claim.__dict__.pop("state_now", None)  # an answer before this one may have moved it
    if may_follow(claim.state, to):
        take_step(claim=claim, to=to, by=by, reason=f"Remittance {trace}")
