"""Amounts that no payer has paid and nobody has dealt with; and answers that no claim is known for."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from billing.models import Adjustment, ClaimStep, Posting, RemittanceClaim, RemittanceMatch
from billing.review.liability import PURSUED
from emr.rules.claim_states import ClaimState

# Somebody has taken the claim further; what was open of it is on its way, or given up.
TAKEN_FURTHER = (ClaimState.APPEALED, ClaimState.CORRECTED, ClaimState.WRITTEN_OFF)


def open_adjustments() -> QuerySet[Adjustment]:
    """Of the last answer to each claim: to be decided, or not the patient's and still with the payer."""
    match = "remitted__match"
    later = RemittanceMatch.objects.filter(
        claim=OuterRef(f"{match}__claim"), pk__gt=OuterRef(f"{match}__pk")
    )
    standing = Posting.objects.filter(adjustment=OuterRef("pk"), reversed_by=None)
    steps = ClaimStep.objects.filter(claim=OuterRef(f"{match}__claim")).order_by("-number")
    undecided = Q(decision=None) | Q(decision__by_rule=True, decision__next_step__in=PURSUED)
    return (
        Adjustment.objects.filter(undecided, remitted__match__claim__isnull=False)
        .exclude(amount=0)
        .filter(~Exists(later), ~Exists(standing))
        .annotate(claim_state=Subquery(steps.values("after")[:1]))
        .exclude(claim_state__in=TAKEN_FURTHER)
    )


def unmatched_answers() -> QuerySet[RemittanceClaim]:
    return RemittanceClaim.objects.filter(match=None)
