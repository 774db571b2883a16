"""Pieces of a page that are drawn in Python, because a list has hundreds of them."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def fill(pattern: str, **values: object) -> SafeString:
    """`format_html` at a third of its cost: escapes all but what was escaped already."""
    return SafeString(pattern.format_map({name: safe(each) for name, each in values.items()}))


def join(parts: Iterable[object]) -> SafeString:
    return SafeString("".join(map(safe, parts)))


def safe(value: object) -> str:
    return value if isinstance(value, SafeString) else SafeString(escape(str(value)))
