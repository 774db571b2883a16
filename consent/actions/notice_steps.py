"""One step of a notice: added if the table allows it and nobody took another one first."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from consent.actions.errors import Overtaken, Refused
from consent.models import Notice, NoticeStep, State
from emr.models import Patient, User
from emr.rules.notice_states import NoticeKind, NoticeState, may_follow


def refuse_wrong_step(notice: Notice, before: str, after: NoticeState) -> None:
    if not may_follow(NoticeKind(notice.kind), before, after):
        word = State(after).label.lower()
        if before in (NoticeState.CHOSEN, NoticeState.REFUSED, NoticeState.AGREED, "declined"):
            raise Overtaken("This notice was answered in the meantime.")
        raise Refused(f"A notice that is “{notice.state_label.lower()}” cannot become “{word}”.")


def add_step(
    notice: Notice,
    after: NoticeState,
    *,
    before: str,
    by: User,
    at: datetime | None = None,
    **fields,
) -> NoticeStep:
    """Add a step of the table; raises Overtaken if somebody took another one first."""
    refuse_wrong_step(notice, before, after)
    try:
        with transaction.atomic():
            # Held first by everybody, so that no two hold what the other waits for.
            Patient.objects.select_for_update().get(pk=notice.patient_id)
            step = NoticeStep.objects.create(
                notice=notice,
                before=str(before),
                after=after,
                at=at or timezone.now(),
                by=by,
                **fields,
            )
    except IntegrityError as error:
        raise Overtaken("Somebody was faster: look at this notice again.") from error
    notice.state_now = after
    return step
