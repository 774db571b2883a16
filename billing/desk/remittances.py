"""What payers answered and somebody must look at: amounts, and answers without a claim."""

from datetime import date
from itertools import groupby

from django.utils import timezone

from billing.desk.unsettled import off_balance, unanswered
from billing.models import Adjustment
from billing.review.open_amounts import open_adjustments, unmatched_answers
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Counter, Group, Row
from emr.models import Role, User
from emr.told_days import told_day

BILLING = (Role.BILLER, Role.OWNER)


def open_amounts(day: date, user: User) -> list[Row]:
    """A row a claim, the one that was answered longest ago first."""
    found = open_adjustments().select_related(
        "remitted__remittance", "remitted__match__claim__coverage__patient", "decision"
    )
    found = found.order_by("remitted__match__at", "remitted", "pk")
    answers_at = addresses("billing:answers")
    return [
        _row(list(amounts), answers_at)
        for _, amounts in groupby(found, key=lambda each: each.remitted_id)
    ]


def _row(amounts: list[Adjustment], answers_at) -> Row:
    match = amounts[0].remitted.match
    total = sum(each.amount for each in amounts)
    codes = ", ".join(dict.fromkeys(map(str, amounts)))
    undecided = any(not hasattr(each, "decision") for each in amounts)
    answered = timezone.localtime(match.at).date()
    return Row(
        patient=match.claim.coverage.patient,
        what=f"${total:.2f} not paid: {codes}",
        when=f"Posted {told_day(answered)}",
        day=answered,
        chip=Chip(tone=Tone.WARN, word="Decide" if undecided else "Appeal or write off"),
        url=answers_at(match.claim_id),
        word="Look at it",
    )


def unmatched(day: date, user: User) -> list[Row]:
    """Nobody is surely meant, so no row names a patient; the list has a page of its own."""
    found = unmatched_answers().select_related("remittance")
    return [
        Row(
            patient=None,
            what=f"Answer {answer.control_number}",
            when=f"Remittance {answer.remittance.trace_number}",
            day=timezone.localtime(answer.remittance.recorded_at).date(),
            chip=Chip(tone=Tone.WARN, word="Not matched"),
        )
        for answer in found
    ]


COUNTERS = (
    Counter(
        key="open-amounts",
        title="Denied amounts to look at",
        about="A payer did not pay them, and no rule could settle them: decide, appeal, correct or"
        " write off.",
        group=Group.MONEY,
        order=160,
        rows=open_amounts,
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="unmatched-answers",
        title="Answers that are not matched",
        about="Payers answered, and no claim of ours is surely meant.",
        group=Group.MONEY,
        order=165,
        rows=unmatched,
        url_name="billing:unmatched",
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-off-balance",
        title="Answered claims that do not come to zero",
        about="Nothing is left to decide, and yet the payer owes, or more came off than was charged.",
        group=Group.MONEY,
        order=166,
        rows=off_balance,
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-unanswered",
        title="Claims that nobody answered",
        about="Sent or appealed thirty days ago or more: ask the payer, before its time for them ends.",
        group=Group.MONEY,
        order=167,
        rows=unanswered,
        roles=BILLING,
        steps_by=BILLING,
    ),
)
