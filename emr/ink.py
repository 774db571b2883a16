"""A kept signature drawn again: as an SVG of numbers alone, for pages and PDFs."""

import base64
import re
from itertools import pairwise
from typing import Any

INK = "#15232b"
PEN = 2.4  # px, as thick as the pad draws
MARGIN = 6  # px around the ink, which is thicker than its points

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def svg_of(canonical: dict[str, Any], *, colour: str = INK) -> str:
    """The drawing of `Ink.canonical()`, cut to its ink; one path a stroke.

    Whatever is in it passes through `int`, so nothing but numbers can come out. Raises ValueError
    for a drawing without a point.
    """
    if not _COLOUR.fullmatch(colour):
        raise ValueError("A colour of ink has six hexadecimal digits, such as #15232b.")
    scale = int(canonical["scale"])
    strokes = [[(int(x), int(y)) for x, y, _t in stroke] for stroke in canonical["strokes"]]
    across, down = zip(*(point for stroke in strokes for point in stroke), strict=True)
    margin = MARGIN * scale
    left, top = min(across) - margin, min(down) - margin
    width, height = max(across) + margin - left, max(down) + margin - top
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}"'
        f' width="{width // scale}" height="{height // scale}" fill="none" stroke="{colour}"'
        f' stroke-width="{round(PEN * scale)}" stroke-linecap="round" stroke-linejoin="round">'
        f"{paths}</svg>"
    )


def data_uri(canonical: dict[str, Any], *, colour: str = INK) -> str:
    """The same drawing as an address for an <img>, on a page or in a PDF."""
    drawn = base64.b64encode(svg_of(canonical, colour=colour).encode()).decode()
    return f"data:image/svg+xml;base64,{drawn}"


def _path(points: list[tuple[int, int]]) -> str:
    """A curve through the middles between the points, bent by the points themselves."""
    (x, y), *others = points
    path = [f"M{x} {y}"]
    if not others:
        path.append("h1")  # a line of no length is drawn as a dot by some viewers only
    for (x, y), (next_x, next_y) in pairwise(others):
        path.append(f"Q{x} {y} {(x + next_x) // 2} {(y + next_y) // 2}")
    if others:
        path.append("L{} {}".format(*others[-1]))
    return "".join(path)
