"""Claims that wait for a biller: held, ready to send, sent back unread, denied."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.dateformat import format as date_format

from billing.claim_chips import claim_chip
from billing.models import Claim, Party, Posting
from emr.addresses import addresses
from emr.desk import Row, Rows
from emr.models import User
from emr.rules.claim_states import ClaimState


def claims_in(state: ClaimState, word: str, *, only_owed: bool = False) -> Rows:
    """The claims of one state, those that have been in it longest first.

    `only_owed` leaves out those whose payer owes nothing any more: all of it was decided.
    """

    def rows(day: date, user: User) -> list[Row]:
        claim_at = addresses("billing:claim")
        found = Claim.objects.with_state().filter(state_now=state)
        found = found.annotate(since=Max("steps__at")).select_related(
            "coverage__payer", "coverage__patient"
        )
        if only_owed:
            found = found.annotate(owed=_payer_owes()).exclude(owed=0)
        return [_row(claim, state, word, claim_at) for claim in found.order_by("since", "pk")]

    return rows


def _payer_owes() -> Coalesce:
    postings = Posting.objects.filter(claim=OuterRef("pk"), party=Party.PAYER).order_by()
    summed = postings.values("claim").annotate(owed=Round(Sum("amount"), precision=2))
    return Coalesce(Subquery(summed.values("owed")), Decimal(0))


def _row(claim: Claim, state: ClaimState, word: str, claim_at: Callable[[int], str]) -> Row:
    since = timezone.localtime(claim.since)
    return Row(
        patient=claim.coverage.patient,
        what=f"Claim to {claim.coverage.payer}",
        when=f"Since {date_format(since, 'D j M')}",
        day=since.date(),
        chip=claim_chip(state),
        url=claim_at(claim.pk),
        word=word,
    )
