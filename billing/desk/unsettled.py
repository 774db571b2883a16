"""Claims that nobody answers, and claims that were answered and do not come out at zero."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from billing.claim_chips import claim_chip
from billing.models import Claim, ClaimStep, Party, Posting, RemittanceMatch
from billing.models.money import CENT
from billing.review.open_amounts import open_adjustments
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Row
from emr.models import User
from emr.rules.claim_states import ClaimState
from emr.told_days import told_day

DAYS_TO_ANSWER = 30
WAITING = (ClaimState.SENT, ClaimState.APPEALED)
SETTLED = (ClaimState.PAID, ClaimState.WRITTEN_OFF)


def unanswered(day: date, user: User) -> list[Row]:
    """Sent or under appeal, and the payer has been silent for too long; the longest first."""
    claim_at = addresses("billing:claim")
    steps = ClaimStep.objects.filter(claim=OuterRef("pk")).order_by("-number")
    found = Claim.objects.with_state().annotate(since=Subquery(steps.values("at")[:1]))
    late = timezone.now() - timedelta(days=DAYS_TO_ANSWER)
    found = found.filter(state_now__in=WAITING, since__lte=late)
    return [
        Row(
            patient=claim.coverage.patient,
            what=f"Claim to {claim.coverage.payer}",
            when=f"{claim.state_label} {told_day(timezone.localtime(claim.since).date())}",
            day=timezone.localtime(claim.since).date(),
            chip=claim_chip(claim.state),
            url=claim_at(claim.pk),
            word="Ask the payer",
        )
        for claim in _read_along(found).order_by("since", "pk")
    ]


def off_balance(day: date, user: User) -> list[Row]:
    """Settled, with nothing left to decide, and yet the payer owes or was paid for too much.

    A claim and those that took its place are one account: the last of them stands for it. One that was
    paid after it was corrected waits for the payer to take that back. What is denied has a list already,
    as far as it is owed.
    """
    answers_at = addresses("billing:answers")
    found = Claim.objects.with_state().annotate(
        owed=_payer_owes("claim", OuterRef("pk")),
        of_all=_payer_owes("claim__note", OuterRef("note"), claim__coverage=OuterRef("coverage")),
    )
    found = found.exclude(of_all=0)
    open_ones = open_adjustments().filter(remitted__match__claim=OuterRef("pk"))
    last = found.filter(replaced_by=None).exclude(Exists(open_ones))
    rows = [
        *_read_along(last.filter(state_now__in=SETTLED)),
        *_read_along(last.filter(state_now=ClaimState.DENIED, owed=0)),
        *_read_along(found.filter(_paid_late(), state_now=ClaimState.CORRECTED, owed__lt=0)),
    ]
    return [_off_balance_row(claim, answers_at) for claim in sorted(rows, key=lambda each: each.pk)]


def _off_balance_row(claim: Claim, answers_at) -> Row:
    shown = claim.owed if claim.state == ClaimState.CORRECTED else claim.of_all
    owed = shown.quantize(CENT)
    word = "More than charged" if owed < 0 else "Still owed"
    return Row(
        patient=claim.coverage.patient,
        what=f"{'-' if owed < 0 else ''}${abs(owed):.2f} of {claim.coverage.payer}",
        when=f"Visit {told_day(claim.note.date_of_service)}",
        day=claim.note.date_of_service,
        chip=Chip(tone=Tone.WARN, word=word),
        url=answers_at(claim.pk),
        word="Look at it",
    )


def _paid_late() -> Exists:
    """Whether the payer paid the claim after it was corrected."""
    matches = RemittanceMatch.objects.filter(claim=OuterRef(OuterRef("pk")), remitted__paid__gt=0)
    corrected = ClaimStep.objects.filter(claim=OuterRef("pk"), after=ClaimState.CORRECTED)
    return Exists(corrected.filter(Exists(matches.filter(at__gt=OuterRef("at")))))


def _payer_owes(of: str, what: OuterRef, **more) -> Coalesce:
    postings = Posting.objects.filter(party=Party.PAYER, **{of: what}, **more).order_by()
    summed = postings.values("party").annotate(owed=Round(Sum("amount"), precision=2))
    return Coalesce(Subquery(summed.values("owed")), CENT * 0)


def _read_along(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    return claims.select_related("coverage__payer", "coverage__patient", "note").defer(
        "note__content", "note__snapshot"
    )
