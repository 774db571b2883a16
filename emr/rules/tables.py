"""The tables of facts that lie beside the rules, read as text."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

DATA = Path(__file__).parent / "data"


def rows_of(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def day_in(cell: str) -> date | None:
    """The date in a cell; None for an empty one, which leaves that end open."""
    return date.fromisoformat(cell) if cell else None


def in_force(first: date | None, last: date | None, *, on: date) -> bool:
    """Whether a day lies from the first to the last good one; an end that is None is open."""
    return (first is None or first <= on) and (last is None or on <= last)


def first_in_force(
    rows: Iterable[tuple[Value, date | None, date | None]], *, on: date
) -> Value | None:
    """The value of the first row in force on a day, each with its first and last day."""
    return next((value for value, first, last in rows if in_force(first, last, on=on)), None)
