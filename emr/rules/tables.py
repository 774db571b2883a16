"""The tables of facts that lie beside the rules, read as text."""

import csv
from datetime import date
from pathlib import Path

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
