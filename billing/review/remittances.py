"""Remittances as they are shown and posted: what was said, what we have, and what comes of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from billing.models import Claim, Remittance, RemittanceClaim, RemittanceFile
from billing.remittances.reading import read_remittances
from billing.remittances.values import AdjustmentSaid, ClaimSaid, LineSaid, RemittanceSaid
from billing.review.answer_ways import Way, ways_of
from billing.review.claim_finding import Found, find_claims
from billing.review.liability import JudgedClaim, OnRecord, judge_claim, records_of
from emr.models import Payer, Practice


@dataclass(frozen=True, kw_only=True)
class ClaimSeen:
    """A remitted claim beside ours; `judged` is None where none was found."""

    said: ClaimSaid
    found: Found
    judged: JudgedClaim | None


@dataclass(frozen=True, kw_only=True)
class RemittanceSeen:
    """A remittance before it is posted; `on_record` is the one that says the same already.

    `same_number` is one of another payer that has the same check or trace number: a person says whether
    it is the same money.
    """

    said: RemittanceSaid
    payer: Payer | None
    on_record: Remittance | None
    same_number: Remittance | None
    claims: Sequence[ClaimSeen]

    @property
    def matched(self) -> int:
        return sum(seen.judged is not None for seen in self.claims)

    @property
    def unmatched(self) -> int:
        return sum(not seen.judged and not seen.found.left for seen in self.claims)

    @property
    def looks(self) -> int:
        """The matched claims with an amount that a person must do something about."""
        return sum(bool(seen.judged and seen.judged.open_total) for seen in self.claims)

    @property
    def off_account(self) -> Decimal:
        return sum((each.off_account for each in self._answers), Decimal(0))

    @property
    def to_patient(self) -> Decimal:
        return sum((each.to_patient for each in self._answers), Decimal(0))

    @property
    def _answers(self) -> list[JudgedClaim]:
        """Those that are posted by their amounts; a reversal is posted by what it takes back."""
        return [seen.judged for seen in self.claims if seen.judged and not seen.said.is_reversal]


def look_at_file(file: RemittanceFile, *, practice: Practice) -> list[RemittanceSeen]:
    return [look_at(said, practice=practice) for said in read_kept(file.content)]


@lru_cache(maxsize=1)
def read_kept(content: str) -> tuple[RemittanceSaid, ...]:
    """The last file that was read stays read, from its upload to its posting."""
    return read_remittances(content.encode())


def look_at(
    said: RemittanceSaid, *, practice: Practice, payer: Payer | None = None
) -> RemittanceSeen:
    """What posting it would come to; a payer that is not given is that of the claims it names."""
    found = find_claims(said.claims, payer_identifier=said.payer_identifier)
    ours = {each.claim.pk: each.claim for each in found if each.claim}
    on_record = records_of(list(ours.values()), practice=practice)
    ways = _Ways(list(ours.values()))
    payers = {payer} if payer else {claim.coverage.payer for claim in ours.values()}
    before = posted_before(said, payers=payers)
    return RemittanceSeen(
        said=said,
        payer=payers.pop() if len(payers) == 1 else None,
        on_record=before,
        same_number=None if before else _of_the_same_number(said),
        claims=[
            ClaimSeen(
                said=claim,
                found=each,
                judged=ways.judge(claim, on_record[each.claim.pk]) if each.claim else None,
            )
            for claim, each in zip(said.claims, found, strict=True)
        ],
    )


class _Ways:
    """How each answer of a remittance would be posted, one after the other."""

    def __init__(self, claims: Sequence[Claim]):
        self.way = ways_of(claims)

    def judge(self, said: ClaimSaid, on_record: OnRecord) -> JudgedClaim:
        claim = on_record.claim.pk
        judged = replace(judge_claim(said, on_record), way=self.way[claim])
        if self.way[claim] is Way.CHARGED_ANEW:
            return judged
        if said.is_reversal:
            self.way[claim] = Way.FULL
        elif said.paid or judged.off_account or judged.to_patient:
            self.way[claim] = Way.PAYMENT_ONLY
        return judged


def posted_before(said: RemittanceSaid, *, payers: Iterable[Payer]) -> Remittance | None:
    """The remittance of the same number and payer, however it came: a file may follow the paper.

    `payers` are all whose claims it answers.
    """
    same = Remittance.objects.filter(trace_number=said.trace_number)
    found = same.filter(payer_identifier=said.payer_identifier).first()
    return found or same.filter(payer__in=payers).first()


def _of_the_same_number(said: RemittanceSaid) -> Remittance | None:
    """Whoever paid; zeros before a number that was typed in are often left out."""
    number = said.trace_number.lstrip("0") or said.trace_number
    alike = Remittance.objects.filter(trace_number__iregex=rf"^0*{re.escape(number)}$")
    return alike.select_related("payer").first()


def said_of(remitted: RemittanceClaim) -> ClaimSaid:
    """A kept answer as the values that it was made from; best with its parts prefetched."""
    adjustments = list(remitted.adjustments.all())
    remarks = list(remitted.remarks.all())

    def of(line) -> dict:
        pk = line.pk if line else None
        return {
            "adjustments": tuple(
                AdjustmentSaid(
                    group=each.group,
                    reason=each.reason,
                    amount=each.amount,
                    quantity=each.quantity,
                )
                for each in adjustments
                if each.line_id == pk
            ),
            "remarks": tuple(each.code for each in remarks if each.line_id == pk),
        }

    return ClaimSaid(
        control_number=remitted.control_number,
        status=remitted.status,
        charge=remitted.charge,
        paid=remitted.paid,
        patient_responsibility=remitted.patient_responsibility,
        payer_control_number=remitted.payer_control_number,
        patient_name=remitted.patient_name,
        lines=tuple(
            LineSaid(
                code=line.code,
                modifiers=line.modifiers,
                units=line.units,
                charge=line.charge,
                paid=line.paid,
                service_on=line.service_on,
                line_control_number=line.line_control_number,
                **of(line),
            )
            for line in remitted.lines.all()
        ),
        **of(None),
    )
