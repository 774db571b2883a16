"""Where each field and each box of the CMS-1500 (02/12) lies on its page, in millimetres.

The form is laid out for ten signs an inch and six lines an inch; the two tables in data/ count in
those, as its print specification does.
"""

import csv
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
INCH = 25.4
COLUMN, ROW = INCH / 10, INCH / 6
# Where the first sign of the first line begins on the sheet.
LEFT, TOP = INCH / 3, INCH / 3
LINES = 6  # of services on a page
ROWS_A_LINE = 2
HEAD_OF_LINES = 41  # the row in which the boxes above them begin


@dataclass(frozen=True, kw_only=True)
class Place:
    """A rectangle on the page, in millimetres from its upper left corner.

    `text` is a box's own number and label, or what stands beside a field on a drawn form.
    """

    text: str = ""
    x: float
    y: float
    width: float
    height: float

    def moved(self, *, right: float = 0.0, down: float = 0.0) -> "Place":
        return replace(self, x=round(self.x + right, 2), y=round(self.y + down, 2))

    def on_line(self, line: int) -> "Place":
        """The same on a later line of services, counted from zero."""
        return self.moved(down=line * ROWS_A_LINE * ROW)


@lru_cache(maxsize=1)
def fields() -> dict[str, Place]:
    """By name; a field of a line lies where the first line has it."""
    return {
        row["field"]: _place(row, text=row["caption"], columns=row["width"])
        for row in _rows("form_fields.csv")
    }


@lru_cache(maxsize=1)
def field_widths() -> dict[str, int]:
    """How many signs a field has room for."""
    return {row["field"]: int(row["width"]) for row in _rows("form_fields.csv")}


@lru_cache(maxsize=1)
def boxes() -> tuple[Place, ...]:
    """Every box with its number and label, those of the lines without."""
    drawn = []
    for row in _rows("form_boxes.csv"):
        text = f"{row['box']} {row['label']}".strip()
        box = _place(row, text=text, columns=row["columns"], rows=int(row["rows"]))
        drawn.append(box)
        if int(row["row"]) == HEAD_OF_LINES:
            drawn += [replace(box, text="").on_line(line) for line in range(1, LINES + 1)]
    return tuple(drawn)


def _place(row: dict[str, str], *, text: str, columns: str, rows: int = 1) -> Place:
    return Place(
        text=text,
        x=round(LEFT + (int(row["column"]) - 1) * COLUMN, 2),
        y=round(TOP + (int(row["row"]) - 1) * ROW, 2),
        width=round(int(columns) * COLUMN, 2),
        height=round(rows * ROW, 2),
    )


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
