"""Today's list around the present hour, in every state that a visit can have."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from billing.demo.ahead import NEXT_DAY
from billing.demo.arrival import receive, treat
from billing.demo.clinic import Clinic, minutes
from billing.demo.follow_ups import make_calls
from billing.demo.money import IN_SERIES
from billing.demo.patients import PATIENTS, Invented
from emr.models import Visit, VisitState
from notes.models import ReactionKind

# Minutes from now, to the half hour, and what has become of the visit by now.
SIGNED, DRAFT = "signed", "draft"
ARRIVED, PLANNED = VisitState.ARRIVED, VisitState.PLANNED

# Who is None comes from those in treatment. What each has signed: billing.demo.ways.
DANAS_DAY = [
    (-180, SIGNED, 10034),
    (-150, SIGNED, None),
    (-120, VisitState.NO_SHOW, None),
    (-90, SIGNED, 10040),
    (-60, SIGNED, 10109),
    (-30, DRAFT, 10031),
    (0, ARRIVED, 10105),
    (15, ARRIVED, 10110),
    (30, ARRIVED, 10060),
    (60, PLANNED, 10038),
    (75, PLANNED, 10076),
    (90, PLANNED, 10111),
    (105, PLANNED, 10113),
    (120, PLANNED, 10112),
    (135, PLANNED, 10045),
    (150, PLANNED, 10114),
    (165, PLANNED, 10108),
    (180, PLANNED, 10103),
]
OKES_DAY = [
    (-165, SIGNED, None),
    (-135, SIGNED, None),
    (-105, VisitState.CANCELLED, None),
    (-75, SIGNED, None),
    (-15, DRAFT, 10036),
    (15, ARRIVED, 10029),
    (45, PLANNED, 10107),
    (60, PLANNED, 10070),
    (75, PLANNED, 10106),
    (90, PLANNED, 10104),
    (105, PLANNED, 10067),
    (120, PLANNED, 10066),
    (135, PLANNED, 10064),
    (150, PLANNED, 10102),
]
ODETTE = 10027
ELSEWHERE = minutes(15)  # later, for whoever would come at Odette's time
REACTS = ("dana", -150)
TODAYS_REACTION = ReactionKind.SORENESS


def tell_today(clinic: Clinic, *, now: datetime, say: Callable[[str], None]) -> None:
    now = timezone.localtime(now, clinic.practice.zone)
    half_hour = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    by_number = {who.number: who for who in PATIENTS}
    odettes_time = clinic.moment(now.date(), 10, 30)
    _expect_odette(clinic, by_number[ODETTE], odettes_time, now=now)
    told = 1
    planned = {number for number, _, _ in NEXT_DAY}
    for username, plan in (("dana", DANAS_DAY), ("oke", OKES_DAY)):
        named = {ODETTE, IN_SERIES, *planned, *(number for _, _, number in plan)}
        others = _others(clinic, username, named)
        for offset, outcome, number in plan:
            start = half_hour + minutes(offset)
            who = by_number[number] if number else others.pop()
            if username == "dana" and start == odettes_time:
                start += ELSEWHERE
            if start.date() == now.date():
                reaction = TODAYS_REACTION if (username, offset) == REACTS else None
                _visit(clinic, who, start, outcome, now=now, reaction=reaction)
                told += 1
    say(f"{now:%Y-%m-%d}, today: {told} visits")


def is_told(day: date) -> bool:
    """Whether the list of a day is there: Odette comes every day."""
    return Visit.objects.starting_on(day).filter(patient__record_number=str(ODETTE)).exists()


def close_former_days(clinic: Clinic, *, now: datetime) -> None:
    """What an earlier demo day left waiting did not happen; its calls are made."""
    make_calls(clinic, timezone.localdate(now, clinic.practice.zone) - timedelta(days=1))
    midnight = clinic.moment(timezone.localdate(now, clinic.practice.zone), 0)
    waiting = {
        VisitState.PLANNED: VisitState.CANCELLED,
        VisitState.ARRIVED: VisitState.NO_SHOW,
    }
    for visit in Visit.objects.filter(start__lt=midnight, state__in=waiting):
        clinic.move(visit, waiting[VisitState(visit.state)], at=now)


def _others(clinic: Clinic, username: str, named: set[int]) -> list[Invented]:
    those = [
        who
        for who in PATIENTS
        if who.sees == username
        and who.every
        and who.consent == "signed"
        and who.number not in named
    ]
    return clinic.random.sample(those, k=len(those))


def _expect_odette(clinic: Clinic, who: Invented, start: datetime, *, now: datetime) -> None:
    """Odette Marlow comes at half past ten, and her note is left for the visitor to write."""
    visit = clinic.book(who, start, at=start - timedelta(days=1))
    if now > start - minutes(15):
        receive(clinic, who, visit, at=min(now, start - minutes(6)))


def _visit(
    clinic: Clinic,
    who: Invented,
    start: datetime,
    outcome: str,
    *,
    now: datetime,
    reaction: ReactionKind | None,
) -> None:
    visit = clinic.book(who, start, at=start - timedelta(days=1, minutes=who.number % 90))
    if outcome == SIGNED:
        treat(clinic, who, visit, reaction=reaction)
    elif outcome == DRAFT:
        receive(clinic, who, visit, at=start - minutes(6))
        note = clinic.start(who, visit, at=start)
        clinic.chart_half(who, note, at=min(start + minutes(14), now))
    elif outcome == VisitState.ARRIVED:
        receive(clinic, who, visit, at=min(start - minutes(7), now))
    elif outcome == VisitState.CANCELLED:
        clinic.move(visit, outcome, at=start - timedelta(hours=3))
    elif outcome == VisitState.NO_SHOW:
        clinic.move(visit, outcome, at=start + minutes(20))
