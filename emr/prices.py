"""What a service costs on a day, and what an owner does about it.

Fees are what the practice charges for a code; a payer may have fees of its own. Cash prices are
what somebody pays who pays themselves. A price holds from its first day to its last, or to the day
before the next one begins. What a past day cost never changes, so that last year still adds up.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
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
    fees = Fee.objects.begun_by(day).filter(Q(payer=None) | Q(payer=payer))
    return fees_among(fees, day, payer_id=payer and payer.pk)


def fees_among(fees: Iterable[Fee], day: date, *, payer_id: int | None) -> dict[str, Decimal]:
    """The same from fees that were read before, for many days at once."""
    fees = [fee for fee in fees if fee.payer_id in (None, payer_id)]
    holding = _holding(fees, day, key=lambda fee: (fee.payer_id is not None, fee.code))
    return {code: holding[own, code].amount for own, code in sorted(holding)}


def cash_prices_on(day: date) -> list[CashPrice]:
    """The price of a visit first, if there is one; then those of single codes."""
    return cash_prices_among(CashPrice.objects.begun_by(day), day)


def cash_prices_among(cash_prices: Iterable[CashPrice], day: date) -> list[CashPrice]:
    """The same from prices that were read before, for many days at once."""
    holding = _holding(cash_prices, day, key=lambda price: price.code)
    return [holding[code] for code in sorted(holding)]


def cash_price_for(code: str, *, day: date) -> Decimal | None:
    """The cash price of the code, else of a whole visit; None if there is neither."""
    amounts = {price.code: price.amount for price in cash_prices_on(day)}
    return amounts.get(code, amounts.get(A_VISIT))


def _holding(prices: Iterable, day: date, *, key) -> dict:
    """By key, the price that holds on the day: the last that has begun, if it has not ended."""
    begun = sorted(
        (price for price in prices if price.starts_on <= day), key=lambda price: price.starts_on
    )
    last = {key(price): price for price in begun}
    return {
        each: price for each, price in last.items() if price.ends_on is None or day <= price.ends_on
    }


# Actions


@transaction.atomic
def set_fee(
    *, code: str, amount: Decimal, starts_on: date, by: User, payer: Payer | None = None
) -> Fee:
    """What the code costs from a day on; the fee before it ends the day before."""
    one_at_a_time()
    fee = Fee(code=code, payer=payer, amount=amount, starts_on=starts_on)
    _refuse_the_past(fee, Fee.objects.filter(Q(payer=None) | Q(payer=payer), code=code))
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
    one_at_a_time()
    _take_back(_not_begun(Fee, fee.pk), "fee taken back", by=by)


@transaction.atomic
def set_cash_price(
    *, amount: Decimal, starts_on: date, label: str, by: User, code: str = A_VISIT
) -> CashPrice:
    """What a visit, or the code, costs somebody who pays themselves, from a day on."""
    one_at_a_time()
    price = CashPrice(code=code, label=label, amount=amount, starts_on=starts_on)
    _refuse_the_past(price, CashPrice.objects.filter(code__in=[code, A_VISIT]))
    _replace(price, CashPrice.objects.filter(code=code))
    audit.record("cash price set", price, by=by, code=code, starts_on=starts_on.isoformat())
    return price


@transaction.atomic
def end_cash_price(*, price: CashPrice, ends_on: date, by: User) -> CashPrice:
    return _end(CashPrice, price.pk, ends_on, "cash price ended", by=by)


@transaction.atomic
def take_back_cash_price(*, price: CashPrice, by: User) -> None:
    one_at_a_time()
    _take_back(_not_begun(CashPrice, price.pk), "cash price taken back", by=by)


# How a row of dated prices changes, whichever it is


def one_at_a_time() -> None:
    """Two owners who set a first price at the same moment have no row of it to wait for."""
    Practice.objects.select_for_update().filter(pk=1).first()


def _refuse_the_past(new: Fee | CashPrice, charged: QuerySet) -> None:
    """A price begins today or later. Only the first of all may reach back, within this year: the
    days without any were not charged by another."""
    today = timezone.localdate()
    if new.starts_on >= today:
        return
    if charged.exists():
        raise Refused(
            "Past visits keep what they cost, and there was a price for this before."
            " Give a first day from today on."
        )
    if new.starts_on.year < today.year:
        raise Refused("A first price reaches back to the first of January of this year at most.")


def _replace(new: Fee | CashPrice, row: QuerySet) -> None:
    """Put a price at the end of its row; the one before it ends by that, and keeps a last day of
    its own.

    It takes the place of one that begins on the same day: a slip of the finger can be mended.
    """
    later = row.filter(starts_on__gt=new.starts_on).order_by("starts_on").first()
    if later:
        raise Refused(
            f"Another price is set from {later.starts_on:%Y-%m-%d} on. Give a first day after"
            " that one, or take that one back first."
        )
    if slip := row.filter(starts_on=new.starts_on).first():
        new.pk = slip.pk
        new._state.adding = False
    new.full_clean()
    new.save()


def _end(model, pk: int, ends_on: date, verb: str, *, by: User):
    price = model.objects.select_for_update().get(pk=pk)
    if price.ends_on:
        raise Refused(f"This price already ends on {price.ends_on:%Y-%m-%d}.")
    if ends_on < price.starts_on:
        raise Refused(f"It cannot end before its first day, {price.starts_on:%Y-%m-%d}.")
    if ends_on < first_last_day():
        raise Refused("Past visits keep what they cost: the last day is yesterday or later.")
    price.ends_on = ends_on
    price.save(update_fields=["ends_on"])
    audit.record(verb, price, by=by, code=price.code, ends_on=ends_on.isoformat())
    return price


def first_last_day() -> date:
    """The first day that may be the last of a price which is ended now."""
    return timezone.localdate() - DAY


def _not_begun(model, pk: int):
    price = model.objects.select_for_update().filter(pk=pk).first()
    if price is None:
        raise Refused("This price was taken back already.")
    if price.starts_on <= timezone.localdate():
        raise Refused("This price has begun: set a new one, or a last day, instead.")
    return price


def _take_back(price: Fee | CashPrice, verb: str, *, by: User) -> None:
    """Without the price the one before it goes on, to its own last day if it has one."""
    audit.record(verb, price, by=by, code=price.code, starts_on=price.starts_on.isoformat())
    price.delete()
