"""A signature drawn by hand: read strictly from what the pad sent, and judged whether it is ink.

The pad (`static/js/ink.js`) sends JSON: {"v": 1, "width": 600, "height": 200, "strokes": [[[x, y, t], …], …]},
in CSS pixels of the box that it was drawn in and whole milliseconds since the first touch.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import dist
from typing import Any, NoReturn

VERSION = 1
# A long signature has some twenty strokes, two thousand points and 40 KB. These are far above it.
MOST_BYTES = 250_000
MOST_STROKES = 200
MOST_POINTS = 10_000
SMALLEST_SIDE, LARGEST_SIDE = 1, 10_000  # of the box
LONGEST_TIME = 24 * 60 * 60 * 1000
# What is signed may hold no fractions, so coordinates are kept as whole tenths.
SCALE = 10

# Two initials written small with a pen are about 130 px long, 40 wide and 25 high.
DOT = 3  # a stroke that stays in a square of this side
SHORTEST_PATH = 60
NARROWEST, LOWEST = 16, 8


class InkProblem(StrEnum):
    """What is wrong with a drawing, said to the signer; pages in other languages translate these."""

    UNREADABLE = "The signature could not be read. Please clear the box and sign again."
    TOO_MUCH = "There is too much ink in the box. Please clear it and sign again."
    NOTHING = "There is no signature yet. Please sign in the box."
    ONLY_DOTS = "There are only dots in the box. Please sign your name or your initials."
    TOO_SHORT = "This is too short to be a signature. Please sign your name or your initials."
    TOO_SMALL = "The signature is too small or too flat. Please sign larger."


class InkError(ValueError):
    """What the pad sent is no drawing; `problem` says so to the signer."""

    def __init__(self, problem: InkProblem):
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    t: int


Stroke = tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Strokes in the order in which they were drawn, in the box that they were drawn in."""

    width: float
    height: float
    strokes: tuple[Stroke, ...]

    def canonical(self) -> dict[str, Any]:
        """The drawing in whole numbers: lengths in tenths of a pixel, times in milliseconds."""
        return {
            "v": VERSION,
            "scale": SCALE,
            "width": _tenths(self.width),
            "height": _tenths(self.height),
            "strokes": [
                [[_tenths(point.x), _tenths(point.y), point.t] for point in stroke]
                for stroke in self.strokes
            ],
        }


def read_ink(text: str) -> Ink:
    """Read what the pad sent; raises InkError, and nothing else, for whatever it did not send."""
    if not text.strip():
        raise InkError(InkProblem.NOTHING)
    if len(text) > MOST_BYTES:  # before a parser sees it
        raise InkError(InkProblem.TOO_MUCH)
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InkError(InkProblem.UNREADABLE) from error
    _require(isinstance(value, dict) and value.keys() == {"v", "width", "height", "strokes"})
    _require(type(value["v"]) is int and value["v"] == VERSION)
    width = _number(value["width"], SMALLEST_SIDE, LARGEST_SIDE)
    height = _number(value["height"], SMALLEST_SIDE, LARGEST_SIDE)
    return Ink(width=width, height=height, strokes=_strokes(value["strokes"], width, height))


def judge_ink(ink: Ink) -> InkProblem | None:
    """What keeps a drawing from being a signature; None when there is ink.

    It asks whether somebody wrote, never whether it looks like a name: initials and a cross will do.
    """
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        return InkProblem.NOTHING
    if all(max(_box(stroke)) <= DOT for stroke in ink.strokes if stroke):
        return InkProblem.ONLY_DOTS
    if sum(_length(stroke) for stroke in ink.strokes) < SHORTEST_PATH:
        return InkProblem.TOO_SHORT
    width, height = _box(points)
    if width < NARROWEST or height < LOWEST:
        return InkProblem.TOO_SMALL
    return None


def _strokes(value: Any, width: float, height: float) -> tuple[Stroke, ...]:
    _require(isinstance(value, list) and all(isinstance(stroke, list) for stroke in value))
    if len(value) > MOST_STROKES or sum(map(len, value)) > MOST_POINTS:
        raise InkError(InkProblem.TOO_MUCH)
    _require(all(value))
    return tuple(tuple(_point(point, width, height) for point in stroke) for stroke in value)


def _point(value: Any, width: float, height: float) -> Point:
    _require(isinstance(value, list) and len(value) == 3)
    x, y, t = value
    _require(type(t) is int)
    return Point(_number(x, 0, width), _number(y, 0, height), int(_number(t, 0, LONGEST_TIME)))


def _number(value: Any, least: float, most: float) -> float:
    # bool is an int to Python; 1e999 is infinite, and so never in between.
    _require(type(value) in (int, float) and least <= value <= most)
    return value


def _require(fits: bool) -> None:
    if not fits:
        raise InkError(InkProblem.UNREADABLE)


def _refuse(_constant: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise InkError(InkProblem.UNREADABLE)


def _tenths(length: float) -> int:
    return round(length * SCALE)


def _length(stroke: Stroke) -> float:
    return sum(dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(stroke))


def _box(points: Stroke | list[Point]) -> tuple[float, float]:
    """How wide and how high."""
    across, down = [point.x for point in points], [point.y for point in points]
    return max(across) - min(across), max(down) - min(down)
