"""Prices laid out for a page or a sheet: what holds today, what is to come, what was."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

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
    """The prices of one kind by payer and code, each line in the order of its days.

    Each price is told `until` when it holds: its own last day, or the day before the next one.
    """
    made = PriceList()
    lines: dict[tuple, Line] = {}
    ordered = sorted(prices, key=_payer_code_and_day)
    for price, following in zip_longest(ordered, ordered[1:]):
        price.until = _until(price, following)
        if price.until and price.until < day:
            made.past.append(price)
            continue
        payer = getattr(price, "payer", None)
        key = _line_of(price)
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


def _until(price: Price, following: Price | None) -> date | None:
    if following is None or _line_of(following) != _line_of(price):
        return price.ends_on
    day_before = following.starts_on - timedelta(days=1)
    return min(price.ends_on or day_before, day_before)


def _line_of(price: Price) -> tuple:
    return (getattr(price, "payer_id", None), price.code)


def _payer_code_and_day(price: Price) -> tuple:
    payer = getattr(price, "payer", None)
    return (payer.name if payer else "", payer.pk if payer else 0, price.code, price.starts_on)
