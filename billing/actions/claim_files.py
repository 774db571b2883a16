"""Sending claims: as a file for the clearing house, or as a sheet of paper."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from billing.actions.steps import take_step
from billing.claim_files.file import claim_file
from billing.claim_files.paper import pages_of
from billing.claim_files.values import Envelope
from billing.models import Claim, ClaimFile, ClaimSubmitter, PaperClaim, Usage
from billing.review.claim_form import (
    ClaimProblem,
    submitter_values,
    values_of,
    with_form_rows,
)
from billing.review.claims import Stop, review_claims, stops_of
from emr import audit, signing
from emr.actions import Refused
from emr.models import Practice, User
from emr.rules.claim_states import ClaimState

MOST_AT_ONCE = 200


class NotSentError(Refused):
    """Something is missing in some of the claims, so that none was sent.

    `stops` are those of each claim, by its number in the database.
    """

    def __init__(
        self, claims: Iterable[Claim], stops: dict[int, list[Stop | ClaimProblem]]
    ) -> None:
        numbers = ", ".join(claim.control_number for claim in claims if stops[claim.pk])
        super().__init__(f"Nothing was sent, for something is missing in {numbers}.")
        self.stops = stops


@transaction.atomic
def set_submitter(*, by: User, **fields) -> ClaimSubmitter:
    """Who sends the files to whom; there is one answer, and the last one counts."""
    submitter = ClaimSubmitter.objects.first() or ClaimSubmitter(pk=1)
    changed = [name for name, value in fields.items() if getattr(submitter, name) != value]
    for name, value in fields.items():
        setattr(submitter, name, value)
    submitter.full_clean()
    submitter.save()
    audit.record("claim submitter set", submitter, by=by, fields=sorted(changed))
    return submitter


@transaction.atomic
def send_claims(*, claims: Iterable[Claim], by: User) -> ClaimFile:
    """One 837P file of claims that are ready; all of them become sent, or nothing happens.

    A test file says so in its head, is kept like any other, and leaves its claims ready: a payer
    only looks at its form.
    """
    now = timezone.now()
    # Numbers follow one another, and of two who send at the same moment the second waits here.
    submitter = ClaimSubmitter.objects.select_for_update().first()
    claims = _ready(claims)
    practice = Practice.objects.get(pk=1)
    stops = _stops(claims, practice=practice)
    if any(stops.values()):
        raise NotSentError(claims, stops)
    last = ClaimFile.objects.aggregate(last=Max("control_number"))["last"] or 0
    envelope = Envelope(
        control_number=last + 1, usage=submitter.usage, made_at=now.astimezone(practice.zone)
    )
    content = claim_file(
        envelope=envelope,
        submitter=submitter_values(submitter),
        claims=[values_of(claim, practice=practice) for claim in claims],
    )
    file = ClaimFile.objects.create(
        control_number=envelope.control_number,
        usage=envelope.usage,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        made_at=now,
        made_by=by,
    )
    audit.record(
        "claim file made",
        file,
        by=by,
        control_number=file.control_number,
        usage=file.usage,
        claims=len(claims),
        sha256=file.sha256,
    )
    for claim in claims:
        if file.usage == Usage.PRODUCTION:
            take_step(claim=claim, to=ClaimState.SENT, by=by, file=file, seen=ClaimState.READY)
            _mark_sent(claim, at=now)
        else:
            audit.record(
                "claim in a test file",
                claim,
                by=by,
                patient_id=claim.coverage.patient_id,
                control_number=file.control_number,
            )
    return file


@transaction.atomic
def print_claim(*, claim: Claim, by: User) -> PaperClaim:
    """The claim goes out on a CMS-1500: what stands on it is kept, and the claim is sent."""
    now = timezone.now()
    [claim] = _ready([claim])
    practice = Practice.objects.get(pk=1)
    if stops := stops_of(claim, practice=practice):
        raise NotSentError([claim], {claim.pk: stops})
    pages = pages_of(values_of(claim, practice=practice))
    paper = PaperClaim.objects.create(
        claim=claim,
        pages=pages,
        sha256=signing.digest(signing.canonical(pages)),
        made_at=now,
        made_by=by,
    )
    take_step(claim=claim, to=ClaimState.SENT, by=by, on_paper=True, seen=ClaimState.READY)
    _mark_sent(claim, at=now)
    return paper


def _ready(claims: Iterable[Claim]) -> Sequence[Claim]:
    """The claims as they are now, the oldest first; refuses one that is not ready.

    They are locked before they are read: whoever moves one of them or changes its lines at the same
    moment waits, or was first and is seen.
    """
    numbers = [claim.pk for claim in claims]
    if not numbers:
        raise Refused("Choose at least one claim.")
    if len(numbers) > MOST_AT_ONCE:
        raise Refused(f"Send at most {MOST_AT_ONCE} claims at once.")
    rows = Claim.objects.filter(pk__in=numbers).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    found = list(with_form_rows(rows))
    late = [each.control_number for each in found if each.state != ClaimState.READY]
    if late:
        raise Refused(f"Not ready to send any more: {', '.join(late)}. Nothing was sent.")
    return found


def _stops(claims: Sequence[Claim], *, practice: Practice) -> dict[int, list[Stop | ClaimProblem]]:
    """What stops each claim today: something may have changed since it was released."""
    reviews = review_claims(claims, practice=practice)
    return {pk: [*review.stops, *review.lacks_for_a_file] for pk, review in reviews.items()}


def _mark_sent(claim: Claim, *, at) -> None:
    """From here on the claim never changes."""
    if claim.sent_at is None:
        claim.sent_at = at
        claim.save(update_fields=["sent_at"])
