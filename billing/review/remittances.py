"""Remittances as they are shown and posted: what was said, what we have, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Claim, Remittance, RemittanceClaim, RemittanceFile
from billing.remittances.reading import read_remittances
from billing.remittances.values import AdjustmentSaid, ClaimSaid, LineSaid, RemittanceSaid
from billing.review.claim_finding import Found, find_claims
from billing.review.liability import JudgedClaim, judge_claim, records_of
from emr.models import Payer, Practice


@dataclass(frozen=True, kw_only=True)
class ClaimSeen:
    """A remitted claim beside ours; `judged` is None where none was found."""

    said: ClaimSaid
    found: Found
    judged: JudgedClaim | None


@dataclass(frozen=True, kw_only=True)
class RemittanceSeen:
    """A remittance before it is posted; `on_record` is the one that says the same already."""

    said: RemittanceSaid
    payer: Payer | None
    on_record: Remittance | None
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
    return [look_at(said, practice=practice) for said in read_remittances(file.content.encode())]


def look_at(
    said: RemittanceSaid, *, practice: Practice, payer: Payer | None = None
) -> RemittanceSeen:
    """What posting it would come to; a payer that is not given is that of the claims it names."""
    found = find_claims(said.claims)
    ours = {each.claim.pk: each.claim for each in found if each.claim}
    on_record = records_of(list(ours.values()), practice=practice)
    payer = payer or _payer_of(said, list(ours.values()))
    return RemittanceSeen(
        said=said,
        payer=payer,
        on_record=posted_before(said, payer=payer),
        claims=[
            ClaimSeen(
                said=claim,
                found=each,
                judged=judge_claim(claim, on_record[each.claim.pk]) if each.claim else None,
            )
            for claim, each in zip(said.claims, found, strict=True)
        ],
    )


def posted_before(said: RemittanceSaid, *, payer: Payer | None) -> Remittance | None:
    """The remittance of the same number and payer, however it came: a file may follow the paper."""
    same_number = Remittance.objects.filter(trace_number=said.trace_number)
    found = same_number.filter(payer_identifier=said.payer_identifier).first()
    if found is None and payer is not None:
        found = same_number.filter(payer=payer).first()
    return found


def _payer_of(said: RemittanceSaid, claims: Sequence[Claim]) -> Payer | None:
    """Whose claims it answers, if they are all of one payer."""
    payers = {claim.coverage.payer for claim in claims}
    return payers.pop() if len(payers) == 1 else None


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
