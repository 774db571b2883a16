"""All that stands for one visit, as the rules take it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from consent.review.consents import ConsentStanding, consent_standings
from consent.review.notices import NoticeStanding, notice_standings
from emr import prices
from emr.credentials import Credentials, credentials_among
from emr.models import CashPrice, CoverageKind, Fee, Practice, Visit
from emr.rules import facts


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that a patient signed or was told before a visit, and what the visit costs them."""

    consent: ConsentStanding
    notice: NoticeStanding
    credentials: Credentials
    qmb: bool
    fees: Mapping[str, Decimal]

    @property
    def profession(self) -> str:
        return self.credentials.provider.profession

    def for_code(self, code: str | None, *, regions: Collection[str] | None = None) -> "Standing":
        """The same once needling was charted: its code, which the notice must list, and the regions
        of the body, which a payer may limit one by one."""
        return replace(self, notice=replace(self.notice, code=code, regions=regions))

    def under_low_back_benefit(self) -> "Standing":
        """The same where all conditions of Medicare's low-back benefit are met."""
        return replace(self, notice=self.notice.under_low_back_benefit())

    def facts(self) -> dict:
        """The blocks of `facts.Visit` that are known here."""
        return {
            "provider": self.credentials.facts,
            "patient": facts.Patient(qmb=self.qmb),
            "coverage": self.notice.coverage_facts,
            "consent": self.consent.facts,
            "abn": self.notice.abn_facts,
            "estimate": self.notice.estimate_facts,
            "charge": self.fees.get(self.notice.code or "", self.fees.get(prices.A_VISIT)),
        }


def standing_of(visit: Visit, *, practice: Practice) -> Standing:
    """What stands for one visit; its provider and patient are best read along."""
    return standings_of([visit], practice=practice)[visit.pk]


def standings_of(visits: Sequence[Visit], *, practice: Practice) -> dict[int, Standing]:
    """By visit; in a number of queries that does not grow with them."""
    consents = consent_standings(visits, practice=practice)
    notices = notice_standings(visits)
    price_list = PriceList(visits)
    asked = [(visit.provider, visit.date_of_service) for visit in visits]
    credentials = credentials_among(asked, state=practice.state)
    return {
        visit.pk: Standing(
            consent=consents[visit.pk],
            notice=notices[visit.pk],
            credentials=known,
            qmb=notices[visit.pk].qmb,
            fees=price_list.fees_of(notices[visit.pk]),
        )
        for visit, known in zip(visits, credentials, strict=True)
    }


class PriceList:
    """The prices begun by the last day of some visits, read once for all of them and only if asked."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self._last = max((visit.date_of_service for visit in visits), default=date.min)

    @cached_property
    def _fees(self) -> list[Fee]:
        return list(Fee.objects.begun_by(self._last))

    @cached_property
    def _cash_prices(self) -> list[CashPrice]:
        return list(CashPrice.objects.begun_by(self._last))

    def fees_of(self, notice: NoticeStanding) -> dict[str, Decimal]:
        """By code; cash prices, with that of a whole visit under no code, where no payer is known."""
        if notice.coverage_kind in ("", CoverageKind.SELF_PAY):
            cash = prices.cash_prices_among(self._cash_prices, notice.day)
            return {price.code: price.amount for price in cash}
        return prices.fees_among(self._fees, notice.day, payer_id=notice.coverage.payer_id)
