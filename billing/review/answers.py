"""The answers to one claim as they are shown: line by line, each amount with what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch

from billing.models import (
    Adjustment,
    Claim,
    CollectionDecision,
    Party,
    Posting,
    Remark,
    RemittanceClaim,
    RemittanceLine,
)
from billing.remittances.values import REVERSAL
from billing.review.answer_ways import may_count_instead, settled_before
from billing.review.ledger import balance_of_claim
from billing.review.liability import PURSUED, OnRecord, judge_claim, records_of
from billing.review.open_amounts import TAKEN_FURTHER
from billing.review.remittances import said_of
from emr.models import Practice
from emr.rules.denials import NEXT_STEPS, Collectability
from emr.rules.remittance_codes import RemittanceCode, find_code


@dataclass(frozen=True, kw_only=True)
class AmountSeen:
    """One adjustment: what is decided of it, or what the rule says of it today.

    `posted` is how it left the payer's account; empty while it has not.
    """

    row: Adjustment
    rule: Collectability
    decision: CollectionDecision | None
    posted: str
    is_last: bool  # of the last answer to its claim
    taken_further: str = ""  # the state of a claim that was appealed, corrected or given up since
    was_settled: bool = False  # the claim, before this answer came
    payer_owes: Decimal = Decimal(0)  # of the whole claim

    @property
    def may_be_given_up(self) -> bool:
        """It only informs, and yet the payer owes it: nobody else would ever take it off."""
        stands = self.is_last and not self.taken_further and not self.posted
        informs = self.decision and self.decision.by_rule and self.decision.next_step == "nothing"
        return bool(stands and informs) and 0 < self.row.amount <= self.payer_owes

    @property
    def code(self) -> RemittanceCode | None:
        return find_code("CARC", self.row.reason)

    @property
    def group_gist(self) -> str:
        found = find_code("GROUP", self.row.group)
        return found.gist if found else ""

    @property
    def why(self) -> str:
        return self.decision.reason if self.decision else self.rule.why

    @property
    def source(self) -> str:
        return self.decision.source if self.decision else self.rule.source

    @property
    def next_step(self) -> str:
        """What to do, in words; empty where nothing is left to do."""
        return NEXT_STEPS[self.rule.next_step] if self.needs else ""

    @property
    def is_undecided(self) -> bool:
        return self.decision is None and bool(self.row.amount)

    @property
    def is_pursued(self) -> bool:
        """Not the patient's, and somebody else may still pay it."""
        return bool(
            self.decision
            and self.decision.by_rule
            and self.decision.next_step in PURSUED
            and self.row.amount
        )

    @property
    def needs(self) -> bool:
        return self.is_last and not self.taken_further and self.is_open

    @property
    def is_open(self) -> bool:
        """Nobody has dealt with it here, whatever became of the claim."""
        return not self.posted and (self.is_undecided or self.is_pursued)


@dataclass(frozen=True, kw_only=True)
class LineSeen:
    """A line, or the claim as a whole (without a row), with its amounts and remarks."""

    row: RemittanceLine | None
    amounts: Sequence[AmountSeen]
    remarks: Sequence[tuple[str, RemittanceCode | None]]


@dataclass(frozen=True, kw_only=True)
class AnswerSeen:
    row: RemittanceClaim
    lines: Sequence[LineSeen]
    is_last: bool
    was_settled: bool = False  # the claim, before this answer came
    may_count_instead: bool = False

    @property
    def waits_beside(self) -> bool:
        """Of this answer only the payment is posted, and a person has to look at the rest."""
        return self.was_settled and (self.may_count_instead or bool(self.open_total))

    @property
    def is_reversal(self) -> bool:
        return self.row.status == REVERSAL

    @property
    def amounts(self) -> list[AmountSeen]:
        return [amount for line in self.lines for amount in line.amounts]

    @property
    def open_total(self) -> Decimal:
        return sum((each.row.amount for each in self.amounts if each.needs), Decimal(0))


def answers_to(claim: Claim, *, practice: Practice) -> tuple[OnRecord, list[AnswerSeen]]:
    """What is on record of the claim, and its answers, the last one first.

    The claim comes from `claims_read_along`.
    """
    on_record = records_of([claim], practice=practice)[claim.pk]
    rows = RemittanceClaim.objects.filter(match__claim=claim).order_by("-match__pk")
    rows = list(with_parts(rows).select_related("remittance", "match__by", "match__claim"))
    moved_at = _taken_further_at(claim)
    answers, is_last = [], True
    for row in rows:
        answers.append(_answer(row, on_record, is_last=is_last, moved_at=moved_at))
        is_last = is_last and not _speaks(row)
    return on_record, answers


def _taken_further_at(claim: Claim) -> datetime | None:
    if claim.state not in TAKEN_FURTHER:
        return None
    return claim.steps.order_by("-number").values_list("at", flat=True)[0]


def _speaks(row: RemittanceClaim) -> bool:
    """Whether it says anything of the money, so that nothing of an earlier answer is open any more."""
    decisions = [getattr(each, "decision", None) for each in row.adjustments.all()]
    informs = [each and each.by_rule and each.next_step == "nothing" for each in decisions]
    return row.status == REVERSAL or bool(row.paid) or not all(informs)


def with_parts(rows):
    adjustments = Adjustment.objects.select_related("decision__by", "line")
    standing = Posting.objects.filter(reversed_by=None).exclude(kind=Posting.Kind.REVERSAL)
    adjustments = adjustments.prefetch_related(
        Prefetch("postings", queryset=standing, to_attr="standing")
    )
    return rows.prefetch_related(
        "lines",
        Prefetch("adjustments", queryset=adjustments),
        Prefetch("remarks", queryset=Remark.objects.order_by("pk")),
    )


def _answer(
    row: RemittanceClaim, on_record: OnRecord, *, is_last: bool, moved_at: datetime | None
) -> AnswerSeen:
    judged = judge_claim(said_of(row), on_record).adjustments
    lines = list(row.lines.all())
    places: list[int | None] = [None, *range(len(lines))]
    adjustments = {
        place: [
            each
            for each in row.adjustments.all()
            if each.line_id == (None if place is None else lines[place].pk)
        ]
        for place in places
    }
    claim = on_record.claim
    further = claim.state_label if moved_at and moved_at >= row.match.at else ""
    was_settled = is_last and settled_before(row)
    payer_owes = balance_of_claim(claim, Party.PAYER) if is_last else Decimal(0)
    found = []
    for place in places:
        line = None if place is None else lines[place]
        said = [each for each in judged if each.line == place]
        amounts = [
            AmountSeen(
                row=adjustment,
                rule=each.answer,
                decision=getattr(adjustment, "decision", None),
                posted=_posted(adjustment),
                is_last=is_last,
                taken_further=further,
                was_settled=was_settled,
                payer_owes=payer_owes,
            )
            for adjustment, each in zip(adjustments[place], said, strict=True)
        ]
        remarks = [
            (each.code, find_code("RARC", each.code))
            for each in row.remarks.all()
            if each.line_id == (line.pk if line else None)
        ]
        if line or amounts or remarks:
            found.append(LineSeen(row=line, amounts=amounts, remarks=remarks))
    return AnswerSeen(
        row=row,
        lines=found,
        is_last=is_last,
        was_settled=was_settled,
        may_count_instead=was_settled and may_count_instead(row),
    )


def _posted(adjustment: Adjustment) -> str:
    kinds = [posting.kind for posting in adjustment.standing]
    return kinds[0] if kinds else ""
