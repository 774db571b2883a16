"""Prices laid out for a page or a sheet: what holds today, what is to come, what was."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from emr.models import CashPrice, Fee, Payer
from emr.rules.code_labels import label_of

Price = Fee | CashPrice


@dataclass
class Line:
    """One thing that costs something: the price that holds on the day, and those to come."""

    code: str
    label: str
    payer: Payer | None = None
    now: Price | None = None
    coming: list[Price] = field(default_factory=list)


@dataclass
class PriceList:
    lines: list[Line] = field(default_factory=list)
    past: list[Price] = field(default_factory=list)


def laid_out(prices: Iterable[Price], *, day: date) -> PriceList:
    """The prices of one kind by payer and code, each line in the order of its days."""
    made = PriceList()
    lines: dict[tuple, Line] = {}
    for price in sorted(prices, key=_payer_code_and_day):
        if price.ends_on and price.ends_on < day:
            made.past.append(price)
            continue
        payer = getattr(price, "payer", None)
        key = (payer and payer.pk, price.code)
        if key not in lines:
            label = getattr(price, "label", "") or label_of(price.code)
            lines[key] = Line(price.code, label, payer)
            made.lines.append(lines[key])
        if price.starts_on > day:
            lines[key].coming.append(price)
        else:
            lines[key].now = price
    made.past.sort(key=lambda price: price.starts_on, reverse=True)
    return made


def _payer_code_and_day(price: Price) -> tuple:
    payer = getattr(price, "payer", None)
    return (payer.name if payer else "", price.code, price.starts_on)
