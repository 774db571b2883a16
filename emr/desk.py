"""The worklists: what still waits for somebody, list by list.

Each app registers its own at start, so that nothing below imports what is above. The page of
worklists, each list, the total beside today's list and the close of a day all read them here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from emr.access import DESK
from emr.chips import Chip, Tone
from emr.models import Patient, Role, User, Visit, VisitState


class Group(StrEnum):
    DAY = "Visits of the day"
    AHEAD = "Before the next visits"
    PAPERS = "Papers"
    AFTER = "After treatment"
    MONEY = "Charges, claims and money"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that waits: about whom, since or until when, and the step that ends it.

    `day` is the day at whose close it is asked for; `document` is what can be printed of it. Only a
    list with a page of its own may name nobody.
    """

    patient: Patient | None
    what: str
    when: str
    day: date
    chip: Chip
    url: str = ""
    word: str = ""
    document: int | None = None


Rows = Callable[[date, User], list[Row]]


@dataclass(frozen=True, kw_only=True)
class Counter:
    """One worklist and how many wait on it.

    `rows(day, user)` answers what waits on the day, in a number of queries that does not grow
    with the rows. `url_name` names a page of its own, where the common one does not do. `roles` see
    the list; `steps_by` may take the step that ends a row of it.
    """

    key: str
    title: str
    about: str
    group: Group
    order: int
    rows: Rows
    tone: Tone = Tone.WARN
    closes_day: bool = False
    gives_copies: bool = False
    url_name: str = ""
    roles: tuple[Role, ...] = tuple(Role)
    steps_by: tuple[Role, ...] = DESK

    @property
    def url(self) -> str:
        if self.url_name:
            return reverse(self.url_name)
        return reverse("emr:worklist", args=[self.key])

    def count(self, day: date, user: User) -> int:
        return len(self.rows(day, user))

    def rows_of(self, day: date, user: User) -> list[Row]:
        """What holds up the close of that very day."""
        return [row for row in self.rows(day, user) if row.day == day]

    def chip(self, count: int) -> Chip:
        if not count:
            return Chip(tone=Tone.OK, word="Done")
        return Chip(tone=self.tone, word="Open")


_counters: dict[str, Counter] = {}


def register(counter: Counter) -> None:
    _counters[counter.key] = counter


def counters(user: User) -> list[Counter]:
    """Those that the user may open, in their order."""
    ordered = sorted(_counters.values(), key=lambda counter: counter.order)
    return [counter for counter in ordered if user.has_role(*counter.roles)]


def counter_of(key: str, user: User) -> Counter | None:
    return next((counter for counter in counters(user) if counter.key == key), None)


def open_total(day: date, user: User) -> int:
    """All that must be chased; a visit that only has not ended yet is none of it."""
    chased = [counter for counter in counters(user) if counter.tone != Tone.INFO]
    return sum(counter.count(day, user) for counter in chased)


# The core's own


OPEN_STATES = (VisitState.PLANNED, VisitState.ARRIVED, VisitState.IN_PROGRESS)


def visits_of(day: date):
    """The visits of a day with whom they are with; by whom the lists name them."""
    return Visit.objects.starting_on(day).select_related("patient", "provider__user")


def told(visit: Visit) -> str:
    """When and with whom: Mon 3 Nov, 10:30, Whitlock."""
    start = date_format(timezone.localtime(visit.start), "D j M, H:i")
    return f"{start}, {visit.provider.user.last_name}"


def open_visits(day: date, user: User) -> list[Row]:
    days_list = f"{reverse('emr:today')}?day={day.isoformat()}&show=all&who=everybody"
    return [
        Row(
            patient=visit.patient,
            what="Visit",
            when=told(visit),
            day=day,
            chip=Chip(tone=Tone.INFO, word=visit.get_state_display()),
            url=days_list,
            word="Move it on",
        )
        for visit in visits_of(day).filter(state__in=OPEN_STATES)
    ]


register(
    Counter(
        key="visits-open",
        title="Visits still open",
        about="Planned, waiting or in treatment; at the end of the day each is done or has a reason.",
        group=Group.DAY,
        order=10,
        rows=open_visits,
        tone=Tone.INFO,
        closes_day=True,
    )
)
