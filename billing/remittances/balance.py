"""An 835 must add up: what was charged is paid or explained, line by line, claim by claim, in total.

The four sums are those of the guide (005010X221A1, balancing). Sources: docs/remittances.md
"""

from collections.abc import Iterable
from decimal import Decimal

from billing.remittances.segments import Malformed, Segment
from billing.remittances.values import AdjustmentSaid, ClaimSaid, LineSaid, RemittanceSaid

ClaimSegments = tuple[Segment, list[Segment]]


def check_balance(
    remittance: RemittanceSaid, *, bpr: Segment, segments: Iterable[ClaimSegments]
) -> None:
    """Raises Malformed at the segment whose sum does not come out."""
    for claim, (clp, svcs) in zip(remittance.claims, segments, strict=True):
        for line, svc in zip(claim.lines, svcs, strict=True):
            _check_line(line, svc)
        _check_claim(claim, clp)
    total = expected_total(remittance)
    if total != remittance.amount:
        raise Malformed.at(
            bpr, f"it pays {remittance.amount:.2f}, its claims and adjustments come to {total:.2f}."
        )


def expected_total(remittance: RemittanceSaid) -> Decimal:
    """What the claims were paid, less what was held back from the whole."""
    held_back = sum((each.amount for each in remittance.provider_adjustments), Decimal(0))
    return sum((claim.paid for claim in remittance.claims), Decimal(0)) - held_back


def unexplained(line: LineSaid) -> Decimal:
    """What of a line's charge is neither paid nor adjusted."""
    return line.charge - line.paid - adjusted(line.adjustments)


def adjusted(adjustments: Iterable[AdjustmentSaid]) -> Decimal:
    return sum((each.amount for each in adjustments), Decimal(0))


def _check_line(line: LineSaid, svc: Segment) -> None:
    if unexplained(line):
        raise Malformed.at(
            svc,
            f"charged {line.charge:.2f}, paid {line.paid:.2f}; the adjustments (CAS) come to"
            f" {adjusted(line.adjustments):.2f} and not to the difference.",
        )


def _check_claim(claim: ClaimSaid, clp: Segment) -> None:
    of_claim = adjusted(claim.adjustments)
    if not claim.lines:
        if claim.charge - claim.paid != of_claim:
            raise Malformed.at(
                clp,
                f"charged {claim.charge:.2f}, paid {claim.paid:.2f}; the adjustments (CAS) come to"
                f" {of_claim:.2f} and not to the difference.",
            )
        return
    charged = sum((line.charge for line in claim.lines), Decimal(0))
    paid = sum((line.paid for line in claim.lines), Decimal(0)) - of_claim
    if claim.charge != charged:
        raise Malformed.at(clp, f"charged {claim.charge:.2f}, its lines come to {charged:.2f}.")
    if claim.paid != paid:
        raise Malformed.at(clp, f"paid {claim.paid:.2f}, its lines come to {paid:.2f}.")
