"""The worklists of consent: who is on which, and what is offered."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from consent import desk
from consent.models import Kind
from emr.models import CoverageKind, DocumentEvent, VisitState
from emr.rules.editions import editions
from emr.rules.notice_states import NoticeState
from tests.factories import (
    ZONE,
    at,
    make_abn_wording,
    make_audit_entry,
    make_consent,
    make_coverage,
    make_determination,
    make_document_event,
    make_notice,
    make_notice_step,
    make_patient,
    make_payer,
    make_provider,
    make_signed_consent,
    make_visit,
    make_withdrawal,
    today,
)

TODAY = today()
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
MONDAY = date(2026, 3, 2)  # no federal holiday is near
OLD_EDITION = editions()[0].printed_expiry


def names(rows) -> list[str]:
    return [row.patient.last_name for row in rows]


def person(name: str):
    return make_patient(last_name=name)


@pytest.fixture
def therapist(practice):
    return make_provider()


@pytest.fixture
def yearly(practice):
    """Consents end after twelve months."""
    practice.consent_months = 12
    practice.save()


@pytest.fixture(autouse=True)
def at_the_practice():
    """Its time zone, as every request has it."""
    with timezone.override(ZONE):
        yield


@pytest.fixture
def book(therapist):
    """A visit of somebody on a day."""

    def book(patient, day=TODAY, hour=10, **fields):
        return make_visit(patient=patient, provider=therapist, start=at(hour, day=day), **fields)

    return book


def on_medicare(patient):
    return make_coverage(patient=patient, payer=make_payer(kind=CoverageKind.MEDICARE))


# Consents


def test_a_visit_of_the_day_without_a_consent_is_listed(fran, book):
    book(person("Lacking"))
    signed = person("Signed")
    make_consent(patient=signed)
    book(signed)
    book(person("Cancelled"), state=VisitState.CANCELLED)
    book(person("Later"), TOMORROW)

    [row] = desk.consents_of_day(TODAY, fran)

    assert (row.patient.last_name, row.chip.word, row.day) == ("Lacking", "Missing", TODAY)
    assert row.url == reverse("consent:of-patient", args=[row.patient.pk])


def test_a_patient_with_two_visits_is_asked_once(fran, book):
    twice = person("Twice")
    book(twice, hour=9)
    book(twice, hour=15)

    [row] = desk.consents_of_day(TODAY, fran)

    assert "09:00" in row.when


def test_the_next_clinic_day_is_looked_at_also_over_a_weekend(fran, book):
    book(person("Monday"), TODAY + timedelta(days=3))
    book(person("Tuesday"), TODAY + timedelta(days=4))

    assert names(desk.consents_of_next_day(TODAY, fran)) == ["Monday"]


@pytest.mark.parametrize(("days", "listed"), [(1, 1), (7, 1), (8, 0)])
def test_a_clinic_day_further_than_a_week_is_not_prepared_yet(fran, book, days, listed):
    book(person("Ahead"), TODAY + timedelta(days=days))

    assert len(desk.consents_of_next_day(TODAY, fran)) == listed


def test_a_consent_that_is_withdrawn_is_missing_again(fran, book):
    patient = person("Back")
    make_withdrawal(consent=make_consent(patient=patient))
    book(patient, TOMORROW)

    [row] = desk.consents_of_next_day(TODAY, fran)

    assert row.chip.word == "Withdrawn"


@pytest.mark.parametrize(
    ("signed_on", "listed"),
    [
        (date(2025, 3, 1), []),
        (date(2025, 3, 2), ["Ending"]),
        (date(2025, 4, 1), ["Ending"]),
        (date(2025, 4, 2), []),
    ],
    ids=["ended", "ends today", "ends in 30 days", "ends in 31 days"],
)
def test_a_consent_that_ends_within_thirty_days_is_listed(fran, book, yearly, signed_on, listed):
    patient = person("Ending")
    make_consent(patient=patient, signed_on=signed_on)
    book(patient, MONDAY + timedelta(days=1))

    assert names(desk.consents_expiring(MONDAY, fran)) == listed


def test_a_consent_that_ends_before_the_next_visit_is_listed_as_well(fran, book, yearly):
    patient = person("Ending")
    make_consent(patient=patient, signed_on=date(2025, 3, 5))
    book(patient, MONDAY + timedelta(days=9))

    [row] = desk.consents_expiring(MONDAY, fran)

    assert row.chip.word == "Until 5 Mar 2026"


def test_nobody_is_asked_to_sign_for_a_visit_that_is_not_planned(fran, yearly):
    make_consent(patient=person("Gone"), signed_on=date(2025, 3, 5))

    assert desk.consents_expiring(MONDAY, fran) == []


# Notices


def test_a_visit_under_medicare_without_its_abn_is_listed(fran, book):
    patient = person("Lacking")
    on_medicare(patient)
    visit = book(patient)

    [row] = desk.notices_of_day(TODAY, fran)

    assert (row.what, row.chip.word, row.word) == ("ABN", "ABN missing", "Make the notice")
    new = reverse("consent:new-notice", args=[patient.pk])
    assert row.url == f"{new}?visit={visit.pk}"


def test_a_notice_that_waits_for_its_patient_leads_to_it(fran, book):
    patient = person("Waiting")
    coverage = on_medicare(patient)
    visit = book(patient)
    notice = make_notice(visit=visit, coverage=coverage, state=NoticeState.ISSUED)

    [row] = desk.notices_of_day(TODAY, fran)

    assert (row.chip.word, row.word) == ("ABN: to sign", "Have it signed")
    assert row.url == reverse("consent:notice", args=[notice.pk])


def test_a_visit_whose_notice_was_answered_needs_nothing(fran, book):
    patient = person("Answered")
    coverage = on_medicare(patient)
    make_notice(visit=book(patient), coverage=coverage, state=NoticeState.CHOSEN)

    assert desk.notices_of_day(TODAY, fran) == []


def test_a_course_that_ended_asks_for_another_notice(fran, book):
    patient = person("Ended")
    coverage = on_medicare(patient)
    make_notice(
        patient=patient,
        coverage=coverage,
        repetitive=True,
        ends_on=YESTERDAY,
        on=TODAY - timedelta(days=60),
        state=NoticeState.CHOSEN,
    )
    book(patient)

    [row] = desk.notices_of_day(TODAY, fran)

    assert (row.chip.word, row.word) == ("ABN ended", "Make the notice")


def test_a_medicare_advantage_plan_is_asked_and_its_answer_recorded(fran, book):
    asked, unasked = person("Asked"), person("Unasked")
    plan = make_payer(kind=CoverageKind.MEDICARE_ADVANTAGE)
    coverages = {each: make_coverage(patient=each, payer=plan) for each in (asked, unasked)}
    found = make_determination(patient=asked, coverage=coverages[asked])
    book(asked, hour=9)
    book(unasked, hour=10)

    first, second = desk.notices_of_day(TODAY, fran)

    assert (first.word, first.url) == (
        "Record the answer",
        reverse("consent:determination", args=[found.pk]),
    )
    assert second.word == "Ask the plan"


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (Kind.ABN, "To sign"),
        (Kind.AGREEMENT, "To sign"),
        (Kind.ESTIMATE, "To hand over"),
        (Kind.VOLUNTARY_ABN, "To hand over"),
    ],
)
def test_an_issued_notice_waits_for_its_patient(fran, practice, kind, word):
    notice = make_notice(kind=kind, state=NoticeState.ISSUED)

    [row] = desk.notices_to_sign(TODAY, fran)

    assert (row.chip.word, row.url) == (word, reverse("consent:notice", args=[notice.pk]))


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.CHOSEN, NoticeState.VOID])
def test_a_draft_and_an_answered_notice_wait_for_nobody(fran, practice, state):
    make_notice(state=state)

    assert desk.notices_to_sign(TODAY, fran) == []


def on_old_edition(state, **fields):
    wording = make_abn_wording(edition_expires=OLD_EDITION)
    return make_notice(wording=wording, state=state, **fields)


@pytest.mark.parametrize(
    ("state", "fields", "word"),
    [
        (NoticeState.ISSUED, {}, "May not be signed"),
        (NoticeState.CHOSEN, {"repetitive": True}, "Consider a new one"),
        (NoticeState.REFUSED, {"repetitive": True, "ends_on": TODAY}, "Consider a new one"),
        (NoticeState.CHOSEN, {"repetitive": True, "ends_on": YESTERDAY}, None),
        (NoticeState.CHOSEN, {}, None),
        (NoticeState.VOID, {"repetitive": True}, None),
    ],
    ids=["waits", "open course", "running course", "ended course", "one visit", "void"],
)
def test_a_notice_on_an_old_edition_is_listed_while_it_counts(fran, practice, state, fields, word):
    notice = on_old_edition(state, **fields)
    make_visit(patient=notice.patient, provider=notice.provider, start=at(23))

    assert [row.chip.word for row in desk.notices_obsolete(TODAY, fran)] == ([word] if word else [])


@pytest.mark.parametrize(("used", "listed"), [(1, 1), (2, 0)], ids=["one is left", "used up"])
def test_a_course_whose_visits_are_used_up_asks_for_no_new_edition(fran, practice, used, listed):
    notice = on_old_edition(
        NoticeState.CHOSEN, repetitive=True, visits=2, on=TODAY - timedelta(days=9)
    )
    of_patient = {"patient": notice.patient, "provider": notice.provider}
    for ago in range(1, used + 1):
        start = at(9, day=TODAY - timedelta(days=ago))
        make_visit(start=start, state=VisitState.DONE, **of_patient)
    make_visit(start=at(23), **of_patient)

    assert len(desk.notices_obsolete(TODAY, fran)) == listed


def test_a_course_of_a_patient_without_a_visit_ahead_asks_for_no_new_edition(fran, practice):
    on_old_edition(NoticeState.CHOSEN, repetitive=True)

    assert desk.notices_obsolete(TODAY, fran) == []


def test_a_notice_on_the_edition_of_today_is_not_old(fran, practice):
    make_notice(state=NoticeState.ISSUED)

    assert desk.notices_obsolete(TODAY, fran) == []


# Copies


def test_what_was_signed_and_not_handed_over_is_listed_oldest_first(fran, practice):
    late = make_signed_consent(patient=person("Late"), signed_on=TODAY)
    notice = make_notice(patient=person("Early"), state=NoticeState.CHOSEN, on=YESTERDAY)

    rows = desk.copies_to_give(TODAY, fran)

    assert [(row.patient.last_name, row.what, row.day) for row in rows] == [
        ("Early", "ABN", YESTERDAY),
        ("Late", "Consent", TODAY),
    ]
    assert [row.document for row in rows] == [
        notice.steps.get(after="chosen").document_id,
        late.document_id,
    ]


@pytest.mark.parametrize(
    ("what", "listed"),
    [("printed", 1), ("paper copy", 0), ("shown", 0), ("e-mailed", 0)],
)
def test_printing_is_no_copy_but_every_way_of_giving_one_is(fran, practice, what, listed):
    consent = make_signed_consent(patient=person("Signed"))
    make_document_event(document=consent.document, what=what)

    assert len(desk.copies_to_give(TODAY, fran)) == listed


@pytest.mark.parametrize(
    ("kind", "state", "what", "listed"),
    [
        (Kind.ABN, NoticeState.CHOSEN, "paper copy", 0),
        (Kind.ABN, NoticeState.CHOSEN, "shown", 1),
        (Kind.ABN, NoticeState.CHOSEN, "e-mailed", 1),
        (Kind.ABN, NoticeState.REFUSED, "e-mailed", 1),
        (Kind.AGREEMENT, NoticeState.AGREED, "e-mailed", 0),
        (Kind.AGREEMENT, NoticeState.AGREED, "printed", 1),
        (Kind.ESTIMATE, NoticeState.AGREED, "shown", 0),
    ],
)
def test_of_an_abn_only_a_copy_on_paper_is_one(fran, practice, kind, state, what, listed):
    notice = make_notice(kind=kind, state=state)
    make_document_event(document=notice.steps.last().document, what=what)

    assert len(desk.copies_to_give(TODAY, fran)) == listed


def test_no_copy_is_owed_of_what_was_not_signed_or_does_not_count(fran, practice):
    make_consent(patient=person("By hand"))
    make_signed_consent(patient=person("Declined"), outcome="declined")
    make_withdrawal(consent=make_signed_consent(patient=person("Withdrawn")))
    make_notice(kind=Kind.VOLUNTARY_ABN, state=NoticeState.GIVEN)
    void = make_notice(state=NoticeState.CHOSEN)
    make_notice_step(notice=void, before=NoticeState.CHOSEN, after=NoticeState.VOID)

    assert desk.copies_to_give(TODAY, fran) == []


def test_copies_that_are_handed_over_leave_the_list(fran_client, fran, practice):
    first, second = (make_signed_consent(patient=person(name)) for name in ("One", "Two"))

    response = fran_client.post(
        reverse("emr:hand-over", args=["copy-to-give"]), {"document": first.document_id}
    )

    url = reverse("emr:worklist", args=["copy-to-give"])
    assertRedirects(response, url)
    [event] = DocumentEvent.objects.all()
    assert (event.document_id, event.what, event.by) == (first.document_id, "paper copy", fran)
    page = fran_client.get(url)
    assert names(page.context["rows"]) == ["Two"]
    assertContains(page, "Copies handed over")
    assert second.document.events.count() == 0


def test_a_copy_that_somebody_else_handed_over_is_told(fran_client, practice):
    given, waiting = (make_signed_consent(patient=person(name)) for name in ("One", "Two"))
    make_document_event(document=given.document, what="paper copy")

    response = fran_client.post(
        reverse("emr:hand-over", args=["copy-to-give"]),
        {"document": [given.document_id, waiting.document_id]},
    )

    assertContains(response, "not on the list any more", status_code=409)
    assert waiting.document.events.count() == 0


# Estimates


def put_into_schedule(visit, on: date):
    make_audit_entry(
        at=at(9, day=on),
        verb="visit added",
        subject_type="emr.Visit",
        subject_id=str(visit.pk),
        patient_id=visit.patient_id,
    )


@pytest.mark.parametrize(
    ("scheduled_on", "service_on", "word"),
    [
        (MONDAY, MONDAY + timedelta(days=28), "By 5 Mar 2026, 3 business days left"),
        (MONDAY, MONDAY + timedelta(days=3), "By 3 Mar 2026, 1 business day left"),
        (date(2026, 2, 26), MONDAY + timedelta(days=28), "By 3 Mar 2026, 1 business day left"),
        (date(2026, 2, 25), MONDAY + timedelta(days=28), "Due today"),
        (date(2026, 2, 20), MONDAY + timedelta(days=28), "Overdue since 25 Feb 2026"),
        (MONDAY, MONDAY + timedelta(days=2), None),
    ],
    ids=["far ahead", "three days ahead", "over a weekend", "today", "overdue", "too near"],
)
def test_an_estimate_is_due_by_the_clock_of_business_days(
    fran, book, scheduled_on, service_on, word
):
    visit = book(person("Paying"), service_on)
    put_into_schedule(visit, scheduled_on)

    assert [row.chip.word for row in desk.estimates_due(MONDAY, fran)] == ([word] if word else [])


def test_estimates_that_are_overdue_come_first_and_each_patient_once(fran, book):
    service_on = MONDAY + timedelta(days=28)
    later, overdue = person("Later"), person("Overdue")
    put_into_schedule(book(later, service_on), MONDAY)
    put_into_schedule(book(overdue, service_on), date(2026, 2, 20))
    put_into_schedule(book(overdue, service_on + timedelta(days=7)), MONDAY)

    assert names(desk.estimates_due(MONDAY, fran)) == ["Overdue", "Later"]


@pytest.mark.parametrize(("kind", "owed"), [("self_pay", 1), ("medicare", 0), ("commercial", 0)])
def test_an_estimate_is_owed_to_who_pays_without_insurance(fran, book, kind, owed):
    patient = person("Covered")
    make_coverage(patient=patient, payer=make_payer(kind=kind))
    put_into_schedule(book(patient, MONDAY + timedelta(days=28)), MONDAY)

    assert len(desk.estimates_due(MONDAY, fran)) == owed


def test_an_estimate_that_was_made_is_to_be_handed_over_and_then_done(fran, book):
    visit = book(person("Paying"), MONDAY + timedelta(days=28))
    put_into_schedule(visit, MONDAY)
    notice = make_notice(
        kind=Kind.ESTIMATE, visit=visit, state=NoticeState.ISSUED, on=MONDAY, coverage=None
    )

    [row] = desk.estimates_due(MONDAY, fran)
    assert (row.word, row.url) == ("Hand it over", reverse("consent:notice", args=[notice.pk]))

    make_notice_step(notice=notice, before=NoticeState.ISSUED, after=NoticeState.GIVEN)
    assert desk.estimates_due(MONDAY, fran) == []


# All of them


def everything(number: int, provider):
    """What puts one row on every list."""
    patient = person(f"Everything{number}")
    coverage = on_medicare(patient)
    make_visit(patient=patient, provider=provider, start=at(8, number))
    make_visit(patient=patient, provider=provider, start=at(8, number, day=TOMORROW))
    make_notice(patient=patient, coverage=coverage, provider=provider, state=NoticeState.ISSUED)
    on_old_edition(NoticeState.ISSUED, patient=patient, coverage=coverage, provider=provider)
    ending = person(f"Ending{number}")
    make_signed_consent(patient=ending, signed_on=TODAY - timedelta(days=350))
    make_visit(patient=ending, provider=provider, start=at(9, number, day=TOMORROW))
    paying = person(f"Paying{number}")
    make_signed_consent(patient=paying)
    visit = make_visit(
        patient=paying, provider=provider, start=at(9, number, day=TODAY + timedelta(days=40))
    )
    put_into_schedule(visit, TODAY)


@pytest.mark.parametrize("counter", desk.COUNTERS, ids=lambda counter: counter.key)
def test_the_number_of_queries_does_not_grow(fran, yearly, therapist, counter):
    everything(1, therapist)
    with CaptureQueriesContext(connection) as for_one:
        one = counter.rows(TODAY, fran)
    everything(2, therapist)
    everything(3, therapist)

    with CaptureQueriesContext(connection) as for_three:
        three = counter.rows(TODAY, fran)

    assert (len(one) > 0, len(three)) == (True, 3 * len(one))
    assert len(for_three) == len(for_one)


@pytest.mark.parametrize("counter", desk.COUNTERS, ids=lambda counter: counter.key)
def test_every_list_is_shown(fran_client, yearly, therapist, counter):
    everything(1, therapist)

    response = fran_client.get(counter.url)

    assertContains(response, counter.title)
    assert response.context["rows"] != []
