"""What lines cost: the payer's or the practice's fee for a code, or what a patient pays who pays alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.models.money import CENT
from emr.prices import A_VISIT
from emr.rules.needling import NEEDLING_CODES

NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Price:
    """The price of one line; `fee` is None where none holds on the day, which is never nothing.

    `flat`: the line is within the one price of a visit, which stands on one of them.
    """

    fee: Decimal | None
    flat: bool = False

    def of(self, units: int) -> Decimal | None:
        """What so many units come to."""
        if self.fee is None or self.flat:
            return self.fee
        return (self.fee * units).quantize(CENT)


def prices_of(codes: Sequence[str], fees: Mapping[str, Decimal]) -> list[Price]:
    """The price of each line, by its code, from the fees of the payer and the day.

    A code without a price of its own is within the price of a visit, if there is one: that stands
    on the needling, else on the first such line, and the others cost nothing more.
    """
    within = [place for place, code in enumerate(codes) if code not in fees]
    bearer = next((place for place in within if codes[place] in NEEDLING_CODES), None)
    if bearer is None and within:
        bearer = within[0]
    visit = fees.get(A_VISIT)
    prices = []
    for place, code in enumerate(codes):
        if place not in within:
            prices.append(Price(fee=fees[code]))
        elif visit is None:
            prices.append(Price(fee=None))
        else:
            prices.append(Price(fee=visit if place == bearer else NOTHING, flat=True))
    return prices
