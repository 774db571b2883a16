"""The price of visits and whether their patients may be asked for it, each by the rule who pays.

The rule is emr.rules.payment (docs/rules/abn.md#who-pays); until a note is charged it is asked as if
the patient will be needled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.models import SeriesVisit
from consent.review import Standing, standings_of
from emr.models import Practice, Visit
from emr.rules import facts
from emr.rules.payment import Payment, payment_of
from notes.models import Note


@dataclass(frozen=True, kw_only=True)
class Priced:
    """One visit; `price` is None where nobody knows it."""

    known: facts.Visit
    standing: Standing
    payment: Payment
    price: Decimal | None

    @property
    def of_patient(self) -> Decimal:
        """What the patient may be asked for the visit itself."""
        if self.payment.patient_pays != "may":
            return Decimal("0.00")
        return self.price or Decimal("0.00")


def prices_of(visits: Sequence[Visit], *, practice: Practice) -> dict[int, Priced]:
    """By visit, with patient and provider read along; queries do not grow with them."""
    ids = [visit.pk for visit in visits]
    standings = standings_of(visits, practice=practice)
    codes = dict(
        Note.objects.in_force().filter(visit__in=ids).values_list("visit", "suggested_code")
    )
    agreed = dict(SeriesVisit.objects.filter(visit__in=ids).values_list("visit", "series__price"))
    found = {}
    for visit in visits:
        code = codes.get(visit.pk)
        standing = standings[visit.pk].for_code(code or None)
        known = facts.Visit(date_of_service=visit.date_of_service, **standing.facts())
        payment = payment_of(known, needled=code != "")
        found[visit.pk] = Priced(
            known=known,
            standing=standing,
            payment=payment,
            price=_price(known, standing, payment, agreed.get(visit.pk)),
        )
    return found


def _price(
    known: facts.Visit, standing: Standing, payment: Payment, agreed: Decimal | None
) -> Decimal | None:
    if payment.claim == "none" and agreed is not None:
        return agreed
    if known.charge is not None:
        return known.charge
    return standing.notice.estimate_of(standing.notice.code)
