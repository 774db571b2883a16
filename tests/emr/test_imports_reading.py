"""Files as they come out of other systems: letters, separators, dates. No database."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from emr.imports.columns import PATIENT_COLUMNS, SCHEDULE_COLUMNS, find_missing
from emr.imports.reading import (
    MOST_ROWS,
    WORKBOOK,
    Unreadable,
    decode,
    inert,
    read,
    written,
)
from emr.imports.values import Misread, moment_of, read_day, read_sex, read_start, read_time

DENVER = ZoneInfo("America/Denver")
TABLE = "Last name,First name\r\nOdéon,Zoë\r\n"


def cells(text):
    return [list(row.cells.values()) for row in read(text, PATIENT_COLUMNS).rows]


# Letters


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TABLE.encode("utf-8"), "UTF-8"),
        (TABLE.encode("utf-8-sig"), "UTF-8"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "UTF-16"),
        (TABLE.encode("cp1252"), "Windows-1252"),
    ],
)
def test_letters_are_read_as_they_were_meant_and_the_page_can_say_how(raw, encoding):
    text, said = decode(raw)

    assert (text, said) == (TABLE, encoding)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \r\n\r\n", "This file is empty."),
        (b"\xef\xbb\xbf", "This file is empty."),
        (b"PK\x03\x04rest", WORKBOOK),
        (b"\xd0\xcf\x11\xe0rest", WORKBOOK),
        (b"%PDF-1.7", WORKBOOK),
        (b"\x89PNG\r\n\x1a\n", WORKBOOK),
        (b"Last name\r\nMar\0low", WORKBOOK),
        (b"Last name\r\nMar\x07low", WORKBOOK),
        (TABLE.encode("utf-16-le"), WORKBOOK),  # without the mark that says so
        (b"\xff\xfe\x00\xd8", "neither UTF-8"),  # half a letter
        (b"Last name\r\n\x81\x8d", "neither UTF-8"),
        (b"\xef\xbb\xbfLast name\r\nZo\xeb", "neither UTF-8"),  # says one thing, is another
        (b"a" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(raw, sentence):
    with pytest.raises(Unreadable) as refusal:
        decode(raw)

    assert sentence in str(refusal.value)


# Cells


@pytest.mark.parametrize(
    "text",
    [
        "Last name,First name\nMarlow,Odette",
        "Last name;First name\r\nMarlow;Odette\r\n",
        "Last name\tFirst name\rMarlow\tOdette\r",
        '"Last name";"First name"\r\n"Marlow";"Odette"',
        "sep=;\r\nLast name;First name\r\nMarlow;Odette",
        "\r\n\r\nLast name,First name,,\r\n,,,\r\nMarlow,Odette,,\r\n\r\n",
        " SURNAME , given_name \n  Marlow ,\u00a0Odette ",
        "last-name;FirstName\nMarlow;Odette",
    ],
)
def test_one_table_in_many_spellings(text):
    assert cells(text) == [["Marlow", "Odette"]]


def test_the_separator_is_the_one_that_makes_names_of_the_first_line():
    text = "Last name;First name;Street\nMarlow;Odette;8 Quay Street, Apt 2, Rear, North"

    assert read(text, PATIENT_COLUMNS).separator == ";"
    assert cells(text) == [["Marlow", "Odette", "8 Quay Street, Apt 2, Rear, North"]]


def test_a_row_is_told_by_the_line_that_it_begins_on():
    text = 'Last name,Street\n\nMarlow,"8 Quay Street\nApt 2"\nBrisk,\n'

    rows = read(text, PATIENT_COLUMNS).rows

    assert [(row.line, row.cells["street"]) for row in rows] == [
        (3, "8 Quay Street Apt 2"),
        (5, ""),
    ]


def test_what_nobody_asked_for_is_named_and_not_read():
    sheet = read("Last name,Insurance,,\nMarlow,Medicare,x,\n", PATIENT_COLUMNS)

    assert sheet.known == ("last_name",)
    assert sheet.ignored == ("Insurance", "column 3, which has no name")


def test_a_row_with_more_cells_than_columns_says_so():
    rows = read("Last name,Phone\nMarlow,1,2\nBrisk,1,\n", PATIENT_COLUMNS).rows

    assert [row.surplus for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2", "no name in it is one that we know"),
        ("Last name,First name", "There is no row"),
        ("Last name,Surname\nMarlow,Brisk", "“Last name” and “Surname”"),
        ("Phone,Mobile\n1,2", "read as Phone"),
        ('Last name\n"Marlow', "Line 2 cannot be read"),
        ('Last name\n"Mar"low', "Line 2 cannot be read"),
        ("Last name\n" + "M" * 2_001, "Line 2 has a cell of more than 2,000 letters"),
        ("Last name\n" + "M" * 200_000, "Line 2 cannot be read"),
        ("Last name," + "x," * 1_000_000 + "\nMarlow", "Line 1 has more than 100 columns"),
        ("Last name\nMarlow" + ",x" * 101, "Line 2 has more than 100 columns"),
        ("Last name\n" + "Marlow\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
    ],
)
def test_a_table_that_could_be_meant_otherwise_is_refused_whole(text, sentence):
    with pytest.raises(Unreadable) as refusal:
        read(text, PATIENT_COLUMNS)

    assert sentence in str(refusal.value)


def test_twenty_thousand_rows_and_a_hundred_columns_are_read():
    text = "Last name" + ",x" * 99 + "\n" + "Marlow\n" * MOST_ROWS

    assert len(read(text, PATIENT_COLUMNS).rows) == MOST_ROWS


@pytest.mark.parametrize("cell", ["=1+1", "+1 970 555 0117", "-", "@home"])
def test_a_cell_like_a_formula_is_text_and_stays_text_there_and_back(cell):
    text = written([["Phone"], [cell]], separator=";")

    assert text == f"\ufeffPhone\r\n'{cell}\r\n"
    assert cells(text) == cells(f"Phone\n{cell}") == [[cell]]


def test_an_apostrophe_of_ones_own_stays():
    assert (inert("'s Gravenhage"), cells("City\n's Gravenhage")) == (
        "'s Gravenhage",
        [["'s Gravenhage"]],
    )


@pytest.mark.parametrize("columns", [PATIENT_COLUMNS, SCHEDULE_COLUMNS])
def test_no_name_stands_for_two_columns(columns):
    header = "\t".join(name for column in columns for name in column.names[:1])
    every = [name.lower() for column in columns for name in column.names]

    assert read(header + "\nx", columns).known == tuple(column.key for column in columns)
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (["a", "b"], ()),
        (["c"], ()),
        (["a"], ("b",)),
        ([], ("a", "b")),
    ],
)
def test_one_whole_set_of_columns_is_enough(known, missing):
    assert find_missing(known, ("a", "b"), ("c",)) == missing


# Days and times


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-1-31", date(2026, 1, 31)),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        ("1/31/2026", date(2026, 1, 31)),
        ("01/02/2026", date(2026, 1, 2)),
        ("1/31/2026 12:00", None),
        ("1/31/2026 0:00", date(2026, 1, 31)),
        ("01-31-2026", date(2026, 1, 31)),
        ("31.01.2026", date(2026, 1, 31)),
        ("01.31.2026", date(2026, 1, 31)),
        ("5.5.2026", date(2026, 5, 5)),
        ("3.4.2026", None),
        ("31/1/2026", None),
        ("2026-02-30", None),
        ("0000-00-00", None),
        ("1/31/26", None),
        ("31.1.26", None),
        ("44197", None),
        ("Jan 31, 2026", None),
        ("٣١/١/٢٠٢٦", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_only_where_it_can_be_one(cell, day):
    if day:
        assert read_day(cell) == day
    else:
        with pytest.raises(Misread):
            read_day(cell)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("10:30", time(10, 30)),
        ("9:05", time(9, 5)),
        ("14:05:00", time(14, 5)),
        ("2:05 pm", time(14, 5)),
        ("2:05PM", time(14, 5)),
        ("2:05 p.m.", time(14, 5)),
        ("12:00 am", time(0, 0)),
        ("12:15 PM", time(12, 15)),
        ("24:00", None),
        ("10:60", None),
        ("13:00 pm", None),
        ("0:30 am", None),
        ("10:30:15", None),
        ("10.30", None),
        ("1030", None),
        ("noon", None),
    ],
)
def test_a_time_is_read_only_where_a_clock_shows_it(cell, clock):
    if clock:
        assert read_time(cell) == clock
    else:
        with pytest.raises(Misread):
            read_time(cell)


@pytest.mark.parametrize("cell", ["2026-01-31 10:30", "2026-01-31T10:30:00", "1/31/2026  10:30 AM"])
def test_day_and_time_may_stand_in_one_cell(cell):
    assert read_start(cell) == (date(2026, 1, 31), time(10, 30))


@pytest.mark.parametrize("cell", ["2026-01-31", "10:30", "2026-01-31T10:30:00Z"])
def test_half_a_start_or_one_of_another_zone_is_refused(cell):
    with pytest.raises(Misread):
        read_start(cell)


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (date(2026, 3, 8), time(1, 59), datetime(2026, 3, 8, 8, 59, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 0), None),
        (date(2026, 3, 8), time(2, 59), None),
        (date(2026, 3, 8), time(3, 0), datetime(2026, 3, 8, 9, 0, tzinfo=UTC)),
        (date(2026, 11, 1), time(0, 59), datetime(2026, 11, 1, 6, 59, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 0), None),
        (date(2026, 11, 1), time(1, 59), None),
        (date(2026, 11, 1), time(2, 0), datetime(2026, 11, 1, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_time_that_the_clocks_skip_or_repeat_is_no_moment(day, clock, moment):
    if moment:
        assert moment_of(day, clock, zone=DENVER) == moment
    else:
        with pytest.raises(Misread):
            moment_of(day, clock, zone=DENVER)


@pytest.mark.parametrize(
    ("cell", "sex"), [("F", "female"), ("Male", "male"), ("x", "other"), ("U", "unknown")]
)
def test_a_sex_may_be_one_letter(cell, sex):
    assert read_sex(cell) == sex


def test_a_sex_that_nobody_knows_is_refused():
    with pytest.raises(Misread):
        read_sex("robot")
