"""How a sheet that a patient reads writes words and dates: in the language of the patient."""

from datetime import date

from django import template
from django.utils.dateformat import format as date_format

from consent.words.consent_paper import MONTHS

register = template.Library()


@register.filter
def word(words: dict, key: str) -> str:
    """The word that a value of the snapshot stands for, such as how it was signed."""
    return words[key]


@register.filter
def day_in(iso: str | None, language: str) -> str:
    """2026-09-01 as 1 September 2026 or 1 de septiembre de 2026; nothing stays nothing."""
    if not iso:
        return ""
    value = date.fromisoformat(iso[:10])
    if language in MONTHS:
        return f"{value.day} de {MONTHS[language][value.month - 1]} de {value.year}"
    return date_format(value, "j F Y")


@register.filter
def moment_in(moment: dict, language: str) -> str:
    """A moment of the snapshot with its clock and zone, and its day in the patient's language."""
    _day, clock = moment["at_text"].split(", ", 1)
    return f"{day_in(moment['at'], language)}, {clock}"
