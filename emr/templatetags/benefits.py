"""What a payer says of dry needling, as a chip."""

from django import template
from django.utils.safestring import SafeString

from emr.benefits.chips import policy_chip
from emr.models import NeedlingPolicy
from emr.templatetags.chips import drawn

register = template.Library()


@register.filter
def says(needling: str) -> SafeString:
    return drawn(policy_chip(NeedlingPolicy(needling)))
