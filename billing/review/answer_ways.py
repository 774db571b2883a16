"""Which answers to a claim still stand, and how much of a new one may be posted without a person."""

from collections.abc import Iterable, Sequence
from enum import Enum

from billing.models import Claim, Posting, RemittanceClaim
from billing.remittances.values import REVERSAL
from emr.rules.claim_states import ClaimState

DECIDED = (Posting.Kind.CONTRACTUAL, Posting.Kind.WRITE_OFF, Posting.Kind.TRANSFER)


class Way(Enum):
    """How much of an answer is posted at once; the payment always is."""

    FULL = "full"
    PAYMENT_ONLY = "payment only"  # the claim is settled already: a person looks at each amount
    CHARGED_ANEW = "charged anew"  # another claim took its place: no amount is decided here


def ways_of(claims: Iterable[Claim]) -> dict[int, Way]:
    """By claim, how the next answer to it is posted; in one query, where the states are read along."""
    claims = list(claims)
    settled = set(_settled([claim.pk for claim in claims]).values_list("claim", flat=True))
    return {claim.pk: _way(claim, claim.pk in settled) for claim in claims}


def standing_answers(claim: Claim) -> list[RemittanceClaim]:
    """Those that no later one took back, in the order in which they came."""
    standing: list[RemittanceClaim] = []
    for answer in RemittanceClaim.objects.filter(match__claim=claim).order_by("match__pk"):
        if answer.status != REVERSAL:
            standing.append(answer)
        elif taken := taken_back_by(answer, standing):
            standing.remove(taken)
    return standing


def taken_back_by(
    reversal: RemittanceClaim, standing: Sequence[RemittanceClaim]
) -> RemittanceClaim | None:
    """The newest of them that says exactly the opposite."""
    opposite = (-reversal.charge, -reversal.paid)
    return next((each for each in reversed(standing) if (each.charge, each.paid) == opposite), None)


def settled_before(remitted: RemittanceClaim) -> bool:
    """Whether the claim was settled, by an answer that still stands or by giving it up, before this
    answer came."""
    match = remitted.match
    given_up = match.claim.steps.filter(after=ClaimState.WRITTEN_OFF, at__lt=match.at)
    earlier = _settled([match.claim_id]).filter(remitted__match__pk__lt=match.pk)
    return earlier.exists() or given_up.exists()


def decided_before(remitted: RemittanceClaim):
    """What was decided of earlier answers and stands: it would be taken back if this one counted."""
    match = remitted.match
    earlier = _settled([match.claim_id]).filter(remitted__match__pk__lt=match.pk)
    return earlier.filter(kind__in=DECIDED)


def may_count_instead(remitted: RemittanceClaim) -> bool:
    """The last answer, with amounts that nobody has decided or with none at all, and decisions on
    earlier answers that still stand."""
    match = remitted.match
    if remitted.status == REVERSAL or match.claim.answers.filter(pk__gt=match.pk).exists():
        return False
    amounts = remitted.adjustments.exclude(amount=0)
    waits = amounts.filter(decision=None).exists() or not amounts.exists()
    return waits and decided_before(remitted).exists()


def _settled(claims: Sequence[int]):
    """What answers posted to the claims, as far as nobody took it back."""
    postings = Posting.objects.filter(claim__in=claims, remitted__isnull=False, reversed_by=None)
    return postings.exclude(remitted__status=REVERSAL)


def _way(claim: Claim, settled: bool) -> Way:
    if claim.state == ClaimState.CORRECTED:
        return Way.CHARGED_ANEW
    if settled or claim.state == ClaimState.WRITTEN_OFF:
        return Way.PAYMENT_ONLY
    return Way.FULL
