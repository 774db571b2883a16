"""The links of the bar on top, by role; and what the sign-in page asks about people."""

from django import template
from django.conf import settings
from django.urls import reverse

from emr import accounts
from emr.models import Role

register = template.Library()

# word, URL name, who sees it
LINKS = [
    ("Today", "emr:today", tuple(Role)),
    ("Worklists", "emr:desk", tuple(Role)),
    ("Patients", "emr:patients", tuple(Role)),
    ("Billing", "billing:claims", (Role.BILLER, Role.OWNER, Role.COMPLIANCE)),
    ("Payments", "billing:payments", (Role.FRONT_DESK,)),
    ("Staff", "emr:staff", (Role.OWNER, Role.COMPLIANCE)),
    ("Practice", "emr:practice", (Role.OWNER,)),
    ("Payers", "emr:payers", (Role.BILLER, Role.OWNER)),
    ("Prices", "emr:prices", (Role.OWNER,)),
    ("Audit log", "emr:audit", (Role.COMPLIANCE, Role.OWNER)),
    ("Check a PDF", "emr:verify", tuple(Role)),
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


@register.simple_tag
def demo_people() -> list[accounts.DemoPerson]:
    """Whom one may sign in as in a demonstration; nobody in a real installation."""
    return accounts.DEMO_PEOPLE if settings.DEMO else []


@register.simple_tag
def demo_password() -> str:
    return accounts.DEMO_PASSWORD if settings.DEMO else ""


@register.simple_tag
def mail_is_set_up() -> bool:
    return accounts.mail_is_set_up()
