"""What a service costs on a day, and what an owner does about it.

Fees are what the practice charges for a code; a payer may have fees of its own. Cash prices are
what somebody pays who pays themselves. A price holds from its first day to its last. One that was
charged is never edited, only followed by another or ended, so that last year still adds up.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from emr import audit
from emr.actions import Refused
from emr.models import CashPrice, Fee, Payer, Practice, User

# The code of the one price that covers a whole visit.
A_VISIT = ""
DAY = timedelta(days=1)


# Questions


def fee_for(code: str, *, day: date, payer: Payer | None = None) -> Decimal | None:
    """The payer's own fee for the code, else the practice's; None if there is neither."""
    return fees_on(day, payer=payer).get(code)


def fees_on(day: date, *, payer: Payer | None = None) -> dict[str, Decimal]:
    """Every code that has a fee on the day; a payer's own fee goes before the practice's."""
    fees = Fee.objects.in_force_on(day).filter(Q(payer=None) | Q(payer=payer))
    return fees_among(fees, day, payer_id=payer and payer.pk)


def fees_among(fees: Iterable[Fee], day: date, *, payer_id: int | None) -> dict[str, Decimal]:
    """The same from fees that were read before, for many days at once."""
    ascending = sorted(
        (fee for fee in fees if _holds(fee, day) and fee.payer_id in (None, payer_id)),
        key=lambda fee: (fee.payer_id is not None, fee.starts_on),
    )
    return {fee.code: fee.amount for fee in ascending}


def cash_prices_on(day: date) -> list[CashPrice]:
    """The price of a visit first, if there is one; then those of single codes."""
    return cash_prices_among(CashPrice.objects.in_force_on(day), day)


def cash_prices_among(cash_prices: Iterable[CashPrice], day: date) -> list[CashPrice]:
    """The same from prices that were read before, for many days at once."""
    newest_last = sorted(
        (price for price in cash_prices if _holds(price, day)), key=lambda price: price.starts_on
    )
    prices = {price.code: price for price in newest_last}
    return [prices[code] for code in sorted(prices)]


def cash_price_for(code: str, *, day: date) -> Decimal | None:
    """The cash price of the code, else of a whole visit; None if there is neither."""
    amounts = {price.code: price.amount for price in cash_prices_on(day)}
    return amounts.get(code, amounts.get(A_VISIT))


def _holds(price: Fee | CashPrice, day: date) -> bool:
    return price.starts_on <= day and (price.ends_on is None or day <= price.ends_on)


# Actions


@transaction.atomic
def set_fee(
    *, code: str, amount: Decimal, starts_on: date, by: User, payer: Payer | None = None
) -> Fee:
    """What the code costs from a day on; the fee before it ends the day before."""
    _one_at_a_time()
    fee = Fee(code=code, payer=payer, amount=amount, starts_on=starts_on)
    _replace(fee, Fee.objects.filter(code=code, payer=payer))
    about = {"code": code, "starts_on": starts_on.isoformat()}
    if payer:
        about["payer"] = payer.pk
    audit.record("fee set", fee, by=by, **about)
    return fee


@transaction.atomic
def end_fee(*, fee: Fee, ends_on: date, by: User) -> Fee:
    """The last day of a fee that nothing follows; from then on the code has none of its own."""
    return _end(Fee, fee.pk, ends_on, "fee ended", by=by)


@transaction.atomic
def take_back_fee(*, fee: Fee, by: User) -> None:
    """A fee that has not begun is as if it had never been set."""
    _one_at_a_time()
    fee = _not_begun(Fee, fee.pk)
    _take_back(fee, Fee.objects.filter(code=fee.code, payer=fee.payer_id), "fee taken back", by=by)


@transaction.atomic
def set_cash_price(
    *, amount: Decimal, starts_on: date, label: str, by: User, code: str = A_VISIT
) -> CashPrice:
    """What a visit, or the code, costs somebody who pays themselves, from a day on."""
    _one_at_a_time()
    price = CashPrice(code=code, label=label, amount=amount, starts_on=starts_on)
    _replace(price, CashPrice.objects.filter(code=code))
    audit.record("cash price set", price, by=by, code=code, starts_on=starts_on.isoformat())
    return price


@transaction.atomic
def end_cash_price(*, price: CashPrice, ends_on: date, by: User) -> CashPrice:
    return _end(CashPrice, price.pk, ends_on, "cash price ended", by=by)


@transaction.atomic
def take_back_cash_price(*, price: CashPrice, by: User) -> None:
    _one_at_a_time()
    price = _not_begun(CashPrice, price.pk)
    _take_back(price, CashPrice.objects.filter(code=price.code), "cash price taken back", by=by)


# How a row of dated prices changes, whichever it is


def _one_at_a_time() -> None:
    """Two owners who set a first price at the same moment have no row of it to wait for."""
    Practice.objects.select_for_update().filter(pk=1).first()


def _replace(new: Fee | CashPrice, row: Iterable) -> None:
    """Put a price at the end of its row: the one before it ends.

    It takes the place of one that begins on the same day, if nobody was charged that one yet or
    only today: a slip of the finger can be mended.
    """
    for price in sorted(row, key=lambda price: price.starts_on):
        if price.starts_on > new.starts_on:
            raise Refused(
                f"Another price is set from {price.starts_on:%Y-%m-%d} on. Give a first day after"
                " that one, or take that one back first if it has not begun."
            )
        if price.starts_on == new.starts_on:
            if price.starts_on < timezone.localdate():
                raise Refused(
                    f"The price from {price.starts_on:%Y-%m-%d} on was charged already and stays"
                    " on record. Give the new price a later first day."
                )
            new.pk = price.pk
            new._state.adding = False
        elif price.ends_on is None or price.ends_on >= new.starts_on:
            price.ends_on = new.starts_on - DAY
            price.save(update_fields=["ends_on"])
    new.full_clean()
    new.save()


def _end(model, pk: int, ends_on: date, verb: str, *, by: User):
    price = model.objects.select_for_update().get(pk=pk)
    if price.ends_on:
        raise Refused(f"This price already ends on {price.ends_on:%Y-%m-%d}.")
    if ends_on < price.starts_on:
        raise Refused(f"It cannot end before its first day, {price.starts_on:%Y-%m-%d}.")
    price.ends_on = ends_on
    price.save(update_fields=["ends_on"])
    audit.record(verb, price, by=by, code=price.code, ends_on=ends_on.isoformat())
    return price


def _not_begun(model, pk: int):
    price = model.objects.select_for_update().filter(pk=pk).first()
    if price is None:
        raise Refused("This price was taken back already.")
    if price.starts_on <= timezone.localdate():
        raise Refused("This price has begun: set a new one, or a last day, instead.")
    return price


def _take_back(price: Fee | CashPrice, row, verb: str, *, by: User) -> None:
    """Without the price the one that ended the day before it goes on."""
    row.filter(ends_on=price.starts_on - DAY).update(ends_on=None)
    audit.record(verb, price, by=by, code=price.code, starts_on=price.starts_on.isoformat())
    price.delete()
