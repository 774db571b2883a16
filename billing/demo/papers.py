"""What the desk has people sign: as they arrive, or days ahead."""

from datetime import timedelta
from decimal import Decimal

from billing.demo import ways
from billing.demo.clinic import Clinic
from billing.demo.patients import Invented
from billing.demo.signing import answer_notice, sign_consent
from consent import actions as consents
from consent import drafting
from consent.models import Kind, Notice, OrganizationDetermination
from consent.review import NoticeStanding, consent_standing, notice_standing
from consent.room import Answer
from consent.words.drafts import (
    CHANGED_MIND,
    COURSE_ENDED,
    COVERAGE_CHANGED,
    rhythm_of,
    weeks_in_words,
)
from emr.models import Coverage, CoverageKind, Visit

KINDS = {
    "abn": Kind.ABN,
    "voluntary_abn": Kind.VOLUNTARY_ABN,
    "estimate": Kind.ESTIMATE,
    "agreement": Kind.AGREEMENT,
}
THURSDAY = 3  # as date.weekday() counts
WITNESS = "Dana Whitcomb"


def prepare(clinic: Clinic, who: Invented) -> None:
    """Days before the first visit: what the plan is asked, and what some sign ahead."""
    if who.number in ways.WHAT_THE_PLAN_SAID:
        _ask_the_plan(clinic, who)
    if who.number not in ways.AHEAD:
        return
    clinic.pass_minutes(95)
    if who.number in ways.PAPER_OF_LAST_YEAR:
        day = clinic.now.date() - timedelta(days=ways.PAPER_OF_LAST_YEAR[who.number])
        consents.record_consent(patient=clinic.patient(who), signed_on=day, by=clinic.desk)
    elif who.consent != "missing":
        sign_consent(clinic, who, reason=ways.DECLINES_CONSENT.get(who.number, ""))
    provider = clinic.therapist(who).provider
    occasion = drafting.occasion_of(clinic.patient(who), provider=provider, visit=None)
    kind = KINDS.get(drafting.choice_for(occasion).kind)
    if kind is None or who.number in ways.NOT_ASKED_YET | ways.WAITS:
        return
    notice = _draft(clinic, who, occasion, kind)
    if who.number not in ways.ASKED_FOR_AN_ESTIMATE:
        _issue_and_answer(clinic, who, notice)


def lacks_consent(clinic: Clinic, who: Invented, visit: Visit) -> bool:
    """Whether the patient signs before this visit."""
    day = visit.date_of_service
    standing = consent_standing(visit.patient, day=day, practice=clinic.practice)
    return who.consent == "signed" and not standing.in_force


def lacking_notice(who: Invented, visit: Visit) -> NoticeStanding | None:
    """What stands for the visit, if something else must come in its place before it."""
    standing = notice_standing(visit)
    asked = standing.choice.kind in KINDS and who.number not in ways.NOT_ASKED_YET
    if standing.choice.kind == "voluntary_abn":
        asked = who.number in ways.GETS_A_VOLUNTARY_NOTICE
    waits = standing.notice and not standing.answer and standing.notice.visit_id == visit.pk
    settled = standing.stands and not _changes_mind(who, standing)
    return standing if asked and not waits and not settled else None


def bring_notice(clinic: Clinic, who: Invented, visit: Visit, standing: NoticeStanding) -> None:
    """Make out the notice that a visit needs, and have it answered; what it replaces is kept."""
    former = standing.notice
    if former and not standing.answer:
        reason = "The visit that it was made for did not take place"
        consents.void_notice(notice=former, reason=reason, by=clinic.desk)
        former = None
    if former and _changes_mind(who, standing):
        again = drafting.copied(former, visit=visit) | {"replaced_because": CHANGED_MIND}
        notice = consents.draft_notice(**again, by=clinic.desk)
        _issue_and_answer(clinic, who, notice)
        return
    occasion = drafting.occasion_of(visit.patient, provider=visit.provider, visit=visit)
    kind = KINDS[standing.choice.kind]
    if who.number in ways.VOIDED_FIRST and former is None:
        wrong = _issue(clinic, _draft(clinic, who, occasion, kind))
        reason = ways.VOIDED_FIRST[who.number]
        consents.void_notice(notice=wrong, reason=reason, by=clinic.desk)
    in_place_of = _in_place_of(former, standing) if former else {}
    notice = _draft(clinic, who, occasion, kind, **in_place_of)
    _issue_and_answer(clinic, who, notice)


def _in_place_of(former: Notice, standing: NoticeStanding) -> dict:
    """What lapsed is replaced, and the reason is the lapse."""
    changed = standing.lapse.reason == "coverage-changed"
    return {"replaces": former, "replaced_because": COVERAGE_CHANGED if changed else COURSE_ENDED}


def _changes_mind(who: Invented, standing: NoticeStanding) -> bool:
    wanted = ways.CHANGES_TO.get(who.number)
    return wanted is not None and standing.option not in (None, wanted.option)


# One notice


def _draft(
    clinic: Clinic,
    who: Invented,
    occasion: drafting.Occasion,
    kind: Kind,
    **in_place_of,
) -> Notice:
    """All that the record knows, for a course of visits."""
    language = ways.NOTICES.get(who.number, ways.USUAL).language
    fields = drafting.prefilled(occasion, kind, language=language)
    fields |= _course(who, occasion, language=language)
    for line in fields["lines"]:
        former = ways.OF_LAST_YEARS_PRICES.get(who.number, {}).get(line["code"])
        line["estimate"] = Decimal(former) if former else line["estimate"]
    return consents.draft_notice(**fields, **in_place_of, by=clinic.desk)


def _course(who: Invented, occasion: drafting.Occasion, *, language: str) -> dict:
    """Eight to twelve visits, most of them once a week."""
    days_apart, visits = (14.0 if who.every == 10 else 7.0), 8 + who.number % 5
    if who.number in ways.SHORT_COURSE:
        days_apart, visits = 3.5, 4
    weeks = round(visits * days_apart / 7)
    return {
        "repetitive": True,
        "frequency": rhythm_of(days_apart, visits=visits, language=language),
        "duration": weeks_in_words(weeks, language=language),
        "visits": visits,
        "ends_on": occasion.day + timedelta(weeks=weeks),
    }


def _issue(clinic: Clinic, notice: Notice) -> Notice:
    return consents.issue_notice(notice=notice, practice=clinic.practice, by=clinic.desk)


def _issue_and_answer(clinic: Clinic, who: Invented, notice: Notice) -> None:
    notice = _issue(clinic, notice)
    if who.number in ways.WAITS:
        return
    common = {"notice": notice, "practice": clinic.practice, "by": clinic.desk}
    clinic.pass_minutes(1)
    if who.number in ways.REFUSES:
        reason = ways.REFUSES[who.number]
        consents.record_refusal(witness=WITNESS, reason=reason, **common)
    elif notice.kind == Kind.VOLUNTARY_ABN or who.number in ways.ONLY_HANDED_OVER:
        consents.give_notice(**common)
    else:
        changed = ways.CHANGES_TO.get(who.number) if notice.replaces else None
        answer_notice(clinic, who, notice, changed or _answer_of(who, notice))


def _answer_of(who: Invented, notice: Notice) -> Answer:
    if notice.kind == Kind.ABN:
        return ways.OPTIONS.get(who.number, Answer.OPTION_1)
    return Answer.DECLINE if who.number in ways.DECLINES_TO_PAY else Answer.AGREE


def _ask_the_plan(clinic: Clinic, who: Invented) -> None:
    """Medicare Advantage: the plan decides before the visit; its letter comes two working days later."""
    patient = clinic.patient(who)
    coverage = Coverage.objects.get(
        patient=patient, payer__kind=CoverageKind.MEDICARE_ADVANTAGE, ends_on=None
    )
    day = clinic.today()
    asked = consents.request_determination(
        patient=patient,
        coverage=coverage,
        service="Dry needling, up to 12 visits",
        requested_on=day,
        reference=f"SUN-{who.number}-1",
        by=clinic.desk,
    )
    decision = OrganizationDetermination.Decision(ways.WHAT_THE_PLAN_SAID[who.number])
    if decision:
        clinic.clock.now += timedelta(days=2 if day.weekday() < THURSDAY else 4)
        decided_on = clinic.today()
        denied = decision == OrganizationDetermination.Decision.DENIED
        consents.decide_determination(
            determination=asked,
            decision=decision,
            decided_on=decided_on,
            notice_on=decided_on if denied else None,
            by=clinic.desk,
        )
