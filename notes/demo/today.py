"""Today's list around the present hour, in every state that a visit can have."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from emr.models import Visit, VisitState
from notes.demo.clinic import Clinic, minutes
from notes.demo.patients import PATIENTS, Invented

# Minutes from now, to the half hour, and what has become of the visit by now.
SIGNED, DRAFT = "signed", "draft"
DANAS_DAY = [
    (-180, SIGNED),
    (-150, SIGNED),
    (-120, VisitState.NO_SHOW),
    (-90, SIGNED),
    (-30, DRAFT),
    (0, VisitState.ARRIVED),
    (30, VisitState.ARRIVED),
    (60, VisitState.PLANNED),
    (120, VisitState.PLANNED),
]
OKES_DAY = [
    (-165, SIGNED),
    (-135, SIGNED),
    (-105, VisitState.CANCELLED),
    (-75, SIGNED),
    (-15, DRAFT),
    (15, VisitState.ARRIVED),
    (45, VisitState.PLANNED),
    (105, VisitState.PLANNED),
]
# Who comes every day in these places; between them come others who are in treatment.
ODETTE = 10027
DANAS_PATIENTS = {0: 10034, 3: 10040, 4: 10031, 5: 10105, 6: 10060, 7: 10038, 8: 10103}
OKES_PATIENTS = {4: 10036, 5: 10029, 6: 10107, 7: 10104}


def tell_today(clinic: Clinic, *, now: datetime, say: Callable[[str], None]) -> None:
    now = timezone.localtime(now, clinic.practice.zone)
    half_hour = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    by_number = {who.number: who for who in PATIENTS}
    odettes_time = clinic.moment(now.date(), 10, 30)
    _expect_odette(clinic, by_number[ODETTE], odettes_time, now=now)
    told = 1
    for username, plan, named in (
        ("dana", DANAS_DAY, DANAS_PATIENTS),
        ("oke", OKES_DAY, OKES_PATIENTS),
    ):
        others = _others(clinic, username, {ODETTE, *named.values()})
        for place, (offset, outcome) in enumerate(plan):
            start = half_hour + minutes(offset)
            who = by_number[named[place]] if place in named else others.pop()
            taken = username == "dana" and start == odettes_time
            if start.date() == now.date() and not taken:
                _visit(clinic, who, start, outcome, now=now)
                told += 1
    say(f"{now:%Y-%m-%d}, today: {told} visits")


def close_former_days(clinic: Clinic, *, now: datetime) -> None:
    """What an earlier demo day left waiting did not happen."""
    midnight = clinic.moment(timezone.localdate(now, clinic.practice.zone), 0)
    waiting = {
        VisitState.PLANNED: VisitState.CANCELLED,
        VisitState.ARRIVED: VisitState.NO_SHOW,
    }
    for visit in Visit.objects.filter(start__lt=midnight, state__in=waiting):
        clinic.move(visit, waiting[VisitState(visit.state)], at=now)


def _others(clinic: Clinic, username: str, named: set[int]) -> list[Invented]:
    those = [
        who for who in PATIENTS if who.sees == username and who.every and who.number not in named
    ]
    return clinic.random.sample(those, k=len(those))


def _expect_odette(clinic: Clinic, who: Invented, start: datetime, *, now: datetime) -> None:
    """Odette Marlow comes at half past ten, and her note is left for the visitor to write."""
    visit = clinic.book(who, start, at=start - timedelta(days=1))
    if now > start - minutes(15):
        clinic.receive(who, visit, at=min(now, start - minutes(6)))


def _visit(clinic: Clinic, who: Invented, start: datetime, outcome, *, now: datetime) -> None:
    visit = clinic.book(who, start, at=start - timedelta(days=1, minutes=who.number % 90))
    if outcome == SIGNED:
        clinic.treat(who, visit)
    elif outcome == DRAFT:
        clinic.receive(who, visit, at=start - minutes(6))
        note = clinic.start(who, visit, at=start)
        clinic.chart_half(who, note, at=min(start + minutes(14), now))
    elif outcome == VisitState.ARRIVED:
        clinic.receive(who, visit, at=min(start - minutes(7), now))
    elif outcome == VisitState.CANCELLED:
        clinic.move(visit, outcome, at=start - timedelta(hours=3))
    elif outcome == VisitState.NO_SHOW:
        clinic.move(visit, outcome, at=start + minutes(20))
