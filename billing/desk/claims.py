"""Claims that wait for a biller: held, ready to send, sent back unread, denied."""

from collections.abc import Callable
from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.dateformat import format as date_format

from billing.claim_chips import claim_chip
from billing.models import Claim
from emr.addresses import addresses
from emr.desk import Row, Rows
from emr.models import User
from emr.rules.claim_states import ClaimState


def claims_in(state: ClaimState, word: str) -> Rows:
    """The claims of one state, those that have been in it longest first."""

    def rows(day: date, user: User) -> list[Row]:
        claim_at = addresses("billing:claim")
        found = Claim.objects.with_state().filter(state_now=state)
        found = found.annotate(since=Max("steps__at")).select_related(
            "coverage__payer", "coverage__patient"
        )
        return [_row(claim, state, word, claim_at) for claim in found.order_by("since", "pk")]

    return rows


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
