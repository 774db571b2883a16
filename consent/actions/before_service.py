"""A notice comes before the service: until when it may be issued, put before the patient, answered."""

from datetime import date, datetime

from django.utils import timezone

from consent import drafting
from consent.actions.errors import Refused
from consent.models import ABN_KINDS, Notice
from emr.models import CoverageKind, Practice, Visit
from emr.models.visit import GONE
from emr.rules.editions import edition_usable

TOO_LATE = (
    "The service was given already: a notice signed afterwards does not count. Make a new one for"
    " the next visit."
)
OBSOLETE = "This edition of the form may not be signed any more: make a new notice."


def refuse_if_unanswerable(
    notice: Notice, *, day: date, at: datetime, practice: Practice, hold: bool = False
) -> None:
    """Raises Refused where an answer of that day could not count.

    So it is after the service, on an edition that is obsolete by then, and on an ABN of a patient
    who has Medicare Advantage by then. `at` is the moment of the answer; of a paper that in which
    its blank was printed, as nobody knows more.
    """
    refuse_after_service(notice, day=day, at=at, practice=practice, hold=hold)
    if notice.wording and not edition_usable(notice.wording.edition_expires, on=day):
        raise Refused(OBSOLETE)
    if notice.kind in ABN_KINDS:
        with timezone.override(practice.zone):
            occasion = drafting.occasion_of_notice(notice, today=day)
        if occasion.coverage_kind == CoverageKind.MEDICARE_ADVANTAGE:
            raise Refused(drafting.NOT_FOR_ADVANTAGE)


def refuse_after_service(
    notice: Notice, *, day: date, at: datetime, practice: Practice, hold: bool = False
) -> None:
    """Of one visit, until it is done or its day has passed; of a course, while visits are ahead.

    A visit to which nobody came gave no service. `hold` keeps the visit as it is until the end of
    the transaction.
    """
    if notice.visit_id is None:
        return
    visits = Visit.objects.select_for_update() if hold else Visit.objects.all()
    visit = visits.get(pk=notice.visit_id)
    if visit.state in GONE:
        return
    with timezone.override(practice.zone):
        in_time = day <= visit.date_of_service
        if in_time and (visit.over_since is None or at <= visit.over_since):
            return
        if notice.repetitive and drafting.visits_ahead(notice.patient, day=day).exists():
            return
    raise Refused(TOO_LATE)
