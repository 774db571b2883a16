"""A day as the desk reads it."""

from datetime import date

from django.utils.dateformat import format as date_format


def told_day(day: date) -> str:
    return date_format(day, "j M Y")
