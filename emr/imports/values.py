"""Cells read as days, times and sexes. What could be meant in two ways is refused with a sentence."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from emr.models import Sex

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?( ?AM)?$", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)? ?(?:([ap])m?)?")

SEXES = {
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "woman": Sex.FEMALE,
    "m": Sex.MALE,
    "male": Sex.MALE,
    "man": Sex.MALE,
    "o": Sex.OTHER,
    "x": Sex.OTHER,
    "other": Sex.OTHER,
    "u": Sex.UNKNOWN,
    "unknown": Sex.UNKNOWN,
    "not known": Sex.UNKNOWN,
}


class Misread(ValueError):
    """The cell does not say what its column is for; the message tells what to write."""


def read_day(cell: str) -> date:
    """2026-01-31; 1/31/2026 with the month first; 31.1.2026 only where it can mean one day."""
    text = re.sub(MIDNIGHT, "", cell)
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := AMERICAN.fullmatch(text):
        month, day, year = map(int, found.groups())
    elif found := DOTTED.fullmatch(text):
        day, month, year = _dotted(*map(int, found.groups()))
    elif SHORT_YEAR.fullmatch(text):
        raise Misread("Write the year with four digits.")
    else:
        raise Misread("Write the date as 2026-01-31 or 1/31/2026.")
    try:
        return date(year, month, day)
    except ValueError as error:
        first = " Dates with strokes have the month first." if "/" in text else ""
        raise Misread(f"No calendar has this day.{first}") from error


def _dotted(first: int, second: int, year: int) -> tuple[int, int, int]:
    """Day, month, year; both orders are in use, so that only one of them may be possible."""
    if first != second and first <= 12 and second <= 12:
        raise Misread("This can mean two days. Write the date as 2026-01-31 or 1/31/2026.")
    return (second, first, year) if second > 12 else (first, second, year)


def read_time(cell: str) -> time:
    """10:30, 14:05, 2:05 pm."""
    found = CLOCK.fullmatch(cell.lower().replace(".", ""))
    if not found:
        raise Misread("Write the time as 10:30, 14:05 or 2:05 pm.")
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half and not 1 <= hour <= 12:
        raise Misread("With am or pm the hour is 1 to 12.")
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Misread("No clock shows this time.") from error


def read_start(cell: str) -> tuple[date, time]:
    """A day and a time of day in one cell."""
    day, _, clock = cell.replace("T", " ", 1).partition(" ")
    if not clock:
        raise Misread("Write the day and the time: 2026-01-31 10:30.")
    return read_day(day), read_time(clock.strip())


def moment_of(day: date, clock: time, *, zone: ZoneInfo) -> datetime:
    """The moment that the practice's clock shows so, if it is exactly one."""
    moment = datetime.combine(day, clock, tzinfo=zone)
    back = moment.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Misread("The clocks go forward then, and leave this time out. Give another one.")
    if moment.replace(fold=1).utcoffset() != moment.utcoffset():
        raise Misread("The clocks go back then, and show this time twice. Plan this visit by hand.")
    return moment


def read_sex(cell: str) -> Sex:
    sex = SEXES.get(cell.lower())
    if sex is None:
        raise Misread("Write female, male, other or unknown; F and M will do.")
    return sex
