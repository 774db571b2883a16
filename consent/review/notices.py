"""Which financial notice a visit needs, and what the one on file says of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from consent.models import ABN_KINDS, Kind, Notice, NoticeStep, OrganizationDetermination
from consent.review.candidates import WAITS, Candidate, candidates_of
from consent.review.records import Records
from emr import prices
from emr.benefits import Benefits
from emr.models import Coverage, CoverageKind, Visit
from emr.rules import abn, facts
from emr.rules.abn_findings import OPTION_DECLINED
from emr.rules.estimates import exceeds_variance
from emr.rules.notice_choice import Choice, choose_notice
from emr.rules.notice_states import NoticeState

# The notices that count for each choice. Which of the two ABNs it is makes a difference: a voluntary
# one shifts nothing from a physical therapist, and a chiropractor's patient owes without any.
KINDS_OF_CHOICE = {
    "abn": (Kind.ABN,),
    "voluntary_abn": (Kind.VOLUNTARY_ABN,),
    "organization_determination": (),
    "estimate": (Kind.ESTIMATE,),
    "agreement": (Kind.AGREEMENT,),
    "none": (),
}


@dataclass(frozen=True, kw_only=True)
class NoticeStanding:
    """Which notice a visit needs and why, and the one on file that concerns it.

    `answer` is the step by which the patient answered. `code` is the needling code that was charted,
    None before. `benefits` are those of the coverage, None without one.
    """

    choice: Choice
    day: date
    coverage: Coverage | None
    candidate: Candidate | None = None
    qmb: bool = False  # owes no Medicare cost sharing, by any coverage of the day
    determination: OrganizationDetermination | None = None
    waiting: Notice | None = None  # beside one that was declined: the patient may think again
    drifting: frozenset[str] = frozenset()  # codes whose price has left the notice by too much
    code: str | None = None
    regions: Collection[str] | None = None  # of the body, that were charted; None before
    benefits: Benefits | None = None
    profession: str = ""

    @property
    def notice(self) -> Notice | None:
        return self.candidate and self.candidate.notice

    @property
    def answer(self) -> NoticeStep | None:
        return self.candidate and self.candidate.answer

    @property
    def visit_number(self) -> int:
        """Which of the visits that the notice covers this one is."""
        return self.candidate.visits_before + 1 if self.candidate else 1

    @property
    def estimates(self) -> Mapping[str, Decimal]:
        """What the notice says each code costs."""
        return self.candidate.estimates if self.candidate else {}

    @property
    def lapse(self) -> abn.Lapse | None:
        """Why a good answer does not cover this visit; it then counts as none."""
        return self.candidate and self.candidate.lapse(self.code)

    @property
    def renewal_due(self) -> bool:
        """Twelve months have passed: a reminder and no more."""
        agreed = self.candidate and self.candidate.agreed
        return bool(agreed) and abn.is_due_for_renewal(agreed, day=self.day)

    @property
    def price_drift(self) -> bool:
        return self.code in self.drifting if self.code else bool(self.drifting)

    @property
    def stands(self) -> bool:
        """Answered, and good for this visit."""
        return self.answer is not None and self.lapse is None

    @property
    def option(self) -> int | None:
        return self.answer.option if self.stands else None

    @property
    def declined(self) -> bool:
        """The patient does not want the service: it must not be given."""
        return self.stands and (
            self.answer.option == OPTION_DECLINED or self.answer.after == NoticeState.DECLINED
        )

    @property
    def coverage_kind(self) -> str:
        return self.coverage.payer.kind if self.coverage else ""

    @property
    def abn_facts(self) -> facts.Abn | None:
        notice, answer = self.notice, self.answer
        if notice is None or notice.kind not in ABN_KINDS or self._has_lapsed:
            return None
        if notice.kind == Kind.VOLUNTARY_ABN and not self.stands:
            return None  # nobody was given it before the service, so that no GX is true
        return facts.Abn(
            edition_expires=notice.edition_expires,
            # A notice that was answered after the service is told as such, and not as missing.
            signed_on=self.candidate.counts_from if answer else None,
            option=answer.option if answer else None,
            estimate=self.estimate_of(self.code),
            refused=answer is not None and answer.after == NoticeState.REFUSED,
            witness=answer.witness if answer else "",
            voluntary=notice.kind == Kind.VOLUNTARY_ABN,
        )

    @property
    def _has_lapsed(self) -> bool:
        return self.lapse is not None and self.lapse.reason != "not-yet"

    def estimate_of(self, code: str | None) -> Decimal | None:
        """The price that the notice names for a code; of an unknown code, the highest."""
        return self.estimates.get(code or "", max(self.estimates.values(), default=None))

    def under_low_back_benefit(self) -> "NoticeStanding":
        """The same where all conditions of Medicare's low-back benefit are met: no ABN is owed."""
        choice = choose_notice(
            coverage_kind=self.coverage_kind, profession=self.profession, low_back_benefit=True
        )
        return replace(self, choice=choice)

    @property
    def coverage_facts(self) -> facts.Coverage | None:
        if self.benefits is None:
            return None
        agreed = (
            self.stands
            and self.notice.kind == Kind.AGREEMENT
            and self.answer.after == NoticeState.AGREED
        )
        return self.benefits.facts(
            profession=self.profession,
            regions=self.regions,
            agreement_signed_on=self.answer.answered_on if agreed else None,
            organization_determination=self.determination.decision if self.determination else "",
        )

    @property
    def estimate_facts(self) -> facts.Estimate | None:
        if self.notice is None or self.notice.kind != Kind.ESTIMATE:
            return None
        if self.answer is None or self._has_lapsed:
            return None
        return facts.Estimate(
            given_on=self.candidate.counts_from, amount=self.estimate_of(self.code)
        )


def notice_standing(visit: Visit) -> NoticeStanding:
    return notice_standings([visit])[visit.pk]


def notice_standings(visits: Sequence[Visit]) -> dict[int, NoticeStanding]:
    """By visit; in a number of queries that does not grow with them."""
    records = Records(visits)
    return {visit.pk: _standing(visit, records) for visit in visits}


def _standing(visit: Visit, records: Records) -> NoticeStanding:
    day = visit.date_of_service
    coverage = records.coverage_on(visit.patient_id, day)
    kind = coverage.payer.kind if coverage else ""
    benefits = records.benefits.get(visit.pk)
    profession = visit.provider.profession
    policy = benefits.needling.value if kind == CoverageKind.COMMERCIAL else "unknown"
    choice = choose_notice(coverage_kind=kind, profession=profession, policy=policy)
    kinds = KINDS_OF_CHOICE[choice.kind]
    if kind == CoverageKind.COMMERCIAL:
        kinds = (Kind.AGREEMENT,)  # signed is signed, whatever is known of the plan
    candidates = list(candidates_of(visit, day, kinds, coverage, records))
    candidate = _foremost(candidates)
    waiting = _foremost([each for each in candidates if each.rank == WAITS])
    return NoticeStanding(
        choice=choice,
        day=day,
        coverage=coverage,
        candidate=candidate,
        waiting=waiting.notice if waiting and waiting is not candidate else None,
        qmb=any(each.qmb for each in records.in_force(visit.patient_id, day)),
        determination=_determination(records, visit, coverage, day),
        drifting=_drifting(candidate, coverage, day, records) if candidate else frozenset(),
        benefits=benefits,
        profession=profession,
    )


def _foremost(candidates: Collection[Candidate]) -> Candidate | None:
    """The newest that stands; else the newest that waits; else the newest that lapsed."""
    return max(candidates, key=lambda each: (each.rank, each.notice.pk), default=None)


def _determination(
    records: Records, visit: Visit, coverage, day
) -> OrganizationDetermination | None:
    """The newest decision under this coverage that holds on the day, else the newest question."""
    asked = [
        row
        for row in records.determinations.get(visit.patient_id, [])
        if coverage is not None and row.coverage_id == coverage.pk and row.requested_on <= day
    ]
    decided = [
        row
        for row in asked
        if row.decided_on
        and row.decided_on <= day
        and (row.holds_until is None or day <= row.holds_until)
    ]
    pending = [row for row in asked if row.decided_on is None or row.decided_on > day]
    return next(iter(decided + pending), None)  # newest first


def _drifting(candidate: Candidate, coverage, day, records: Records) -> frozenset[str]:
    """The codes whose price of the day has left what the notice says by more than it may."""
    is_estimate = candidate.notice.kind == Kind.ESTIMATE
    exceeds = exceeds_variance if is_estimate else abn.exceeds_tolerance
    if is_estimate:
        charges = _cash_charges(candidate, records, day)
    else:
        payer_id = coverage.payer_id if coverage else None
        charges = prices.fees_among(records.fees, day, payer_id=payer_id)
    return frozenset(
        code
        for code, estimate in candidate.estimates.items()
        if code in charges and exceeds(estimate=estimate, charge=charges[code])
    )


def _cash_charges(candidate: Candidate, records: Records, day: date) -> dict[str, Decimal]:
    """What somebody who pays themselves is charged; a price of a visit holds for every code."""
    cash = {row.code: row.amount for row in prices.cash_prices_among(records.cash_prices, day)}
    if prices.A_VISIT not in cash:
        return cash
    return dict.fromkeys(candidate.estimates, cash[prices.A_VISIT]) | cash
