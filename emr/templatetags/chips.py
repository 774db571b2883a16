"""Chips as they stand on a page: one fact in colour, sign and word."""

from django import template
from django.utils.safestring import SafeString

from emr.chips import Chip
from emr.markup import fill

register = template.Library()

WORDS = '<span class="sign" aria-hidden="true">{sign}</span>{word}'
PLAIN = f'<span class="chip {{tone}}">{WORDS}</span>'
LINK = f'<a class="chip {{tone}}" href="{{url}}">{WORDS}</a>'
DETAIL = '<span class="small chip-detail">{detail}</span>'


@register.filter
def drawn(chip: Chip) -> SafeString:
    """A link if the chip leads somewhere."""
    pattern = LINK if chip.url else PLAIN
    drawn = fill(pattern, tone=chip.tone.value, sign=chip.mark, word=chip.word, url=chip.url)
    return drawn + fill(DETAIL, detail=chip.detail) if chip.detail else drawn
