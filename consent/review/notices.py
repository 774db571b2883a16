"""Which financial notice a visit needs, and what the one on file says of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from consent.models import (
    ABN_KINDS,
    Kind,
    Notice,
    NoticeLine,
    NoticeStep,
    OrganizationDetermination,
)
from consent.review.patients import patients_of
from emr import prices
from emr.models import CashPrice, Coverage, CoverageKind, Fee, Visit, VisitState
from emr.rules import abn, facts
from emr.rules.estimates import exceeds_variance
from emr.rules.notice_choice import Choice, choose_notice
from emr.rules.notice_states import STANDING, NoticeState

# The notices that count for each choice.
KINDS_OF_CHOICE = {
    "abn": ABN_KINDS,
    "voluntary_abn": ABN_KINDS,
    "organization_determination": (),
    "estimate": (Kind.ESTIMATE,),
    "agreement": (Kind.AGREEMENT,),
    "none": (),
}
DECLINED_OPTION = 3


@dataclass(frozen=True, kw_only=True)
class NoticeStanding:
    """Which notice a visit needs and why, and the one on file that concerns it.

    `answer` is the step by which the patient answered. `codes` are the needling codes that were
    charted, if any yet.
    """

    choice: Choice
    day: date
    coverage: Coverage | None
    notice: Notice | None = None
    answer: NoticeStep | None = None
    agreed: abn.Agreed | None = None
    determination: OrganizationDetermination | None = None
    visit_number: int = 1  # of those that the notice covers
    price_drift: bool = False
    estimates: Mapping[str, Decimal] = field(default_factory=dict)  # of the notice, by code
    codes: tuple[str, ...] = ()

    @property
    def lapse(self) -> abn.Lapse | None:
        """Why a good answer does not cover this visit; it then counts as none."""
        if self.agreed is None:
            return None
        return abn.find_lapse(
            self.agreed,
            day=self.day,
            visits_before=self.visit_number - 1,
            codes=self.codes if self.notice.kind != Kind.ESTIMATE else (),
            coverage=self.coverage.pk if self.coverage else None,
        )

    @property
    def renewal_due(self) -> bool:
        """Twelve months have passed: a reminder and no more."""
        return self.agreed is not None and abn.is_due_for_renewal(self.agreed, day=self.day)

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
        return self.option == DECLINED_OPTION

    @property
    def coverage_kind(self) -> str:
        return self.coverage.payer.kind if self.coverage else ""

    @property
    def abn_facts(self) -> facts.Abn | None:
        notice, answer = self.notice, self.answer
        if notice is None or notice.kind not in ABN_KINDS or self._is_lapsed_before_the_visit:
            return None
        [code] = self.codes or [None]
        return facts.Abn(
            edition_expires=notice.edition_expires,
            signed_on=answer.answered_on if answer else None,
            option=answer.option if answer else None,
            estimate=self.estimate_of(code),
            refused=answer is not None and answer.after == NoticeState.REFUSED,
            witness=answer.witness if answer else "",
            voluntary=notice.kind == Kind.VOLUNTARY_ABN,
        )

    @property
    def _is_lapsed_before_the_visit(self) -> bool:
        """What was signed too late is told as such, and not as missing."""
        return self.lapse is not None and self.lapse.reason != "not-yet"

    def estimate_of(self, code: str | None) -> Decimal | None:
        """The price that the notice names for a code; of an unknown code, the highest."""
        return self.estimates.get(code or "", max(self.estimates.values(), default=None))

    def coverage_facts(self) -> facts.Coverage | None:
        if self.coverage is None:
            return None
        agreed = (
            self.stands
            and self.notice.kind == Kind.AGREEMENT
            and self.answer.after == NoticeState.AGREED
        )
        return facts.Coverage(
            kind=self.coverage.payer.kind,
            agreement_signed_on=self.answer.answered_on if agreed else None,
            organization_determination=self.determination.decision if self.determination else "",
        )

    def estimate_facts(self, code: str | None) -> facts.Estimate | None:
        if self.notice is None or self.notice.kind != Kind.ESTIMATE or self.answer is None:
            return None
        return facts.Estimate(given_on=self.answer.answered_on, amount=self.estimate_of(code))


def notice_standing(visit: Visit) -> NoticeStanding:
    return notice_standings([visit])[visit.pk]


def notice_standings(visits: Sequence[Visit]) -> dict[int, NoticeStanding]:
    """By visit; in a number of queries that does not grow with them."""
    records = _Records(visits)
    return {visit.pk: records.standing(visit) for visit in visits}


# What the chips of a list look at: a day has hundreds of rows, and every column takes its time.
COVERAGE_SHOWN = ["patient", "payer", "rank", "qmb", "starts_on", "ends_on"]
NOTICE_SHOWN = ["kind", "patient", "coverage", "visit", "issued_on"]
NOTICE_SHOWN += ["repetitive", "visits", "ends_on"]
STEP_SHOWN = ["notice", "after", "at", "answered_on", "option", "witness"]


class _Records:
    """What is on file for the patients of some visits.

    A few payers belong to many coverages, so they are read apart and shared.
    """

    def __init__(self, visits: Sequence[Visit]) -> None:
        patients = patients_of(visits)
        coverages = Coverage.objects.primary().filter(patient__in=patients)
        coverages = coverages.prefetch_related("payer").only(*COVERAGE_SHOWN)
        self.coverages = _by(coverages, "patient_id")
        notices = Notice.objects.filter(patient__in=patients).order_by("pk")
        notices = notices.annotate(edition_expires=F("wording__edition_expires"))
        self.notices = _by(notices.only(*NOTICE_SHOWN), "patient_id")
        self.steps = self._steps(patients) if self.notices else {}
        self.lines = self._lines(patients) if self.notices else {}
        self.determinations = self._determinations()
        self.served = self._served()
        self.fees = list(Fee.objects.all()) if self.notices else []
        self.cash_prices = list(CashPrice.objects.all()) if self.notices else []

    def _steps(self, patients) -> dict[int, list[NoticeStep]]:
        """By notice, from the issue on; a draft, which nobody has seen, has none of these."""
        steps = NoticeStep.objects.filter(notice__patient__in=patients)
        steps = steps.exclude(after=NoticeState.DRAFT)
        return _by(steps.order_by("pk").only(*STEP_SHOWN), "notice_id")

    def _lines(self, patients) -> dict[int, dict[str, Decimal | None]]:
        """By notice, its services by code with their estimates."""
        lines = NoticeLine.objects.filter(notice__patient__in=patients).order_by("position")
        found: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
        for notice, code, estimate in lines.values_list("notice", "code", "estimate"):
            found[notice][code] = estimate
        return found

    def _determinations(self) -> dict[int, list[OrganizationDetermination]]:
        advantage = {
            patient
            for patient, rows in self.coverages.items()
            if any(row.payer.kind == CoverageKind.MEDICARE_ADVANTAGE for row in rows)
        }
        found = OrganizationDetermination.objects.filter(patient__in=advantage)
        return _by(found, "patient_id") if advantage else {}

    def _served(self) -> dict[int, list[Visit]]:
        """The visits that took place, of patients with a notice that counts them."""
        counted = {
            notice.patient_id
            for notices in self.notices.values()
            for notice in notices
            if notice.repetitive or notice.visit_id
        }
        found = Visit.objects.filter(patient__in=counted, state=VisitState.DONE)
        return _by(found.only("patient", "start"), "patient_id") if counted else {}

    def standing(self, visit: Visit) -> NoticeStanding:
        day = visit.date_of_service
        coverage = _in_force(self.coverages.get(visit.patient_id, []), day)
        kind = coverage.payer.kind if coverage else ""
        choice = choose_notice(coverage_kind=kind, profession=visit.provider.profession)
        kinds = KINDS_OF_CHOICE[choice.kind]
        if kind == CoverageKind.COMMERCIAL:
            kinds = (Kind.AGREEMENT,)  # signed is signed, whatever is known of the plan
        notice, answer = self._concerning(visit, day, kinds)
        lines = self.lines.get(notice.pk, {}) if notice else {}
        return NoticeStanding(
            choice=choice,
            day=day,
            coverage=coverage,
            notice=notice,
            answer=answer,
            agreed=_agreed(notice, answer, lines),
            determination=self._determination(visit, coverage, day),
            visit_number=self._visits_before(notice, answer, visit) + 1,
            price_drift=notice is not None and self._drifts(notice, lines, coverage, day),
            estimates={code: estimate for code, estimate in lines.items() if estimate},
        )

    def _concerning(
        self, visit: Visit, day: date, kinds
    ) -> tuple[Notice | None, NoticeStep | None]:
        """The newest that was answered by the day and still stood; else the newest that waits."""
        answered, late, waiting = [], [], []
        for notice in self.notices.get(visit.patient_id, []):
            steps = self.steps.get(notice.pk)
            if notice.kind not in kinds or not steps or steps[-1].after == NoticeState.VOID:
                continue
            answers = [step for step in steps if step.after in STANDING]
            ended = [step for step in steps if step.after == NoticeState.SUPERSEDED]
            if ended and timezone.localdate(ended[0].at) <= day:
                continue
            if not answers:
                waiting.append((notice, None))
            elif answers[-1].answered_on <= day:
                answered.append((notice, answers[-1]))
            else:
                late.append((notice, answers[-1]))
        for found in (answered, waiting, late):
            if found:
                return found[-1]
        return None, None

    def _visits_before(self, notice: Notice | None, answer: NoticeStep | None, visit: Visit) -> int:
        """How many visits the notice covered before this one."""
        if answer is None:
            return 0
        return sum(
            served.start < visit.start
            and served.pk != visit.pk
            and served.date_of_service >= answer.answered_on
            for served in self.served.get(visit.patient_id, [])
        )

    def _determination(self, visit, coverage, day) -> OrganizationDetermination | None:
        """The newest one under this coverage that was asked for by the day."""
        if coverage is None:
            return None
        rows = self.determinations.get(visit.patient_id, [])
        good = [
            row
            for row in rows
            if row.coverage_id == coverage.pk
            and row.requested_on <= day
            and (row.holds_until is None or day <= row.holds_until)
            and (row.decided_on is None or row.decided_on <= day)
        ]
        return good[0] if good else None  # newest first

    def _drifts(self, notice: Notice, lines, coverage: Coverage | None, day: date) -> bool:
        """Whether a price of today has left what the notice says by more than it may."""
        exceeds = exceeds_variance if notice.kind == Kind.ESTIMATE else abn.exceeds_tolerance
        charges = self._charges(notice, lines, coverage, day)
        return any(
            exceeds(estimate=estimate, charge=charges[code])
            for code, estimate in lines.items()
            if estimate is not None and code in charges
        )

    def _charges(self, notice: Notice, lines, coverage: Coverage | None, day: date) -> dict:
        """By code, what is charged on the day; to who pays themselves, the cash price."""
        if notice.kind != Kind.ESTIMATE:
            payer_id = coverage.payer_id if coverage else None
            return prices.fees_among(self.fees, day, payer_id=payer_id)
        cash = {row.code: row.amount for row in prices.cash_prices_among(self.cash_prices, day)}
        if prices.A_VISIT not in cash:
            return cash
        return dict.fromkeys(lines, cash[prices.A_VISIT]) | cash


def _agreed(notice: Notice | None, answer: NoticeStep | None, lines) -> abn.Agreed | None:
    """What an answered notice covers, as the rules look at it."""
    if notice is None or answer is None:
        return None
    one_visit = not notice.repetitive and notice.visit_id
    return abn.Agreed(
        signed_on=answer.answered_on,
        ends_on=notice.ends_on,
        visits=notice.visits if notice.repetitive else (1 if one_visit else None),
        codes=frozenset(code for code in lines if code),
        coverage=notice.coverage_id,
    )


def _in_force(coverages: Iterable[Coverage], day: date) -> Coverage | None:
    good = [c for c in coverages if c.starts_on <= day and (c.ends_on is None or day <= c.ends_on)]
    return good[0] if good else None


def _by(rows, name: str) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
