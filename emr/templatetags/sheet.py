"""How a sheet of paper writes dates and digests: formatting, from the plain text of a snapshot."""

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as date_format

register = template.Library()


@register.filter
def day(iso: str | None) -> str:
    """2026-09-01 as 1 September 2026; nothing stays nothing."""
    return date_format(date.fromisoformat(iso[:10]), "j F Y") if iso else ""


@register.filter
def weekday(iso: str | None) -> str:
    """2026-11-23 as Monday, 23 November 2026."""
    return date_format(date.fromisoformat(iso[:10]), "l, j F Y") if iso else ""


@register.filter
def clock(iso: str | None) -> str:
    """2026-11-23T10:30:00-07:00 as 10:30: the hour on the wall where it was written down."""
    return date_format(datetime.fromisoformat(iso), "H:i") if iso else ""


@register.filter
def in_groups(text: str, length: int = 8) -> str:
    """A long digest in groups, so that an eye can compare it."""
    return " ".join(text[start : start + length] for start in range(0, len(text), length))
