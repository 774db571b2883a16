"""Which financial notice a visit needs, and what the one on file says of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from consent.models import Kind, Notice, NoticeStep, OrganizationDetermination
from emr import prices
from emr.models import CashPrice, Coverage, CoverageKind, Fee, Visit, VisitState
from emr.rules import abn, facts
from emr.rules.estimates import exceeds_variance
from emr.rules.notice_choice import Choice, choose_notice
from emr.rules.notice_states import STANDING, NoticeState

ABN_KINDS = (Kind.ABN, Kind.VOLUNTARY_ABN)
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
            edition_expires=notice.wording.edition_expires if notice.wording else None,
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
        if self.notice is None:
            return None
        lines = {line.code: line.estimate for line in self.notice.lines.all() if line.estimate}
        return lines.get(code or "", max(lines.values(), default=None))

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


class _Records:
    """What is on file for the patients of some visits."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        patients = {visit.patient_id for visit in visits}
        self.coverages = _by_patient(
            Coverage.objects.primary().filter(patient__in=patients).select_related("payer")
        )
        # A draft is shown by its own page; nobody has seen it, so it counts for no visit.
        notices = Notice.objects.filter(patient__in=patients).select_related("wording")
        notices = notices.prefetch_related("lines").order_by("pk")
        self.notices = _by_patient(notices.defer("snapshot", "wording__parts"))
        steps = NoticeStep.objects.filter(notice__patient__in=patients).order_by("pk")
        self.steps: dict[int, list[NoticeStep]] = defaultdict(list)
        for step in steps:
            self.steps[step.notice_id].append(step)
        advantage = {
            patient
            for patient, rows in self.coverages.items()
            if any(row.payer.kind == CoverageKind.MEDICARE_ADVANTAGE for row in rows)
        }
        self.determinations = (
            _by_patient(OrganizationDetermination.objects.filter(patient__in=advantage))
            if advantage
            else {}
        )
        counted = {
            notice.patient_id
            for notices in self.notices.values()
            for notice in notices
            if notice.visits or notice.repetitive
        }
        self.served: dict[int, list[Visit]] = (
            _by_patient(
                Visit.objects.filter(patient__in=counted, state=VisitState.DONE).only(
                    "patient", "start"
                )
            )
            if counted
            else {}
        )
        self.fees = list(Fee.objects.all()) if self.notices else []
        self.cash_prices = list(CashPrice.objects.all()) if self.notices else []

    def standing(self, visit: Visit) -> NoticeStanding:
        day = visit.date_of_service
        coverage = _in_force(self.coverages.get(visit.patient_id, []), day)
        kind = coverage.payer.kind if coverage else ""
        choice = choose_notice(coverage_kind=kind, profession=visit.provider.profession)
        kinds = KINDS_OF_CHOICE[choice.kind]
        if kind == CoverageKind.COMMERCIAL:
            kinds = (Kind.AGREEMENT,)  # signed is signed, whatever is known of the plan
        notice, answer = self._concerning(visit, day, kinds)
        return NoticeStanding(
            choice=choice,
            day=day,
            coverage=coverage,
            notice=notice,
            answer=answer,
            agreed=_agreed(notice, answer),
            determination=self._determination(visit, coverage, day),
            visit_number=self._visits_before(notice, answer, visit) + 1,
            price_drift=notice is not None and self._drifts(notice, coverage, day),
        )

    def _concerning(
        self, visit: Visit, day: date, kinds
    ) -> tuple[Notice | None, NoticeStep | None]:
        """The newest that was answered by the day and still stood; else the newest that waits."""
        answered, late, waiting = [], [], []
        for notice in self.notices.get(visit.patient_id, []):
            steps = self.steps[notice.pk]
            if notice.kind not in kinds or steps[-1].after in (NoticeState.VOID, NoticeState.DRAFT):
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

    def _drifts(self, notice: Notice, coverage: Coverage | None, day: date) -> bool:
        """Whether a price of today has left what the notice says by more than it may."""
        exceeds = exceeds_variance if notice.kind == Kind.ESTIMATE else abn.exceeds_tolerance
        charges = self._charges(notice, coverage, day)
        return any(
            exceeds(estimate=line.estimate, charge=charges[line.code])
            for line in notice.lines.all()
            if line.estimate is not None and line.code in charges
        )

    def _charges(self, notice: Notice, coverage: Coverage | None, day: date) -> dict[str, Decimal]:
        """By code, what is charged on the day; to who pays themselves, the cash price."""
        if notice.kind != Kind.ESTIMATE:
            payer_id = coverage.payer_id if coverage else None
            return prices.fees_among(self.fees, day, payer_id=payer_id)
        cash = {row.code: row.amount for row in prices.cash_prices_among(self.cash_prices, day)}
        if prices.A_VISIT not in cash:
            return cash
        return (
            dict.fromkeys((line.code for line in notice.lines.all()), cash[prices.A_VISIT]) | cash
        )


def _agreed(notice: Notice | None, answer: NoticeStep | None) -> abn.Agreed | None:
    """What an answered notice covers, as the rules look at it."""
    if notice is None or answer is None:
        return None
    one_visit = not notice.repetitive and notice.visit is not None
    return abn.Agreed(
        signed_on=answer.answered_on,
        ends_on=notice.ends_on,
        visits=notice.visits if notice.repetitive else (1 if one_visit else None),
        codes=frozenset(line.code for line in notice.lines.all() if line.code),
        coverage=notice.coverage_id,
    )


def _in_force(coverages: Iterable[Coverage], day: date) -> Coverage | None:
    good = [c for c in coverages if c.starts_on <= day and (c.ends_on is None or day <= c.ends_on)]
    return good[0] if good else None


def _by_patient(rows) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found
