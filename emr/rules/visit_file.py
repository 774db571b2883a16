"""Visits in a file, each checked and answered in its place.

A file holds one object, a list of objects, or one object a line: docs/rules/check_visit.md
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from emr.rules.reading import ReadingError, RepeatedKey, read_visit
from emr.rules.visit import check

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is printed for one visit; `was_read` is false where it says only what was wrong."""

    content: dict[str, Any]
    was_read: bool


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Text that is no JSON."""

    line: int
    problem: str


class NotJson(ValueError):
    def __init__(self, problem: str, *, line: int = 1):
        super().__init__(problem)
        self.problem = problem
        self.line = line


def answer(value: object) -> Answer:
    """Check one visit, or say what in it cannot be read."""
    try:
        result = check(read_visit(value))
    except ReadingError as error:
        return Answer(content={"id": _id_of(value), "error": str(error)}, was_read=False)
    return Answer(content=result.as_dict(), was_read=True)


def answers(lines: Iterable[bytes]) -> Iterator[Answer | Unreadable]:
    """Answer the visits of a file in their order, a line at a time where each line is a visit."""
    numbered = ((number, line) for number, line in enumerate(_unmarked(lines), 1) if line.strip())
    opening = next(numbered, None)
    if opening is None:
        return
    if _is_json(opening[1]):
        yield from _answer_lines(chain([opening], numbered))
        return

    if opening[1].lstrip().startswith(b"["):
        yield from _answer_text(_joined(chain([opening], numbered)), first_line=1)
        return

    # Either the first line is broken, or an object of several lines begins: the second tells.
    second = next(numbered, None)
    start = [opening, second] if second else [opening]
    if second and _is_visit(second[1]):
        yield from _answer_lines(chain(start, numbered))
        return
    whole = [*start, *numbered]
    if any(_is_visit(line) for _, line in whole) and not _is_json(_joined(whole)):
        yield from _answer_lines(whole)
    else:
        yield from _answer_text(_joined(whole), first_line=1)


def _answer_lines(numbered: Iterable[tuple[int, bytes]]) -> Iterator[Answer | Unreadable]:
    for number, line in numbered:
        yield from _answer_text(line.rstrip(), first_line=number)


def _answer_text(text: bytes, *, first_line: int) -> Iterator[Answer | Unreadable]:
    try:
        value = _parse(text)
    except NotJson as error:
        yield Unreadable(line=first_line + error.line - 1, problem=error.problem)
        return
    for visit in value if isinstance(value, list) else [value]:
        yield answer(visit)


def _parse(text: bytes) -> object:
    """The JSON value of a text; raises NotJson."""
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        problem = f"{error.msg} (column {error.colno})"
        raise NotJson(problem, line=error.lineno) from error
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise NotJson("this is not UTF-8 text", line=line) from error
    except RecursionError as error:
        raise NotJson("objects or lists are nested too deeply") from error
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise NotJson("a number is too long") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) == len(pairs):
        return whole
    seen: set[str] = set()
    repeated = next(key for key, _ in pairs if key in seen or seen.add(key))
    return RepeatedKey(pairs, repeated)


def _is_json(text: bytes) -> bool:
    try:
        _parse(text)
    except NotJson:
        return False
    return True


def _is_visit(line: bytes) -> bool:
    """Whether a line is a visit by itself: no block inside a visit has a date of service."""
    try:
        value = _parse(line)
    except NotJson:
        return False
    return isinstance(value, dict) and "date_of_service" in value


def _joined(numbered: Iterable[tuple[int, bytes]]) -> bytes:
    """The lines as one text, with empty ones for those left out, so that numbers still hold."""
    parts, count = [], 0
    for number, line in numbered:
        parts.append(b"\n" * (number - count - 1) + line)
        count = number
    return b"".join(parts)


def _unmarked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines without the mark that some programs put in front of a file."""
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix(BYTE_ORDER_MARK)


def _id_of(value: object) -> str | None:
    known = value.get("id") if isinstance(value, dict) else None
    return known if isinstance(known, str) else None
