"""What stands for a visit: the patient's consent and the notice that concerns it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.models import Kind
from consent.review import (
    consent_standing,
    consent_standings,
    notice_standing,
    notice_standings,
    standing_of,
)
from consent.worklists import notice_chip
from emr.models import Coverage, CoverageKind, Profession, VisitState
from emr.rules import facts
from emr.rules.consent_status import Status
from emr.rules.notice_states import NoticeState
from tests import factories
from tests.factories import at, today

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def covered(patient, kind=CoverageKind.MEDICARE, **fields):
    return factories.make_coverage(patient=patient, payer=factories.make_payer(kind=kind), **fields)


def abn(of, state="chosen", **fields):
    coverage = fields.pop("coverage", None) or of.patient.coverages.first()
    return factories.make_notice(
        patient=of.patient, provider=of.provider, coverage=coverage, state=state, **fields
    )


# Consent


def consent_of(patient, practice, day=None):
    return consent_standing(patient, day=day or today(), practice=practice)


def test_without_any_answer_consent_is_missing(patient, practice):
    found = consent_of(patient, practice)

    assert (found.status, found.consent, found.facts) == (Status.MISSING, None, None)


def test_the_practice_says_for_how_long_a_consent_holds(patient, practice):
    signed_on = today() - timedelta(days=400)
    consent = factories.make_consent(patient=patient, signed_on=signed_on)

    practice.consent_months = 12
    expired = consent_of(patient, practice)
    practice.consent_months = 24
    longer = consent_of(patient, practice)

    assert (expired.status, expired.consent) == (Status.EXPIRED, consent)
    assert expired.facts.expires_on < today()
    assert (longer.status, longer.consent) == (Status.IN_FORCE, consent)


def test_a_version_that_must_be_renewed_supersedes_what_was_signed_before_from_the_next_day(
    patient, practice
):
    factories.make_consent(patient=patient, signed_on=today() - 30 * DAY)
    factories.make_consent_form(must_renew=True, published_on=today() - DAY)

    that_day = consent_of(patient, practice, today() - DAY)
    since = consent_of(patient, practice, today())

    assert (that_day.status, since.status) == (Status.IN_FORCE, Status.SUPERSEDED)
    assert since.facts.expires_on == today() - DAY


def test_a_version_that_asks_for_nothing_leaves_the_former_in_force(patient, practice):
    factories.make_consent(patient=patient, signed_on=today() - 30 * DAY)
    factories.make_consent_form(must_renew=False, published_on=today() - DAY)

    assert consent_of(patient, practice).status == Status.IN_FORCE


def test_who_withdrew_and_who_declined_has_not_consented(patient, practice):
    signed = factories.make_consent(patient=patient, signed_on=today() - 30 * DAY)
    factories.make_withdrawal(consent=signed, withdrawn_on=today() - DAY)
    other = factories.make_patient()
    factories.make_consent(patient=other, signed_on=today() - 30 * DAY)
    factories.make_consent(patient=other, signed_on=today() - DAY, outcome="declined")

    withdrawn, declined = consent_of(patient, practice), consent_of(other, practice)

    assert (withdrawn.status, declined.status) == (Status.WITHDRAWN, Status.DECLINED)
    assert withdrawn.facts.withdrawn_on == today() - DAY
    assert declined.facts is None


@pytest.mark.parametrize("visits", [1, 3])
def test_consents_of_many_visits_take_two_queries(practice, visits):
    made = [factories.make_visit() for _ in range(visits)]
    for visit in made:
        factories.make_consent(patient=visit.patient)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = consent_standings(made, practice=practice)

    assert len(asked) == 2
    assert [found[visit.pk].in_force for visit in made] == [True] * visits


# Which notice


@pytest.mark.parametrize(
    ("kind", "profession", "choice"),
    [
        (None, Profession.PT, "estimate"),
        (CoverageKind.SELF_PAY, Profession.PT, "estimate"),
        (CoverageKind.MEDICARE, Profession.PT, "abn"),
        (CoverageKind.MEDICARE, Profession.DC, "voluntary_abn"),
        (CoverageKind.MEDICARE_ADVANTAGE, Profession.PT, "organization_determination"),
        (CoverageKind.TRICARE, Profession.PT, "agreement"),
        (CoverageKind.COMMERCIAL, Profession.PT, "none"),
        (CoverageKind.WORKERS_COMP, Profession.PT, "none"),
    ],
)
def test_coverage_and_profession_choose_the_notice(practice, kind, profession, choice):
    visit = factories.make_visit(provider=factories.make_provider(profession=profession))
    if kind:
        covered(visit.patient, kind)

    found = notice_standing(visit)

    assert (found.choice.kind, found.notice, found.stands) == (choice, None, False)


def test_a_secondary_coverage_chooses_nothing(visit):
    covered(visit.patient, rank=Coverage.Rank.SECONDARY)

    assert notice_standing(visit).choice.kind == "estimate"


# Which one on file


@pytest.mark.parametrize("option", [1, 2, 3])
def test_an_answered_abn_stands_with_its_option(visit, option):
    covered(visit.patient)
    notice = abn(visit, option=option)

    found = notice_standing(visit)

    assert (found.notice, found.option, found.declined) == (notice, option, option == 3)
    assert found.abn_facts == facts.Abn(
        edition_expires=notice.wording.edition_expires,
        signed_on=today(),
        option=option,
        estimate=Decimal("65.00"),
    )


def test_an_issued_abn_waits_and_has_no_option(visit):
    covered(visit.patient)
    notice = abn(visit, state="issued")

    found = notice_standing(visit)

    assert (found.notice, found.answer, found.stands) == (notice, None, False)
    assert (found.abn_facts.signed_on, found.abn_facts.option) == (None, None)


@pytest.mark.parametrize("state", ["draft", "void"])
def test_a_draft_and_a_void_notice_count_for_nothing(visit, state):
    covered(visit.patient)
    abn(visit, state=state)

    assert (notice_standing(visit).notice, notice_standing(visit).abn_facts) == (None, None)


def test_the_later_of_two_answers_counts(visit):
    covered(visit.patient)
    abn(visit, option=3, on=today() - 5 * DAY)
    newer = abn(visit, option=1)

    assert notice_standing(visit).notice == newer


def test_a_replaced_notice_still_holds_for_the_visits_before(patient, dana):
    covered(patient)
    earlier = factories.make_visit(
        patient=patient, provider=dana.provider, start=at(9, day=today() - 3 * DAY)
    )
    now = factories.make_visit(patient=patient, provider=dana.provider)
    old = abn(now, option=1, on=today() - 10 * DAY)
    new = abn(now, option=2)
    factories.make_notice_step(
        notice=old, before=NoticeState.CHOSEN, after=NoticeState.SUPERSEDED, replaced_by=new
    )

    assert [notice_standing(visit).notice for visit in (earlier, now)] == [old, new]


def test_a_notice_signed_after_the_visit_is_told_as_such(patient, dana):
    covered(patient)
    yesterday = factories.make_visit(
        patient=patient, provider=dana.provider, start=at(9, day=today() - DAY)
    )
    abn(yesterday)

    found = notice_standing(yesterday)

    assert (found.stands, found.lapse.reason) == (False, "not-yet")
    assert found.abn_facts.signed_on == today()


def test_a_change_of_coverage_ends_a_notice(visit):
    old = covered(visit.patient, ends_on=today() - DAY)
    covered(visit.patient, starts_on=today())
    abn(visit, coverage=old, on=today() - 5 * DAY)

    found = notice_standing(visit)

    assert (found.lapse.reason, found.stands, found.abn_facts) == ("coverage-changed", False, None)


def test_the_stated_course_ends_by_its_day(visit):
    covered(visit.patient)
    abn(visit, on=today() - 9 * DAY, repetitive=True, ends_on=today() - DAY)

    assert notice_standing(visit).lapse.reason == "course-ended"


def test_the_stated_course_ends_by_its_visits(visit):
    covered(visit.patient)
    abn(visit, on=today() - 9 * DAY, repetitive=True, visits=2)
    served = [
        factories.make_visit(
            patient=visit.patient,
            provider=visit.provider,
            start=at(9, day=today() - days * DAY),
            state=VisitState.DONE,
        )
        for days in (8, 4)
    ]

    found = {each.pk: notice_standing(each) for each in [*served, visit]}

    assert [found[each.pk].visit_number for each in [*served, visit]] == [1, 2, 3]
    assert [found[each.pk].stands for each in [*served, visit]] == [True, True, False]
    assert found[visit.pk].lapse.reason == "visits-used"


def test_a_notice_for_one_visit_covers_one(visit):
    covered(visit.patient)
    first = factories.make_visit(
        patient=visit.patient,
        provider=visit.provider,
        start=at(8),
        state=VisitState.DONE,
        done_at=timezone.now() + timedelta(hours=1),
    )
    abn(visit, visit=first)

    assert [notice_standing(each).stands for each in (first, visit)] == [True, False]


def test_a_code_that_the_notice_does_not_list_is_not_covered(visit, practice):
    covered(visit.patient)
    abn(visit)  # lists 20561

    found = standing_of(visit, practice=practice)

    assert found.for_code("20561").facts()["abn"].option == 1
    assert found.for_code("20560").facts()["abn"] is None


@pytest.mark.parametrize(
    ("fee", "drifts"), [("65.00", False), ("165.00", False), ("165.01", True), ("20.00", False)]
)
def test_a_price_beyond_the_tolerance_is_seen(visit, fee, drifts):
    covered(visit.patient)
    abn(visit)
    factories.make_fee(code="20561", amount=Decimal(fee))

    assert notice_standing(visit).price_drift == drifts


def test_twelve_months_are_a_reminder_and_end_nothing(visit):
    covered(visit.patient)
    abn(visit, on=today() - timedelta(days=370))

    found = notice_standing(visit)

    assert (found.renewal_due, found.stands) == (True, True)


def test_a_plans_answer_counts_under_its_own_coverage(visit):
    plan = covered(visit.patient, CoverageKind.MEDICARE_ADVANTAGE)
    factories.make_determination(
        patient=visit.patient,
        coverage=plan,
        requested_on=today() - 5 * DAY,
        decision="denied",
        decided_on=today() - DAY,
    )

    assert notice_standing(visit).coverage_facts.organization_determination == "denied"


def test_an_agreement_counts_once_it_is_agreed(visit):
    plan = covered(visit.patient, CoverageKind.TRICARE)
    factories.make_notice(
        kind=Kind.AGREEMENT,
        patient=visit.patient,
        provider=visit.provider,
        coverage=plan,
        state="agreed",
    )

    assert notice_standing(visit).coverage_facts.agreement_signed_on == today()


def test_an_estimate_is_given_with_its_price(visit, practice):
    covered(visit.patient, CoverageKind.SELF_PAY)
    factories.make_notice(
        kind=Kind.ESTIMATE,
        patient=visit.patient,
        provider=visit.provider,
        coverage=visit.patient.coverages.first(),
        state="given",
    )
    factories.make_cash_price(code="", amount=Decimal("85.00"))

    found = standing_of(visit, practice=practice).for_code("20561").facts()

    assert found["estimate"] == facts.Estimate(given_on=today(), amount=Decimal("65.00"))
    assert found["charge"] == Decimal("85.00")


def test_notices_of_many_visits_take_as_many_queries_as_of_one(practice):
    def asked_for(count):
        made = [factories.make_visit() for _ in range(count)]
        for visit in made:
            covered(visit.patient)
            abn(visit, repetitive=True, visits=8)
        with CaptureQueriesContext(connection) as asked:
            notice_standings(made)
        return len(asked)

    assert asked_for(1) == asked_for(3)


# Two that might concern one visit


def test_a_voluntary_notice_is_none_for_a_physical_therapist(visit):
    covered(visit.patient)
    abn(visit, state="given", kind=Kind.VOLUNTARY_ABN)

    found = notice_standing(visit)

    assert (found.choice.kind, found.notice, found.abn_facts) == ("abn", None, None)


@pytest.mark.parametrize(("state", "counts"), [("issued", False), ("given", True)])
def test_a_voluntary_notice_counts_once_it_was_given(practice, lee, patient, state, counts):
    covered(patient)
    visit = factories.make_visit(patient=patient, provider=lee.provider)
    abn(visit, state=state, kind=Kind.VOLUNTARY_ABN)

    found = notice_standing(visit)

    assert found.choice.kind == "voluntary_abn"
    assert (found.abn_facts is not None and found.abn_facts.voluntary) == counts


def test_a_voluntary_notice_hides_no_abn(visit):
    covered(visit.patient)
    valid = abn(visit, option=1)
    abn(visit, state="given", kind=Kind.VOLUNTARY_ABN)

    assert notice_standing(visit).notice == valid


def test_a_notice_of_another_service_hides_no_notice_of_needling(visit):
    covered(visit.patient)
    course = abn(visit, repetitive=True, visits=8)
    manual = {**factories.SERVICES[0], "code": "97140", "service": "Manual therapy"}
    abn(visit, lines=[manual], option=3)

    found = notice_standing(visit)

    assert (found.notice, found.stands, found.declined) == (course, True, False)


def test_one_that_lapsed_hides_neither_one_that_stands_nor_one_that_waits(visit):
    covered(visit.patient)
    standing = abn(visit, on=today() - 9 * DAY, repetitive=True, visits=8)
    abn(visit, on=today() - 8 * DAY, repetitive=True, ends_on=today() - DAY)
    other = factories.make_visit(provider=visit.provider)
    covered(other.patient)
    abn(other, on=today() - 8 * DAY, repetitive=True, ends_on=today() - DAY)
    waiting = abn(other, state="issued")

    assert [notice_standing(each).notice for each in (visit, other)] == [standing, waiting]


def test_a_notice_covers_the_visit_that_it_was_made_for_whatever_came_before(visit):
    covered(visit.patient)
    earlier = factories.make_visit(
        patient=visit.patient,
        provider=visit.provider,
        start=at(9, day=today() - 2 * DAY),
        state=VisitState.DONE,
    )
    abn(visit, visit=visit, on=today() - 5 * DAY)

    assert [notice_standing(each).stands for each in (earlier, visit)] == [False, True]


def test_a_notice_for_a_visit_that_did_not_happen_covers_the_next(visit):
    covered(visit.patient)
    missed = factories.make_visit(
        patient=visit.patient,
        provider=visit.provider,
        start=at(9, day=today() - 2 * DAY),
        state=VisitState.NO_SHOW,
    )
    abn(visit, visit=missed, on=today() - 5 * DAY)

    assert notice_standing(visit).stands


def test_a_course_does_not_count_the_visits_with_another_profession(visit):
    covered(visit.patient)
    abn(visit, on=today() - 9 * DAY, repetitive=True, visits=2)
    chiropractor = factories.make_provider(profession=Profession.DC)
    for days in (8, 4):
        factories.make_visit(
            patient=visit.patient,
            provider=chiropractor,
            start=at(9, day=today() - days * DAY),
            state=VisitState.DONE,
        )

    found = notice_standing(visit)

    assert (found.visit_number, found.stands) == (1, True)


def test_a_mind_changed_in_the_afternoon_leaves_the_morning_as_it_was(patient, dana):
    covered(patient)
    morning, evening = (
        factories.make_visit(patient=patient, provider=dana.provider, start=at(hour))
        for hour in (1, 23)
    )
    morning.state, morning.done_at = VisitState.DONE, at(2)
    morning.save()
    old = abn(morning, option=1, on=today() - DAY)
    new = abn(evening, option=2)
    factories.make_notice_step(
        notice=old,
        before=NoticeState.CHOSEN,
        after=NoticeState.SUPERSEDED,
        replaced_by=new,
        at=at(12),
    )

    assert [notice_standing(visit).notice for visit in (morning, evening)] == [old, new]


def test_an_answer_given_after_the_visit_was_over_does_not_count(visit):
    covered(visit.patient)
    visit.state, visit.done_at = VisitState.DONE, timezone.now() - timedelta(minutes=5)
    visit.save()
    abn(visit)

    found = notice_standing(visit)

    assert (found.stands, found.lapse.reason) == (False, "not-yet")
    assert found.abn_facts.signed_on > today()


@pytest.mark.parametrize(("printed", "stands"), [(-30, True), (30, False)])
def test_a_paper_counts_by_when_it_was_printed(visit, printed, stands):
    covered(visit.patient)
    done_at = timezone.now() - timedelta(hours=1)
    visit.state, visit.done_at = VisitState.DONE, done_at
    visit.save()
    notice = abn(visit, step={"transcribed": True})
    factories.make_signing(
        notice=notice,
        method="paper",
        started_at=done_at + timedelta(minutes=printed),
        step=notice.steps.last(),
        ended_at=timezone.now(),
        outcome="signed",
    )

    assert notice_standing(visit).stands == stands


def test_an_estimate_that_lapsed_is_none(visit, practice):
    covered(visit.patient, CoverageKind.SELF_PAY)
    factories.make_notice(
        kind=Kind.ESTIMATE,
        patient=visit.patient,
        provider=visit.provider,
        coverage=visit.patient.coverages.first(),
        state="given",
        on=today() - timedelta(days=400),
        repetitive=True,
    )

    found = notice_standing(visit)

    assert (found.stands, found.estimate_facts) == (False, None)


def test_writing_down_that_nobody_pays_changes_no_estimate(visit):
    factories.make_notice(
        kind=Kind.ESTIMATE, patient=visit.patient, provider=visit.provider, state="given"
    )
    before = notice_standing(visit).stands
    covered(visit.patient, CoverageKind.SELF_PAY)

    assert (before, notice_standing(visit).stands) == (True, True)


def test_a_new_card_of_the_same_payer_ends_no_abn(visit):
    old = covered(visit.patient, ends_on=today() - DAY)
    abn(visit, coverage=old, on=today() - 5 * DAY)
    factories.make_coverage(patient=visit.patient, payer=old.payer, starts_on=today())

    assert notice_standing(visit).stands


def test_a_question_asked_anew_hides_no_decision(visit):
    plan = covered(visit.patient, CoverageKind.MEDICARE_ADVANTAGE)
    asked = {"patient": visit.patient, "coverage": plan}
    decided = factories.make_determination(**asked, decision="denied", decided_on=today() - DAY)
    factories.make_determination(**asked, requested_on=today())

    assert notice_standing(visit).determination == decided


def test_a_secondary_coverage_may_say_that_the_patient_owes_no_cost_sharing(visit, practice):
    covered(visit.patient)
    covered(visit.patient, CoverageKind.MEDICAID, rank=Coverage.Rank.SECONDARY, qmb=True)

    assert standing_of(visit, practice=practice).qmb


def test_a_declined_agreement_is_a_service_declined(visit):
    plan = covered(visit.patient, CoverageKind.TRICARE)
    factories.make_notice(
        kind=Kind.AGREEMENT,
        patient=visit.patient,
        provider=visit.provider,
        coverage=plan,
        state="declined",
    )

    assert notice_standing(visit).declined


# What the payer says


@pytest.mark.parametrize(
    ("needling", "choice", "word"),
    [
        ("covered", "none", "Not needed"),
        ("authorization", "none", "Not needed"),
        ("excluded", "agreement", "Agreement missing"),
        ("investigational", "agreement", "Agreement missing"),
        ("not_necessary", "agreement", "Agreement missing"),
        ("unknown", "none", "Not needed"),
    ],
)
def test_the_policy_of_a_commercial_plan_decides_the_notice(visit, needling, choice, word):
    coverage = covered(visit.patient, CoverageKind.COMMERCIAL)
    factories.make_policy(payer=coverage.payer, needling=needling)

    found = notice_standing(visit)

    assert (found.choice.kind, notice_chip(found).word) == (choice, word)
    assert found.coverage_facts.policy == needling


def test_what_the_plan_answered_decides_where_no_policy_is_known(visit):
    coverage = covered(visit.patient, CoverageKind.COMMERCIAL)
    factories.make_verification(coverage=coverage, investigational="yes")

    found = notice_standing(visit)

    assert found.choice.kind == "agreement"
    assert (found.coverage_facts.policy, found.coverage_facts.verified_on) == (
        "investigational",
        today(),
    )
