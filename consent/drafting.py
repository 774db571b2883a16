"""What a financial notice is made for, which kinds it may be, and what it says before anybody types.

One tap makes a draft: everything that the record knows stands in it. Story: docs/notices.md
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from consent.models import Kind, Notice
from consent.words import drafts as draft_words
from emr import prices
from emr.models import Coverage, CoverageKind, Patient, Provider, Visit, VisitState
from emr.models.visit import GONE
from emr.rules.abn import holds_government_number
from emr.rules.notice_choice import CHIROPRACTOR, Choice, choose_notice
from emr.rules.notice_states import STANDING, NoticeState

CODES = ("20560", "20561")
# Once in progress the patient is in the room, and the needle may not be in yet.
BEFORE_THE_END = (VisitState.PLANNED, VisitState.ARRIVED, VisitState.IN_PROGRESS)

# What another notice may take the place of.
REPLACEABLE = (NoticeState.ISSUED, *STANDING)

# To whom a kind may be given. Federal programmes have no estimate; where the law forbids to ask
# the patient for money, no agreement makes it right.
OPEN_TO = {
    Kind.ABN: {CoverageKind.MEDICARE},
    Kind.VOLUNTARY_ABN: {CoverageKind.MEDICARE},
    Kind.ESTIMATE: {"", CoverageKind.SELF_PAY},
    Kind.AGREEMENT: {CoverageKind.COMMERCIAL, CoverageKind.TRICARE},
}
WHY_NOT = {
    Kind.ABN: "An ABN is only for a patient with Original Medicare.",
    Kind.VOLUNTARY_ABN: "A voluntary ABN is only for a patient with Original Medicare.",
    Kind.ESTIMATE: "A good-faith estimate is for a patient who pays without insurance. Who leaves a"
    " plan unused has self-pay entered as the coverage of these days first.",
    Kind.AGREEMENT: "An agreement to pay is for a plan that will not pay: a commercial one, or"
    " TRICARE.",
}
NOT_FOR_ADVANTAGE = (
    "An ABN is not for Medicare Advantage: ask the plan for an organization determination before"
    " the visit, and record its answer here."
)
ONLY_VOLUNTARY = "For a chiropractor the notice is voluntary: make it as a voluntary ABN."
NOT_VOLUNTARY = "A voluntary ABN is for what the law excludes, as with a chiropractor."


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """For whom a notice is made, with which clinician and coverage, and on which day."""

    patient: Patient
    provider: Provider
    coverage: Coverage | None
    visit: Visit | None
    day: date
    qmb: bool = False  # under any coverage of the day

    @property
    def coverage_kind(self) -> str:
        return self.coverage.payer.kind if self.coverage else ""

    @property
    def by_chiropractor(self) -> bool:
        return self.provider.profession == CHIROPRACTOR


def occasion_of(
    patient: Patient, *, provider: Provider, visit: Visit | None, today: date | None = None
) -> Occasion:
    """The coverage is that of the visit's day; of today, if there is no visit or nobody came."""
    day = today or timezone.localdate()
    if visit and visit.state not in GONE:
        day = max(day, visit.date_of_service)
    coverages = list(patient.coverages.in_force_on(day).select_related("payer"))
    primary = [each for each in coverages if each.rank == Coverage.Rank.PRIMARY]
    return Occasion(
        patient=patient,
        provider=provider,
        coverage=primary[0] if primary else None,
        visit=visit,
        day=day,
        qmb=any(each.qmb for each in coverages),
    )


def occasion_of_notice(notice: Notice, *, today: date | None = None) -> Occasion:
    """As things stand on the day: the coverage of the draft may have ended meanwhile."""
    return occasion_of(notice.patient, provider=notice.provider, visit=notice.visit, today=today)


def choice_for(occasion: Occasion) -> Choice:
    return choose_notice(
        coverage_kind=occasion.coverage_kind, profession=occasion.provider.profession
    )


def why_not(kind: str, occasion: Occasion) -> str:
    """Why this kind of notice may not be made here; empty if it may."""
    is_abn = kind in (Kind.ABN, Kind.VOLUNTARY_ABN)
    if is_abn and occasion.coverage_kind == CoverageKind.MEDICARE_ADVANTAGE:
        return NOT_FOR_ADVANTAGE
    if occasion.coverage_kind not in OPEN_TO[kind]:
        return WHY_NOT[kind]
    if kind == Kind.ABN and occasion.by_chiropractor:
        return ONLY_VOLUNTARY
    if kind == Kind.VOLUNTARY_ABN and not occasion.by_chiropractor:
        return NOT_VOLUNTARY
    return ""


# What a draft begins with


def prefilled(occasion: Occasion, kind: Kind, *, language: str) -> dict:
    """Arguments of `draft_notice`: the blanks and lines that the record can fill by itself."""
    number = occasion.patient.record_number
    return {
        "kind": kind,
        "patient": occasion.patient,
        "provider": occasion.provider,
        "coverage": occasion.coverage,
        "visit": occasion.visit,
        "language": language,
        "identification": "" if holds_government_number(number) else number,
        "service_word": draft_words.SERVICE_WORD[language],
        "lines": lines_for(occasion, kind, language=language),
        "additional": additional_for(occasion, kind, language=language),
        **course_of(occasion, language=language),
    }


def lines_for(occasion: Occasion, kind: Kind, *, language: str) -> list[dict]:
    """A line for each code; of an estimate one for the whole visit, if it has one price."""
    services = draft_words.SERVICES[language]
    if kind == Kind.ESTIMATE:
        cash = {price.code: price.amount for price in prices.cash_prices_on(occasion.day)}
        visit = cash.get(prices.A_VISIT)
        return [
            {"code": code, "service": services[code], "estimate": cash.get(code, visit)}
            for code in CODES
        ]
    payer = occasion.coverage.payer if occasion.coverage else None
    fees = prices.fees_on(occasion.day, payer=payer)
    reason = draft_words.reason_in(
        language,
        coverage_kind=occasion.coverage_kind,
        profession=occasion.provider.profession,
    )
    return [
        {"code": code, "service": services[code], "reason": reason, "estimate": fees.get(code)}
        for code in CODES
    ]


def additional_for(occasion: Occasion, kind: Kind, *, language: str) -> str:
    """Blank H: empty, but for who has QMB."""
    if not occasion.qmb or kind not in draft_words.ABOUT_QMB:
        return ""
    return draft_words.ABOUT_QMB[kind][language]


def course_of(occasion: Occasion, *, language: str) -> dict:
    """The visits that are planned with this clinician, as a course; nothing if it is one alone."""
    planned = occasion.patient.visits.filter(provider=occasion.provider, state__in=BEFORE_THE_END)
    days = sorted({visit.date_of_service for visit in planned})
    days = [day for day in days if day >= occasion.day]
    if len(days) < 2:
        return {}
    span = (days[-1] - days[0]).days
    weeks = span // 7 + 1
    return {
        "repetitive": True,
        "frequency": draft_words.rhythm_of(
            span / (len(days) - 1), visits=len(days), language=language
        ),
        "duration": draft_words.weeks_in_words(weeks, language=language),
        "visits": len(days),
        "ends_on": days[0] + timedelta(weeks=weeks),
    }


def copied(notice: Notice, *, visit: Visit | None) -> dict:
    """Arguments of `draft_notice` for a notice that says the same, to be changed and issued anew."""
    kept = ("kind", "patient", "provider", "coverage", "language", "identification")
    kept += ("service_word", "repetitive", "frequency", "duration", "visits", "ends_on")
    lines = notice.lines.values("code", "service", "reason", "estimate")
    copied = {name: getattr(notice, name) for name in kept} | {"visit": visit, "lines": list(lines)}
    occasion = occasion_of(notice.patient, provider=notice.provider, visit=visit)
    additional = additional_for(occasion, Kind(notice.kind), language=notice.language)
    return copied | {"additional": additional, "replaces": notice}


def replaceable(patient: Patient, kind: Kind):
    """Notices that one of this kind may take the place of, the newest first."""
    same = Notice.objects.filter(patient=patient, kind=kind)
    return same.in_state(*REPLACEABLE).order_by("-issued_at")


def in_place_of_newest(patient: Patient, kind: Kind) -> dict:
    """Arguments of `draft_notice` by which a draft proposes to replace what stands; why is asked."""
    newest = replaceable(patient, kind).first()
    return {"replaces": newest} if newest else {}


# The visit that a notice comes before


def next_visit(patient: Patient) -> Visit | None:
    """The first visit, from today on, that is not over."""
    return visits_ahead(patient, day=timezone.localdate()).first()


def visits_ahead(patient: Patient, *, day: date):
    """Visits from a day on that are planned, or have begun and are not over."""
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    visits = patient.visits.filter(state__in=BEFORE_THE_END, start__gte=midnight)
    return visits.select_related("provider__user")


def is_to_come(visit: Visit) -> bool:
    """A notice comes before the service: also while the patient is in the room already."""
    return visit.state in BEFORE_THE_END and visit.date_of_service >= timezone.localdate()


def usual_provider(patient: Patient) -> Provider | None:
    """Who saw the patient last; None before the first visit."""
    last = patient.visits.select_related("provider__user").last()
    return last.provider if last and last.provider.active else None
