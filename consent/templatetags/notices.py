"""How a notice on paper writes its wording and its prices, from the plain text of a snapshot."""

import re
from datetime import date
from decimal import Decimal

from django import template

from consent import wording
from emr.rules.needling import NEEDLING_CODES

register = template.Library()

# The name of an option, such as OPTION 1.
_NAMED = re.compile(r"(?P<name>\w+ [123][.:]?)\s+(?P<rest>.+)", re.DOTALL)


@register.filter
def filled(text: str, notice: dict) -> str:
    """The pasted text with the word of blank D; the first service where the notice has no word."""
    return wording.filled(text, notice["service_word"] or notice["lines"][0]["service"])


@register.filter
def named(text: str) -> dict[str, str]:
    """An option's name and the rest of its text; no name if it does not begin with one."""
    found = _NAMED.fullmatch(text)
    return found.groupdict() if found else {"name": "", "rest": text}


@register.filter
def points(text: str) -> dict[str, list[str] | str]:
    """The lines of a list; a first line that ends in a colon is its heading."""
    lines = [line.lstrip("•-– ").strip() for line in text.splitlines() if line.strip()]
    heading = lines.pop(0) if lines and lines[0].endswith(":") else ""
    return {"heading": heading, "lines": lines}


@register.filter
def dollars(amount: str | Decimal | None) -> str:
    """1065.00 as $1,065.00; nothing stays nothing."""
    return "" if amount is None else f"${Decimal(amount):,.2f}"


@register.filter
def most_a_visit(notice: dict) -> Decimal:
    """What one visit can cost at most: of the needling codes only one is charged at a visit."""
    needled = [_price(line) for line in notice["lines"] if line["code"] in NEEDLING_CODES]
    others = [_price(line) for line in notice["lines"] if line["code"] not in NEEDLING_CODES]
    return max(needled, default=Decimal(0)) + sum(others, Decimal(0))


@register.filter
def most_for_course(notice: dict) -> Decimal | None:
    """The same for all the visits; None when their number is not said."""
    visits = notice["course"]["visits"]
    return most_a_visit(notice) * visits if visits else None


@register.filter
def only_one_is_charged(notice: dict) -> bool:
    """Whether both needling codes stand in it, of which a visit has one."""
    return set(NEEDLING_CODES) <= {line["code"] for line in notice["lines"]}


def _price(line: dict) -> Decimal:
    return Decimal(line["estimate"] or 0)


@register.filter
def date_on_form(iso: str) -> str:
    """2029-03-31 as 03/31/2029, the way the form prints its expiry."""
    return f"{date.fromisoformat(iso):%m/%d/%Y}"


@register.filter
def shared_reason(notice: dict) -> str:
    """The reason of all the services, if there is one for all; it is then written once beside them."""
    reasons = {line["reason"] for line in notice["lines"]}
    return reasons.pop() if len(reasons) == 1 else ""
