"""Where a rule comes from, as a link that can be opened beside the work."""

from django import template
from django.utils.safestring import SafeString

from emr.markup import fill
from emr.rule_pages import source_of

register = template.Library()

# A window of its own: what is typed on the page is not lost.
LINK = (
    '<a class="source" href="{url}" target="_blank" rel="noopener">{words}'
    '<span class="visually-hidden"> (opens beside this page)</span></a>'
)


@register.filter
def source_link(source: str) -> SafeString | str:
    """The page of the rules by its title; another source as it stands."""
    found = source_of(source or "")
    return fill(LINK, url=found.url, words=found.words) if found else source
