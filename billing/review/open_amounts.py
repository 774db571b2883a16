"""Amounts that no payer has paid and nobody has dealt with; and answers that no claim is known for."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from billing.models import Adjustment, ClaimStep, Posting, RemittanceClaim, RemittanceMatch
from billing.remittances.values import REVERSAL
from billing.review.liability import PURSUED
from emr.rules.claim_states import ClaimState

# Somebody has taken the claim further; what was open of it is on its way, or given up.
TAKEN_FURTHER = (ClaimState.APPEALED, ClaimState.CORRECTED, ClaimState.WRITTEN_OFF)
UNDECIDED = Q(decision=None) | Q(decision__by_rule=True, decision__next_step__in=PURSUED)
ONLY_INFORMS = Q(decision__by_rule=True, decision__next_step="nothing")


def open_adjustments() -> QuerySet[Adjustment]:
    """Of the last answer to each claim: to be decided, or not the patient's and still with the payer.

    An answer that says nothing of the money hides none before it. What was answered after the claim was
    taken further is open for itself.
    """
    return _of_last_answers(UNDECIDED).exclude(
        claim_state__in=TAKEN_FURTHER, moved_at__gte=F("remitted__match__at")
    )


def informing_adjustments() -> QuerySet[Adjustment]:
    """Of the last answer to each claim: what says nothing of the money, and so stays with the payer."""
    return _of_last_answers(ONLY_INFORMS).exclude(claim_state__in=TAKEN_FURTHER)


def _of_last_answers(condition: Q) -> QuerySet[Adjustment]:
    """As far as they meet the condition and nothing was posted for them."""
    match = "remitted__match"
    speaks = Adjustment.objects.filter(remitted=OuterRef("remitted")).exclude(ONLY_INFORMS)
    later = RemittanceMatch.objects.filter(
        Q(remitted__status=REVERSAL) | ~Q(remitted__paid=0) | Exists(speaks),
        claim=OuterRef(f"{match}__claim"),
        pk__gt=OuterRef(f"{match}__pk"),
    )
    standing = Posting.objects.filter(adjustment=OuterRef("pk"), reversed_by=None)
    steps = ClaimStep.objects.filter(claim=OuterRef(f"{match}__claim")).order_by("-number")
    return (
        Adjustment.objects.filter(condition, remitted__match__claim__isnull=False)
        .exclude(amount=0)
        .filter(~Exists(later), ~Exists(standing))
        .annotate(
            claim_state=Subquery(steps.values("after")[:1]),
            moved_at=Subquery(steps.values("at")[:1]),
        )
    )


def unmatched_answers() -> QuerySet[RemittanceClaim]:
    return RemittanceClaim.objects.filter(match=None)
