"""Money as it stands on every page."""

from decimal import Decimal

from django import template

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.filter
def money(amount: Decimal | None) -> str:
    """1065.00 as $1,065.00 and less than nothing as −$5.00; a dash where there is no amount."""
    if amount is None:
        return "–"
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


@register.filter
def difference(amount: Decimal | None) -> str:
    """The same with a plus in front of what is more."""
    return f"+{money(amount)}" if amount is not None and amount > 0 else money(amount)
