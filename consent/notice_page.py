"""What stands around a financial notice on its page and in the panel of the chart: state in words,
what follows from it, until when it covers which visits, and what can be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone

from consent import due_estimates
from consent.drafting import next_visit
from consent.models import (
    ABN_KINDS,
    Kind,
    Notice,
    NoticeStep,
    OrganizationDetermination,
    State,
)
from consent.review import NoticeStanding, notice_standing
from consent.words.notices import (
    FOLLOWS,
    FOLLOWS_GIVEN,
    FOLLOWS_ISSUED,
    FOLLOWS_OPTION,
    FOLLOWS_OPTION_QMB,
    FOLLOWS_QMB,
    QMB_OPTION_2,
    QMB_WAITS,
    STEP_WORDS,
    TONES,
)
from emr.chips import Chip, Tone
from emr.models import Document, DocumentEvent, Patient, Visit
from emr.models.document import COPIES
from emr.rules.abn_findings import OPTION_DECLINED, OPTION_NO_CLAIM
from emr.rules.editions import edition_usable
from emr.rules.estimates import VARIANCE
from emr.rules.needling import NEEDLING_CODES
from emr.rules.notice_states import CLOSED, STANDING, NoticeKind, NoticeState, may_follow
from emr.told_days import told_day


@dataclass(frozen=True)
class NoticePage:
    """One notice with its steps; `standing` is that of the patient's next visit.

    All but the clock of an estimate, which asks the audit log, is read by `notice_pages`.
    """

    notice: Notice
    steps: list[NoticeStep]
    standing: NoticeStanding
    coming: Visit | None
    today: date

    @cached_property
    def state(self) -> NoticeState:
        return NoticeState(self.steps[-1].after)

    @cached_property
    def answer(self) -> NoticeStep | None:
        """The last answer of the patient, also where something came after it."""
        return next((step for step in reversed(self.steps) if step.after in STANDING), None)

    @property
    def option(self) -> int | None:
        return self.answer.option if self.answer else None

    @property
    def document(self) -> Document | None:
        return self.answer.document if self.answer else None

    @property
    def chip(self) -> Chip:
        word, tone = State(self.state).label, TONES[self.state]
        if self.state == NoticeState.CHOSEN:
            word = f"Option {self.option} chosen"
            tone = Tone.STOP if self.option == OPTION_DECLINED else Tone.OK
        if self.qmb_warning:
            tone = Tone.WARN
        if self.counts and self.standing.lapse:
            return Chip(tone=Tone.WARN, word=f"{word}, ended")
        return Chip(tone=tone, word=word)

    @property
    def follows(self) -> str:
        """In one sentence; a patient with QMB is never asked to pay, whatever was signed."""
        qmb = self.standing.qmb
        match self.state:
            case NoticeState.CHOSEN:
                return (FOLLOWS_OPTION_QMB if qmb else FOLLOWS_OPTION)[self.option]
            case NoticeState.AGREED | NoticeState.GIVEN if qmb:
                return FOLLOWS_QMB
            case NoticeState.ISSUED:
                return FOLLOWS_ISSUED[Kind(self.notice.kind)]
            case NoticeState.GIVEN:
                return FOLLOWS_GIVEN[Kind(self.notice.kind)]
            case NoticeState.AGREED if self.notice.kind == Kind.ESTIMATE:
                return FOLLOWS_GIVEN[Kind.ESTIMATE]
        return FOLLOWS[self.state]

    @property
    def qmb_warning(self) -> str:
        """What the desk must know of an ABN that waits for a patient with QMB, or gave up the claim."""
        if not self.standing.qmb or self.notice.kind != Kind.ABN:
            return ""
        if self.state == NoticeState.CHOSEN and self.option == OPTION_NO_CLAIM:
            return QMB_OPTION_2
        return QMB_WAITS if self.waits else ""

    @property
    def reach(self) -> str:
        """Until when and for how many visits: "8 visits, until 14 Feb 2027"."""
        notice, said = self.notice, []
        if notice.repetitive:
            said.append(f"{notice.visits} visits" if notice.visits else "A course of visits")
        elif notice.visit:
            said.append(f"The visit of {told_day(notice.visit.date_of_service)}")
        if notice.ends_on:
            said.append(f"until {told_day(notice.ends_on)}")
        return ", ".join(said) or "No end is set: until service, price or coverage changes"

    @property
    def history(self) -> list[tuple[str, NoticeStep]]:
        """Every step in words, the newest first."""
        return [
            (STEP_WORDS[NoticeState(step.after)].format(step.option), step)
            for step in reversed(self.steps)
        ]

    # The next visit

    @property
    def counts(self) -> bool:
        """Whether this is the notice that the next visit rests on."""
        return self.standing.notice is not None and self.standing.notice.pk == self.notice.pk

    @property
    def covers_next(self) -> str:
        """Which of its visits the next one is; empty where it does not let that one take place."""
        standing = self.standing
        if not (self.counts and standing.stands and self.coming):
            return ""
        if standing.declined or standing.price_drift:
            return ""
        number = self.standing.visit_number
        of = f" of {self.notice.visits}" if self.notice.repetitive and self.notice.visits else ""
        return f"Covers the visit of {told_day(self.coming.date_of_service)}: visit {number}{of}"

    @property
    def another_counts(self) -> bool:
        """Answered and not closed, and yet the next visit rests on another notice."""
        return self.state in STANDING and self.standing.notice is not None and not self.counts

    @property
    def on_obsolete_edition(self) -> bool:
        wording = self.notice.wording
        return bool(wording) and not edition_usable(wording.edition_expires, on=self.today)

    # Money

    @property
    def total(self) -> Decimal | None:
        """What the lines come to; None where they are alternatives, as the codes of needling are."""
        lines = list(self.notice.lines.all())
        prices = [line.estimate for line in lines if line.estimate is not None]
        codes = [line.code for line in lines if line.code]
        if len(prices) < 2 or len(set(NEEDLING_CODES).intersection(codes)) > 1:
            return None
        return sum(prices)

    @property
    def variance_from(self) -> list[tuple[str, Decimal]]:
        """By line of an estimate, the bill from which the patient may dispute it."""
        if self.notice.kind != Kind.ESTIMATE:
            return []
        return [
            (line.service, line.estimate + VARIANCE)
            for line in self.notice.lines.all()
            if line.estimate is not None
        ]

    @cached_property
    def clock(self) -> due_estimates.DueClock | None:
        """Until when an estimate must be given; None once it was."""
        waits = self.state in (NoticeState.DRAFT, NoticeState.ISSUED)
        return due_estimates.clock_of(self.notice, today=self.today) if waits else None

    # What can be done

    def may_become(self, after: NoticeState) -> bool:
        return may_follow(NoticeKind(self.notice.kind), self.state, after)

    @property
    def is_abn(self) -> bool:
        return self.notice.kind in ABN_KINDS

    @property
    def is_draft(self) -> bool:
        return self.state == NoticeState.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def waits(self) -> bool:
        return self.state == NoticeState.ISSUED

    @property
    def may_be_signed(self) -> bool:
        """On the tablet, the phone or paper; a voluntary ABN is only handed over."""
        return any(map(self.may_become, (NoticeState.CHOSEN, NoticeState.AGREED)))

    @property
    def may_be_given(self) -> bool:
        return self.may_become(NoticeState.GIVEN)

    @property
    def may_be_refused(self) -> bool:
        return self.may_become(NoticeState.REFUSED)

    @property
    def may_be_void(self) -> bool:
        return self.may_become(NoticeState.VOID)

    @property
    def may_be_replaced(self) -> bool:
        return self.may_become(NoticeState.SUPERSEDED)

    @property
    def may_be_annotated(self) -> bool:
        return self.state not in (NoticeState.DRAFT, NoticeState.VOID)

    @cached_property
    def copies(self) -> list[DocumentEvent]:
        """How the patient got a copy of what they signed."""
        if not self.document:
            return []
        return [event for event in self.document.events.all() if event.what in COPIES]

    @property
    def lacks_copy(self) -> bool:
        """Also of what was replaced: the patient signed it."""
        return self.owes_copy and not any(event.what in self.copy_ways for event in self.copies)

    @property
    def copy_ways(self) -> tuple[DocumentEvent.What, ...]:
        """What ends the debt: Medicare asks for an ABN on paper, also where it was signed on a screen."""
        return (DocumentEvent.What.PAPER_COPY,) if self.is_abn else COPIES

    @property
    def owes_copy(self) -> bool:
        """Of what the patient signed or refused; handing a notice over is the copy."""
        answered = self.document is not None and self.state != NoticeState.VOID
        return answered and self.answer.after != NoticeState.GIVEN


# Without what weighs: the bytes of PDFs, the strokes of signatures.
STEPS = Prefetch(
    "steps",
    NoticeStep.objects.select_related("by", "signature", "replaced_by", "document")
    .defer("document__content", "signature__ink", "replaced_by__snapshot")
    .prefetch_related("document__events__by"),
)


def notice_pages(patient: Patient, *, notices: Iterable[Notice] | None = None) -> list[NoticePage]:
    """Every notice of a patient, the newest first, in a number of queries that stays the same."""
    if notices is None:
        notices = Notice.objects.filter(patient=patient)
    rows = notices.select_related(
        "provider__user", "coverage__payer", "visit", "patient", "wording"
    )
    rows = rows.defer("snapshot", "wording__parts")
    rows = rows.prefetch_related("lines", STEPS, "annotations__by")
    today = timezone.localdate()
    coming = next_visit(patient)
    standing = standing_of_next(patient, coming)
    return [
        NoticePage(
            notice=notice,
            steps=list(notice.steps.all()),
            standing=standing,
            coming=coming,
            today=today,
        )
        for notice in rows
    ]


def standing_of_next(patient: Patient, coming: Visit | None) -> NoticeStanding:
    """Of the next visit; where none is planned, of one that would begin now with the last clinician."""
    return notice_standing(coming or would_be_visit(patient))


def would_be_visit(patient: Patient) -> Visit:
    last = patient.visits.select_related("provider").last()
    provider = last.provider if last else Visit._meta.get_field("provider").related_model()
    return Visit(patient=patient, provider=provider, start=timezone.now())


def determinations_of(patient: Patient) -> list[OrganizationDetermination]:
    rows = OrganizationDetermination.objects.filter(patient=patient)
    return list(rows.select_related("coverage__payer", "recorded_by", "scan"))


def determination_chip(determination: OrganizationDetermination, *, today: date) -> Chip:
    """The plan's answer as one fact; a denial lets the patient be charged, an approval does not."""
    ended = determination.holds_until and determination.holds_until < today
    if ended:
        return Chip(tone=Tone.WARN, word="No longer valid")
    decision = OrganizationDetermination.Decision
    match determination.decision:
        case decision.DENIED:
            return Chip(tone=Tone.INFO, word="Plan denied: patient may pay")
        case decision.APPROVED:
            return Chip(tone=Tone.OK, word="Plan approved: claim")
    return Chip(tone=Tone.WARN, word="Plan was asked")
