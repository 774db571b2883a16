"""What a payer's answer to one of our claims does: postings, decisions by rule, and the claim's step."""

from collections.abc import Iterable
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
from billing.review.answer_ways import Way, standing_answers, taken_back_by, ways_of
from billing.review.liability import Judged, JudgedClaim, judge_claim, records_of
from billing.review.remittances import said_of
from emr import audit
from emr.models import Practice, User
from emr.rules.claim_states import ClaimState, may_follow

Decision = CollectionDecision.Decision
ANOTHER_CLAIM = (
    "The claim was corrected before this answer came: its charges stand on another claim, and what the"
    " payer answers to that one counts."
)


@transaction.atomic
def post_answer(
    *, remitted: RemittanceClaim, claim: Claim, by: User, by_number: bool, judged: JudgedClaim
) -> RemittanceMatch:
    """Ties a remitted claim to ours, once, and posts what it comes to; `judged` is of both.

    What waits for a person is posted by nobody: it stays with the payer's account. So does every amount
    of an answer to a claim that is settled already; only the payment is posted then. The caller has
    locked the claim.
    """
    claim.__dict__.pop("state_now", None)  # an answer before this one may have moved it
    way = ways_of([claim])[claim.pk]
    standing = standing_answers(claim)
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
        way=way.value,
    )
    earlier = taken_back_by(remitted, standing) if judged.said.is_reversal else None
    if earlier:
        _take_back_answer(earlier, by=by, trace=remitted.remittance.trace_number)
        _decide_taken_back(remitted, earlier, by=by)
        standing.remove(earlier)
    else:
        if not (judged.said.is_reversal or judged.only_informs):
            _take_back_giving_up(claim, by=by, trace=remitted.remittance.trace_number)
        _post_payments(remitted, judged, by=by)
        post_adjustments(remitted, judged, way=way, by=by)
    if not (judged.said.is_reversal and standing):
        take_the_step(claim, judged, way=way, by=by, trace=remitted.remittance.trace_number)
    return match


def lock_claims(claims: Iterable[int]) -> None:
    """Of two people who post to the same claims the second waits; always in one order."""
    locked = Claim.objects.select_for_update().filter(pk__in=set(claims)).order_by("pk")
    list(locked.values_list("pk"))


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


def post_adjustments(remitted: RemittanceClaim, judged: JudgedClaim, *, way: Way, by: User) -> None:
    """What the rule decides of them, as far as the way lets it and nobody has decided."""
    decided = set(
        CollectionDecision.objects.filter(adjustment__remitted=remitted).values_list(
            "adjustment", flat=True
        )
    )
    if way is Way.CHARGED_ANEW and not judged.said.is_reversal:
        source = "docs/remittances.md#answered-twice"
        _decide_without_posting(remitted.adjustments.all(), ANOTHER_CLAIM, source=source, by=by)
        return
    for row, each in zip(adjustments_in_order(remitted), judged.adjustments, strict=True):
        if row.pk in decided or not (way is Way.FULL or each.only_informs):
            continue
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


def _take_back_giving_up(claim: Claim, *, by: User, trace: str) -> None:
    """The payer has spoken after all of a claim that was given up: what it still owed is open again."""
    given_up = Posting.objects.filter(
        claim=claim, kind=Kind.WRITE_OFF, remitted=None, reversed_by=None
    )
    for posting in given_up.select_related("patient", "note", "charge", "claim"):
        take_back(posting=posting, by=by, memo=f"Answered after all, remittance {trace}")


def _take_back_answer(earlier: RemittanceClaim, *, by: User, trace: str) -> None:
    postings = Posting.objects.filter(remitted=earlier, reversed_by=None)
    memo = f"Taken back by the payer, remittance {trace}"
    for posting in postings.exclude(kind=Kind.REVERSAL).select_related(
        "patient", "note", "charge", "claim"
    ):
        take_back(posting=posting, by=by, memo=memo)


def _decide_taken_back(remitted: RemittanceClaim, earlier: RemittanceClaim, *, by: User) -> None:
    trace = earlier.remittance.trace_number
    reason = f"Takes back what remittance {trace} said; its entries were taken back with it."
    _decide_without_posting(
        remitted.adjustments.all(), reason, source="docs/remittances.md#taken-back", by=by
    )


def _decide_without_posting(
    adjustments: Iterable[Adjustment], reason: str, *, source: str, by: User
) -> None:
    for adjustment in adjustments:
        CollectionDecision.objects.create(
            adjustment=adjustment,
            decision=Decision.DO_NOT_COLLECT,
            by_rule=True,
            reason=reason,
            source=source,
            next_step="nothing",
            at=timezone.now(),
            by=by,
        )


def take_the_step(claim: Claim, judged: JudgedClaim, *, way: Way, by: User, trace: str) -> None:
    """To paid or denied, where the claim's state lets it; an answer to a closed claim only posts.

    What was paid stays paid until the payer takes that back; what only informs ends the wait of a claim
    that was sent, and moves no other.
    """
    claim.__dict__.pop("state_now", None)
    to = ClaimState.DENIED if judged.is_denied else ClaimState.PAID
    if to == ClaimState.DENIED and not judged.said.is_reversal:
        stays_paid = way is Way.PAYMENT_ONLY and claim.state == ClaimState.PAID
        if stays_paid or (judged.only_informs and claim.state != ClaimState.SENT):
            return
    if may_follow(claim.state, to):
        take_step(claim=claim, to=to, by=by, reason=f"Remittance {trace}")
