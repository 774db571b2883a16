"""A day as the desk reads it."""

from datetime import date


def told_day(day: date) -> str:
    """Such as 4 Mar 2025; a list has hundreds of them, and Django's own formatting takes its time."""
    return f"{day.day} {day:%b %Y}"
