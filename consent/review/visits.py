"""All that stands for one visit, as the rules take it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from consent.review.consents import ConsentStanding, consent_standing
from consent.review.notices import NoticeStanding, notice_standing
from emr import prices
from emr.models import CoverageKind, Practice, Visit
from emr.rules import facts


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that a patient signed or was told before a visit, and what the visit costs them."""

    consent: ConsentStanding
    notice: NoticeStanding
    profession: str
    state: str
    qmb: bool
    fees: Mapping[str, Decimal]

    def for_code(self, code: str | None) -> "Standing":
        """The same once a needling code was charted, which the notice must list."""
        return replace(self, notice=replace(self.notice, code=code))

    def facts(self) -> dict:
        """The blocks of `facts.Visit` that are known here."""
        return {
            "provider": facts.Provider(profession=self.profession, state=self.state),
            "patient": facts.Patient(qmb=self.qmb),
            "coverage": self.notice.coverage_facts,
            "consent": self.consent.facts,
            "abn": self.notice.abn_facts,
            "estimate": self.notice.estimate_facts,
            "charge": self.fees.get(self.notice.code or "", self.fees.get(prices.A_VISIT)),
        }


def standing_of(visit: Visit, *, practice: Practice) -> Standing:
    """What stands for one visit; its provider and patient are best read along."""
    day = visit.date_of_service
    notice = notice_standing(visit)
    if notice.coverage_kind in ("", CoverageKind.SELF_PAY):
        fees = {price.code: price.amount for price in prices.cash_prices_on(day)}
    else:
        fees = prices.fees_on(day, payer=notice.coverage.payer)
    return Standing(
        consent=consent_standing(visit.patient, day=day, practice=practice),
        notice=notice,
        profession=visit.provider.profession,
        state=practice.state,
        qmb=notice.qmb,
        fees=fees,
    )
