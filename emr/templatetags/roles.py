"""The links of the bar on top, by role."""

from django import template
from django.urls import reverse

from emr.models import Role

register = template.Library()

# word, URL name, who sees it
LINKS = [
    ("Today", "emr:today", tuple(Role)),
    ("Patients", "emr:patients", tuple(Role)),
    ("Staff", "emr:providers", (Role.OWNER, Role.COMPLIANCE, Role.THERAPIST)),
    ("Practice", "emr:practice", (Role.OWNER,)),
    ("Audit log", "emr:audit", (Role.COMPLIANCE, Role.OWNER)),
    ("Check a PDF", "notes:verify", tuple(Role)),
]


@register.simple_tag(takes_context=True)
def main_links(context) -> list[dict]:
    request = context["request"]
    here = getattr(request.resolver_match, "view_name", "")
    return [
        {"word": word, "url": reverse(name), "current": here == name}
        for word, name, roles in LINKS
        if request.user.has_role(*roles)
    ]
