"""Pieces of a page that are drawn in Python, because a list has hundreds of them."""

from html import escape

from django.utils.safestring import SafeString


def fill(pattern: str, **values: object) -> SafeString:
    """`format_html` at a third of its cost: escapes all but what was escaped already."""
    return SafeString(
        pattern.format_map(
            {
                name: value if isinstance(value, SafeString) else escape(str(value))
                for name, value in values.items()
            }
        )
    )
