"""Which of the claims in a row the payer has: a rejected one it never had."""

from billing.models import Claim
from emr.rules.claim_states import ClaimState


def last_judged(claim: Claim) -> Claim | None:
    """The claim itself, or the one before it whose place it took, that did not come back rejected;
    None where the payer never had any."""
    found: Claim | None = claim
    while found is not None and found.steps.filter(after=ClaimState.REJECTED).exists():
        found = found.replaces
    return found
