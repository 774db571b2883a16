"""From the bytes of a file to the rows of a table, or a sentence that says why not.

What can be read is read, and said: the letters (UTF-8, UTF-16, Windows), what parts the cells, and
which columns nobody asked for. What could be meant in two ways is refused as a whole.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emr.imports.columns import Column
from emr.rules.folding import name_key

MEGABYTES = 10
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000  # letters: an address in capitals has eighty

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# How files begin that people take for a table.
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
MARKED = (
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16", "UTF-16"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
)
# Tab, the ends of lines and pages are written in tables; the other signs below a blank are not.
CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Columns of our own list of refused rows; who mends that and sends it again need not take them out.
OURS = ("Line", "Why refused")

WORKBOOK = "This is not a CSV file. Open it in your spreadsheet and save it as CSV (comma separated values)."


class Unreadable(Exception):
    """The file as a whole cannot be taken; the message tells what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRow:
    """`cells` has what stands in known columns, by the column's key; `raw` is the line as it came."""

    line: int
    cells: dict[str, str]
    raw: tuple[str, ...]
    surplus: bool  # more cells than there are columns


@dataclass(frozen=True, kw_only=True)
class Sheet:
    separator: str
    header: tuple[str, ...]
    known: tuple[str, ...]  # keys of the columns that are read
    ignored: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def decode(raw: bytes) -> tuple[str, str]:
    """The text of a file, and what its letters were taken for."""
    if len(raw) > MEGABYTES * 1_000_000:
        raise Unreadable(f"This file is larger than {MEGABYTES} MB. Split it into several.")
    if not raw.strip():
        raise Unreadable("This file is empty.")
    if raw.startswith(PACKED):
        raise Unreadable(WORKBOOK)
    text, encoding = _decoded(raw)
    if CONTROL.search(text):
        raise Unreadable(WORKBOOK)
    if not text.strip("\ufeff \t\r\n"):
        raise Unreadable("This file is empty.")
    return text, encoding


def _decoded(raw: bytes) -> tuple[str, str]:
    """By the mark at the start if there is one, else as UTF-8 if it can be, else as old Windows."""
    for marks, codec, name in MARKED:
        if raw.startswith(marks):
            return _strictly(raw, codec), name
    if b"\0" in raw:
        raise Unreadable(WORKBOOK)
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(raw, "cp1252"), "Windows-1252"


def _strictly(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable(
            "The letters of this file are neither UTF-8 nor UTF-16 nor Windows-1252."
            " Save it as “CSV UTF-8”."
        ) from error


def read(text: str, columns: Sequence[Column]) -> Sheet:
    """The table in a text whose first line names its columns."""
    text, separator = _without_hint(text)
    separator = separator or _separator(text, columns)
    records = _records(text, separator)
    _, header = next(records)
    places = _places(header, columns)
    rows = []
    for line, record in records:
        if len(rows) == MOST_ROWS:
            raise Unreadable(
                f"There are more than {MOST_ROWS:,} rows. Split the file into several."
            )
        rows.append(_row(line, record, places, width=len(header)))
    if not rows:
        raise Unreadable("There is no row under the names of the columns.")
    taken = set(places.values())
    ignored = [
        title.strip() or f"column {place + 1}, which has no name"
        for place, title in enumerate(header)
        if place not in taken and title.strip() not in OURS
        if title.strip() or any(_cell(row.raw, place) for row in rows)
    ]
    return Sheet(
        separator=separator,
        header=tuple(header),
        known=tuple(places),
        ignored=tuple(ignored),
        rows=tuple(rows),
    )


def _without_hint(text: str) -> tuple[str, str]:
    """Excel may say in a line of its own, before the names, what parts the cells."""
    hint = re.match(r"\ufeff?sep=([,;\t])[ ,;\t]*(?=\r|\n)", text, re.IGNORECASE)
    return (text[hint.end() :], hint[1]) if hint else (text, "")


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The one by which the first line falls into the most names that we know."""
    names = {name_key(name) for column in columns for name in column.names}

    def known(separator: str) -> tuple[int, int]:
        try:
            _, header = next(_records(text, separator))
        except Unreadable:
            return (0, 0)
        return (sum(name_key(title) in names for title in header), len(header))

    return max(SEPARATORS, key=known)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that says something, with the number of the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                if len(record) > MOST_COLUMNS and any(c.strip() for c in record[MOST_COLUMNS:]):
                    raise Unreadable(f"Line {line} has more than {MOST_COLUMNS} columns.")
                if any(len(cell) > LONGEST_CELL for cell in record):
                    raise Unreadable(
                        _torn(line, f"has a cell of more than {LONGEST_CELL:,} letters")
                    )
                yield line, record[:MOST_COLUMNS]
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(_torn(line, "cannot be read")) from error


def _torn(line: int, what: str) -> str:
    return f"Line {line} {what}. Look for a quotation mark that is opened there and not closed."


def _places(header: list[str], columns: Sequence[Column]) -> dict[str, int]:
    """Column's key → where it stands."""
    keys = {name_key(name): column for column in columns for name in column.names}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = keys.get(name_key(title))
        if column is None:
            continue
        if column.key in places:
            first = header[places[column.key]].strip()
            raise Unreadable(
                f"Two columns are read as {column.title}: “{first}” and “{title.strip()}”."
                " Keep one of them."
            )
        places[column.key] = place
    if not places:
        raise Unreadable(
            "The first line must name the columns, and no name in it is one that we know."
            " Compare it with the table below."
        )
    return places


def _row(line: int, record: list[str], places: dict[str, int], *, width: int) -> SheetRow:
    return SheetRow(
        line=line,
        cells={key: _cell(record, place) for key, place in places.items()},
        raw=tuple(record),
        surplus=any(cell.strip() for cell in record[width:]),
    )


def _cell(record: Sequence[str], place: int) -> str:
    """What a cell says, on one line and without the apostrophe that keeps a formula text."""
    if place >= len(record):
        return ""
    cell = record[place].strip()
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        cell = cell[1:]
    return " ".join(cell.split())


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; read again, it says what it said."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def written(rows, *, separator: str) -> str:
    """A table as text that a spreadsheet opens: with a mark that it is UTF-8, formulas kept text."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([[inert(str(cell)) for cell in row] for row in rows])
    return out.getvalue()
