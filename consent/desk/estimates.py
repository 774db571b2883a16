"""Good-faith estimates that are owed, by the clock of business days."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from consent.due_estimates import DueClock, clocks_of
from consent.models import Kind
from consent.review import notice_standings
from consent.worklists import SHORT
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.coming_visits import planned_from
from emr.desk import Row, told
from emr.models import Coverage, CoverageKind, User, Visit
from emr.told_days import told_day


def estimates_due(day: date, user: User) -> list[Row]:
    """Planned visits of who pays themselves, without an estimate: by when it must be given.

    One row a patient, of the estimate that is due first; those that are overdue come first.
    """
    visits = list(_self_paid(planned_from(day)))
    standings = notice_standings(visits)
    owed = [
        visit
        for visit in visits
        if standings[visit.pk].choice.kind == "estimate" and not standings[visit.pk].stands
    ]
    clocks = clocks_of(owed, today=day)
    first: dict[int, tuple[DueClock, Visit]] = {}
    for visit in owed:
        clock, known = clocks[visit.pk], first.get(visit.patient_id)
        if clock is not None and (known is None or clock.due_on < known[0].due_on):
            first[visit.patient_id] = (clock, visit)
    notice_at, new_for = addresses("consent:notice"), addresses("consent:new-notice")
    rows = []
    for clock, visit in sorted(first.values(), key=lambda each: (each[0].due_on, each[1].start)):
        notice = standings[visit.pk].notice
        on_file = notice is not None and not standings[visit.pk].lapse
        rows.append(
            Row(
                patient=visit.patient,
                what=SHORT[Kind.ESTIMATE],
                when=f"Visit {told(visit)}",
                day=day,
                chip=_clock_chip(clock),
                url=notice_at(notice.pk)
                if on_file
                else f"{new_for(visit.patient_id)}?visit={visit.pk}",
                word="Hand it over" if on_file else "Make the estimate",
            )
        )
    return rows


def _clock_chip(clock: DueClock) -> Chip:
    if clock.overdue:
        return Chip(tone=Tone.STOP, word=f"Overdue since {told_day(clock.due_on)}")
    if not clock.days_left:
        return Chip(tone=Tone.STOP, word="Due today")
    days = "1 business day" if clock.days_left == 1 else f"{clock.days_left} business days"
    return Chip(tone=Tone.WARN, word=f"By {told_day(clock.due_on)}, {days} left")


def _self_paid(visits):
    """Without any other primary coverage on the day of the visit."""
    on = OuterRef("on")
    insured = Coverage.objects.primary().filter(
        Q(ends_on=None) | Q(ends_on__gte=on), patient=OuterRef("patient"), starts_on__lte=on
    )
    return visits.annotate(on=TruncDate("start")).filter(
        ~Exists(insured.exclude(payer__kind=CoverageKind.SELF_PAY))
    )
