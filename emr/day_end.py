"""The end of a day at the desk: everything of it is done, or somebody says why it is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import TruncDate
from django.utils import timezone

from emr import audit, desk
from emr.actions import Refused
from emr.chips import Chip
from emr.desk import Counter
from emr.models import DayClose, DayCloseReason, User, Visit

LEAST_LETTERS = 5  # of a reason that tells somebody something
LONGEST_REASON = DayCloseReason._meta.get_field("reason").max_length
LOOKED_BACK = timedelta(days=14)


class GrownError(Refused):
    """More is open than whoever closes the day has seen."""


class ReasonsMissingError(Refused):
    """`keys` are the counters that are above zero without a reason."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__("Give a reason for everything that stays open.")
        self.keys = keys


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a day on one worklist."""

    counter: Counter
    number: int

    @property
    def chip(self) -> Chip:
        return self.counter.chip(self.number)


def closing(user: User) -> list[Counter]:
    """The worklists that hold up the close of a day."""
    return [counter for counter in desk.counters(user) if counter.closes_day]


def left_of(day: date, user: User) -> list[Left]:
    return [
        Left(counter=counter, number=len(counter.rows_of(day, user))) for counter in closing(user)
    ]


@transaction.atomic
def close_day(
    *, day: date, reasons: Mapping[str, str], seen: Mapping[str, int], by: User
) -> DayClose:
    """Close a day for good; `reasons` and `seen`, the numbers on the page, by counter.

    Counts once more. Raises GrownError where a counter is above what was seen, ReasonsMissingError
    where one is above zero without a reason, Refused for a day to come or one that is closed.
    """
    if day > timezone.localdate():
        raise Refused("This day has not come yet.")
    if DayClose.objects.filter(day=day).exists():
        raise Refused("Somebody closed this day already.")
    left = left_of(day, by)
    if any(each.number > seen.get(each.counter.key, 0) for each in left):
        raise GrownError("More is open now than this page showed. Look at the new numbers.")
    opened = [each for each in left if each.number]
    said = {each.counter.key: reasons.get(each.counter.key, "").strip() for each in opened}
    if unsaid := [key for key, reason in said.items() if not tells_why(reason)]:
        raise ReasonsMissingError(unsaid)
    try:
        with transaction.atomic():
            close = DayClose.objects.create(day=day, closed_at=timezone.now(), closed_by=by)
    except IntegrityError as error:
        raise Refused("Somebody closed this day already.") from error
    DayCloseReason.objects.bulk_create(
        DayCloseReason(
            close=close,
            counter=each.counter.key,
            title=each.counter.title,
            number=each.number,
            reason=said[each.counter.key],
        )
        for each in opened
    )
    audit.record(
        "day closed",
        close,
        by=by,
        day=day.isoformat(),
        left={each.counter.key: each.number for each in opened},
    )
    return close


def tells_why(reason: str) -> bool:
    return sum(map(str.isalpha, reason)) >= LEAST_LETTERS and len(reason) <= LONGEST_REASON


def days_not_closed(today: date) -> list[date]:
    """Days before this one, of the last two weeks, that had visits and were never closed."""
    first = timezone.make_aware(timezone.datetime.combine(today - LOOKED_BACK, _MIDNIGHT))
    last = timezone.make_aware(timezone.datetime.combine(today, _MIDNIGHT))
    visits = Visit.objects.filter(start__gte=first, start__lt=last).order_by()
    days = set(visits.annotate(day=TruncDate("start")).values_list("day", flat=True).distinct())
    closed = DayClose.objects.filter(day__in=days).values_list("day", flat=True)
    return sorted(days - set(closed), reverse=True)


_MIDNIGHT = timezone.datetime.min.time()
