"""What a payer answered + what is on record → whether each amount may be asked of the patient.

The rule is emr.rules.collectability; this brings it the facts of the day of the service.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.models import Charge, Claim
from billing.remittances.matching import match_lines
from billing.remittances.values import FORWARDED, AdjustmentSaid, ClaimSaid, LineSaid
from billing.review.answer_ways import Way
from billing.review.line_numbers import line_number
from consent.review import Standing, standings_of
from emr.benefits import benefits_among
from emr.models import Coverage, CoverageKind, Practice
from emr.rules import facts
from emr.rules.abn_findings import has_valid_abn
from emr.rules.code_labels import family_of
from emr.rules.collectability import collectability_of
from emr.rules.denials import Adjustment, AnsweredLine, Collectability, OnFile
from emr.rules.notice_choice import CHIROPRACTOR
from emr.rules.remittance_codes import find_code

# What the law lets Medicare pay a chiropractor for.
MANIPULATION = "manipulation"
# Next steps by which the money may still come from somebody else than the patient: it stays open.
PURSUED = frozenset(
    {
        "appeal",
        "correct_and_resubmit",
        "dispute",
        "authorize_afterwards",
        "bill_right_payer",
        "bill_next_payer",
        "bill_medicaid",
        "reconcile",
    }
)
# Reasons by which a claim is settled without a payment, and those that settle nothing.
SETTLE = frozenset({"cost_share", "contract"})
NO_DENIAL = SETTLE | {"informs"}


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """One of our claims with all that decides who pays what its payer does not."""

    claim: Claim
    charges: Sequence[Charge]
    standing: Standing
    waiver_allowed: bool | None
    another_payer_follows: bool
    necessity_denials: str

    def line(self, code: str, adjustments: Iterable[AdjustmentSaid], remarks) -> AnsweredLine:
        """A line of the code as the rule takes it; without a code, the claim as a whole."""
        return AnsweredLine(
            payer_kind=self.claim.coverage.payer.kind,
            adjustments=tuple(
                Adjustment(group=each.group, reason=each.reason, amount=each.amount)
                for each in adjustments
            ),
            remarks=tuple(remarks),
            on_file=on_file(self.standing, code=code, day=self.claim.note.date_of_service),
            excluded_by_law=self._excluded_by_law(code),
            qmb=self.standing.qmb,
            waiver_allowed=self.waiver_allowed,
            another_payer_follows=self.another_payer_follows,
            necessity_denials=self.necessity_denials,
        )

    def _excluded_by_law(self, code: str) -> bool:
        return (
            self.claim.coverage.payer.kind == CoverageKind.MEDICARE
            and self.standing.profession == CHIROPRACTOR
            and bool(code)
            and family_of(code) != MANIPULATION
        )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One adjustment and what the rule says of it; `line` is its place among the lines, or None."""

    line: int | None
    said: AdjustmentSaid
    answer: Collectability

    @property
    def posts(self) -> str:
        """What it comes to in the ledger: "transfer", "contractual", "write-off" or nothing yet."""
        if self.said.amount <= 0 or self.answer.decision == "look":
            return ""
        if self.answer.decision == "collect":
            return "transfer"
        if self.answer.next_step in PURSUED or self.answer.next_step == "nothing":
            return ""
        reason = find_code("CARC", self.said.reason)
        return "contractual" if reason and reason.about == "contract" else "write-off"

    @property
    def is_decided(self) -> bool:
        return self.answer.decision != "look" and self.said.amount >= 0

    @property
    def is_open(self) -> bool:
        """A person has to do something about it."""
        return bool(self.said.amount) and (not self.is_decided or self.answer.next_step in PURSUED)

    @property
    def only_informs(self) -> bool:
        return self.is_decided and self.answer.next_step == "nothing"


@dataclass(frozen=True, kw_only=True)
class JudgedClaim:
    said: ClaimSaid
    on_record: OnRecord
    charges: Sequence[Charge | None]  # for each remitted line, ours
    adjustments: Sequence[Judged]
    way: Way = Way.FULL

    def _total(self, *kinds: str) -> Decimal:
        if self.way is not Way.FULL:
            return Decimal(0)
        return sum(
            (each.said.amount for each in self.adjustments if each.posts in kinds), Decimal(0)
        )

    @property
    def off_account(self) -> Decimal:
        """What nobody is asked for any more."""
        return self._total("contractual", "write-off")

    @property
    def to_patient(self) -> Decimal:
        return self._total("transfer")

    @property
    def open_total(self) -> Decimal:
        if self.way is Way.CHARGED_ANEW:
            return Decimal(0)
        return sum(
            (each.said.amount for each in self.adjustments if self._is_open(each)), Decimal(0)
        )

    def _is_open(self, each: Judged) -> bool:
        return each.is_open if self.way is Way.FULL else not each.only_informs

    @property
    def is_denied(self) -> bool:
        """Nothing was paid, and not because of the patient's share or the contract alone."""
        if self.said.paid or self.said.is_reversal:
            return self.said.is_reversal
        reasons = [find_code("CARC", each.said.reason) for each in self.adjustments]
        about = {reason.about if reason else "" for reason in reasons}
        return bool(self.said.charge) and bool(about - NO_DENIAL or not about & SETTLE)

    @property
    def only_informs(self) -> bool:
        """It pays nothing and says nothing that the money goes by, such as of a claim sent twice."""
        return not self.said.paid and all(each.only_informs for each in self.adjustments)


def records_of(claims: Sequence[Claim], *, practice: Practice) -> dict[int, OnRecord]:
    """By claim, in a number of queries that does not grow with them.

    Claims come with note, visit, patient, provider, coverage and payer read along.
    """
    standings = standings_of([claim.note.visit for claim in claims], practice=practice)
    asked = [(claim.coverage, claim.note.date_of_service) for claim in claims]
    benefits = dict(zip((claim.pk for claim in claims), benefits_among(asked), strict=True))
    charges = _charges_of(claims)
    seconds = _patients_with_a_second_payer(claims)
    return {
        claim.pk: OnRecord(
            claim=claim,
            charges=charges[claim.sheet_id],
            standing=standings[claim.note.visit_id],
            waiver_allowed=_waiver_allowed(benefits[claim.pk]),
            another_payer_follows=claim.pk in seconds,
            necessity_denials=practice.necessity_denials,
        )
        for claim in claims
    }


def judge_claim(said: ClaimSaid, on_record: OnRecord) -> JudgedClaim:
    """Each adjustment of a remitted claim, those of the claim itself first, in their order."""
    if said.status in FORWARDED:
        on_record = replace(on_record, another_payer_follows=True)
    numbered = [_Numbered(each) for each in on_record.charges]
    matched = match_lines(said.lines, numbered)
    judged = _judged(None, "", said.adjustments, said.remarks, on_record)
    for place, (line, ours) in enumerate(zip(said.lines, matched, strict=True)):
        code = ours.code if ours else line.code
        judged += _judged(place, code, line.adjustments, remarks_of(said, line), on_record)
    return JudgedClaim(
        said=said,
        on_record=on_record,
        charges=[ours.charge if ours else None for ours in matched],
        adjustments=judged,
    )


def remarks_of(said: ClaimSaid, line: LineSaid) -> tuple[str, ...]:
    """Those of the line, and those that hold for the whole claim."""
    return tuple(dict.fromkeys((*line.remarks, *said.remarks)))


def on_file(standing: Standing, *, code: str, day) -> OnFile:
    """What the patient signed or was told before the service, as far as it covers the code."""
    standing = standing.for_code(code or None)
    visit = facts.Visit(date_of_service=day, **standing.facts())
    abn, coverage = visit.abn, visit.coverage
    if abn is None:
        kind = "none"
    elif abn.voluntary:
        kind = "voluntary"
    else:
        kind = "valid" if has_valid_abn(visit) else "not_valid"
    return OnFile(
        abn=kind,
        option=abn.option if abn else None,
        agreement=bool(coverage and coverage.agreement_signed_on),
        determination_denied=bool(coverage and coverage.organization_determination == "denied"),
    )


class _Numbered:
    """A charge as a line of a claim."""

    def __init__(self, charge: Charge):
        self.charge = charge
        self.number = line_number(charge)
        self.code, self.modifiers, self.amount = charge.code, charge.modifiers, charge.amount


def _judged(line, code, adjustments, remarks, on_record: OnRecord) -> list[Judged]:
    answers = collectability_of(on_record.line(code, adjustments, remarks)).adjustments
    return [
        Judged(line=line, said=said, answer=answer)
        for said, answer in zip(adjustments, answers, strict=True)
    ]


def _charges_of(claims: Sequence[Claim]) -> dict[int, list[Charge]]:
    found: dict[int, list[Charge]] = {claim.sheet_id: [] for claim in claims}
    rows = Charge.objects.filter(sheet__in=found, to_patient=False)
    for charge in rows.order_by("sheet", "position"):
        found[charge.sheet_id].append(charge)
    return found


def _waiver_allowed(benefits) -> bool | None:
    return benefits.policy.waiver_allowed if benefits.policy else None


def _patients_with_a_second_payer(claims: Sequence[Claim]) -> set[int]:
    """The claims after whose payer another one is to be asked."""
    patients = {claim.coverage.patient_id for claim in claims}
    seconds = Coverage.objects.filter(patient__in=patients, rank=Coverage.Rank.SECONDARY)
    seconds = list(seconds.exclude(payer__kind=CoverageKind.SELF_PAY))
    return {
        claim.pk
        for claim in claims
        if claim.coverage.rank == Coverage.Rank.PRIMARY
        and any(_in_force(each, claim) for each in seconds)
    }


def _in_force(coverage: Coverage, claim: Claim) -> bool:
    day = claim.note.date_of_service
    return (
        coverage.patient_id == claim.coverage.patient_id
        and coverage.starts_on <= day
        and (coverage.ends_on is None or day <= coverage.ends_on)
    )
