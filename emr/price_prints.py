"""What is printed of the cash prices: a sign for the wall and a sheet to hand out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from emr import documents
from emr.models import CashPrice, Practice
from emr.price_list import Line
from emr.prices import A_VISIT

WALL_SIGNS = {"en": "emr/pdf/wall_sign.html", "es": "emr/pdf/wall_sign_es.html"}
# Sizes of type in static/css/print.css; the last can still be read from two metres.
TYPES = range(1, 8)
MOST_ON_THE_WALL = 5
LONGEST_BESIDE_ITS_WORDS = 3  # digits of a price, such as 125


def wall_sign(
    prices: Sequence[CashPrice], *, practice: Practice, language: str, day: date
) -> bytes:
    """One letter page with the price of a visit, some prices of codes, and the right to ask."""
    visit = next((price for price in prices if price.code == A_VISIT), None)
    of_codes = [price for price in prices if price.code != A_VISIT]
    context = {
        "practice": practice,
        "visit": visit,
        "wide": visit is not None and _is_wide(visit.amount),
        "today": day,
    }

    def sign(*, shown: int, type: int) -> bytes:
        more = {"of_codes": of_codes[:shown], "more": len(of_codes) > shown, "type": type}
        return documents.render(WALL_SIGNS[language], context | more)

    shown = min(len(of_codes), MOST_ON_THE_WALL)
    while shown and not _fits(sign(shown=shown, type=TYPES[-1])):
        shown -= 1
    signs = (sign(shown=shown, type=type) for type in TYPES)
    return next((pdf for pdf in signs if _fits(pdf)), None) or sign(shown=0, type=TYPES[-1])


def _fits(pdf: bytes) -> bool:
    return len(documents.page_images(pdf, scale=0.02)) == 1


def price_sheet(lines: Sequence[Line], *, practice: Practice, day: date) -> bytes:
    context = {"practice": practice, "lines": lines, "today": day}
    return documents.render("emr/pdf/price_sheet.html", context)


def _is_wide(amount: Decimal) -> bool:
    digits = f"{amount:.2f}".removesuffix(".00")
    return len(digits) > LONGEST_BESIDE_ITS_WORDS
