"""A claim's steps: the one way in which its state changes."""

from django.db import transaction
from django.utils import timezone

from billing.models import Claim, ClaimFile, ClaimStep
from billing.models.claim import State
from emr import audit
from emr.actions import Refused
from emr.models import User
from emr.rules.claim_states import ClaimState, may_follow


@transaction.atomic
def take_step(
    *,
    claim: Claim,
    to: ClaimState,
    by: User,
    reason: str = "",
    file: ClaimFile | None = None,
    on_paper: bool = False,
    seen: ClaimState | None = None,
) -> ClaimStep:
    """The claim's next step; refuses one that the table of states does not know.

    `seen` is the state that the person had before them: if somebody was faster, nothing is done.
    What a step asks for besides (no stop, a reason, a file) is the caller's to check.
    """
    Claim.objects.select_for_update().get(pk=claim.pk)
    last = claim.steps.order_by("-number").first()
    before = ClaimState(last.after) if last else None
    if seen is not None and seen != before:
        raise Refused(f"Somebody was faster: this claim is now “{_word(before)}”.")
    if not may_follow(before, to):
        raise Refused(f"A claim that is “{_word(before)}” cannot become “{_word(to)}”.")
    step = ClaimStep.objects.create(
        claim=claim,
        number=last.number + 1 if last else 1,
        before=before or "",
        after=to,
        at=timezone.now(),
        by=by,
        reason=reason,
        file=file,
        on_paper=on_paper,
    )
    claim.state_now = step.after
    audit.record(
        "claim moved",
        claim,
        by=by,
        patient_id=claim.coverage.patient_id,
        before=step.before,
        after=step.after,
    )
    return step


def _word(state: ClaimState | None) -> str:
    return State(state).label.lower() if state else "new"
