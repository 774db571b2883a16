"""The notices on file that might concern a visit, each with what it comes to there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from consent.models import Kind, Notice, NoticeStep
from consent.review.records import Records
from emr.models import Coverage, CoverageKind, Visit
from emr.models.visit import GONE
from emr.rules import abn
from emr.rules.estimates import MOST_MONTHS
from emr.rules.needling import NEEDLING_CODES
from emr.rules.notice_states import STANDING, NoticeState

# How a notice concerns a visit, the foremost last.
LAPSED, WAITS, STANDS = range(3)
NEXT_DAY = timedelta(days=1)
# Whoever pays themselves has no payer, whether that is written down or not.
NOBODY = 0


@dataclass(frozen=True)
class Candidate:
    """One notice beside one visit."""

    notice: Notice
    answer: NoticeStep | None
    lines: dict[str, Decimal | None]
    visit: Visit
    day: date
    coverage: Coverage | None
    records: Records

    @cached_property
    def estimates(self) -> dict[str, Decimal]:
        return {code: estimate for code, estimate in self.lines.items() if estimate}

    @cached_property
    def rank(self) -> int:
        if self.answer is None:
            return WAITS
        return LAPSED if self.lapse(None) else STANDS

    @cached_property
    def counts_from(self) -> date | None:
        """The day from which an answer counts: its own, or the next where the visit was over by then."""
        if self.answer is None:
            return None
        over_since = self.visit.over_since
        late = over_since is not None and _given_at(self.answer) > over_since
        if late and self.answer.answered_on == self.day:
            return self.day + NEXT_DAY
        return self.answer.answered_on

    @cached_property
    def agreed(self) -> abn.Agreed | None:
        """What an answered notice covers, as the rules look at it."""
        if self.answer is None:
            return None
        notice = self.notice
        return abn.Agreed(
            signed_on=self.counts_from,
            ends_on=notice.ends_on,
            visits=notice.visits if notice.repetitive else 1,
            codes=frozenset(code for code in self.lines if code),
            coverage=_payer(notice.payer_id, notice.payer_kind),
        )

    def lapse(self, code: str | None) -> abn.Lapse | None:
        """Why an answer does not cover the visit, for the code that was charted if one was."""
        if self.agreed is None:
            return None
        payer = self.coverage and self.coverage.payer
        return abn.find_lapse(
            self.agreed,
            day=self.day,
            visits_before=self.visits_before,
            codes=[code] if code and self.notice.kind != Kind.ESTIMATE else (),
            coverage=_payer(payer and payer.pk, payer and payer.kind),
            most_months=MOST_MONTHS if self.notice.kind == Kind.ESTIMATE else None,
        )

    @cached_property
    def visits_before(self) -> int:
        """How many visits the notice covered before this one."""
        is_its_own = self.visit.pk is not None and self.visit.pk == self.notice.visit_id
        if self.answer is None or is_its_own:
            return 0
        was_for_another = self.notice.visit_id and self.notice.visit_state not in GONE
        if not self.notice.repetitive and was_for_another:
            return 1
        return sum(map(self._covered, self.records.served.get(self.notice.patient_id, [])))

    def _covered(self, served: Visit) -> bool:
        """Whether a visit that took place was one of those that the notice covers."""
        answer = self.answer
        return (
            served.pk != self.visit.pk
            and served.start < self.visit.start
            and served.profession == self.notice.profession
            and served.date_of_service >= answer.answered_on
            and (served.done_at is None or served.done_at >= _given_at(answer))
        )


def _given_at(answer: NoticeStep) -> datetime:
    """When the patient answered, as far as we know: on paper, no earlier than it was printed."""
    return answer.shown_at if answer.transcribed and answer.shown_at else answer.at


def candidates_of(
    visit: Visit, day: date, kinds, coverage: Coverage | None, records: Records
) -> Iterator[Candidate]:
    """Those of the kinds that the visit asks for, about needling, which nothing has ended by then."""
    for notice in records.notices.get(visit.patient_id, []):
        steps = records.steps.get(notice.pk)
        lines = records.lines.get(notice.pk, {})
        if notice.kind not in kinds or not steps or not _is_about_needling(lines):
            continue
        if any(_has_ended(step, visit) for step in steps):
            continue
        answers = [step for step in steps if step.after in STANDING]
        answer = answers[-1] if answers else None
        yield Candidate(notice, answer, lines, visit, day, coverage, records)


def _is_about_needling(lines: dict[str, Decimal | None]) -> bool:
    """A line without a code may be about anything."""
    return not lines or "" in lines or not set(NEEDLING_CODES).isdisjoint(lines)


def _has_ended(step: NoticeStep, visit: Visit) -> bool:
    """What was void never counted; what was replaced counts for the visits before."""
    if step.after == NoticeState.SUPERSEDED:
        return step.at <= visit.start
    return step.after == NoticeState.VOID


def _payer(payer_id: int | None, kind: str | None) -> int:
    return NOBODY if payer_id is None or kind == CoverageKind.SELF_PAY else payer_id
