"""What a notice begins with, which kinds it may be, and what its page tells of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from consent import drafting, due_estimates, notice_page
from consent.models import Kind, NoticeLine
from consent.words import drafts as draft_words
from consent.words import notices as notice_sentences
from emr.models import CoverageKind, VisitState
from emr.rules.notice_choice import choose_notice, reason_for
from tests import factories
from tests.factories import (
    make_annotation,
    make_audit_entry,
    make_cash_price,
    make_coverage,
    make_document_event,
    make_fee,
    make_notice,
    make_notice_step,
    make_payer,
    make_visit,
    today,
)

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture(autouse=True)
def at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def covered(patient):
    """The patient has a payer of a kind; the empty kind is no coverage."""

    def covered(kind):
        return kind and make_coverage(patient=patient, payer=make_payer(kind=kind))

    return covered


def occasion(patient, provider, visit=None):
    return drafting.occasion_of(patient, provider=provider, visit=visit)


def page_of(notice):
    [page] = notice_page.notice_pages(
        notice.patient, notices=type(notice).objects.filter(pk=notice.pk)
    )
    return page


# Which kind

OPEN = {
    ("medicare", "PT"): ["abn"],
    ("medicare", "DC"): ["voluntary_abn"],
    ("medicare_advantage", "PT"): [],
    ("medicare_advantage", "DC"): [],
    ("medicaid", "PT"): [],
    ("tricare", "PT"): ["agreement"],
    ("commercial", "PT"): ["agreement"],
    ("workers_comp", "PT"): [],
    ("auto", "PT"): [],
    ("self_pay", "PT"): ["estimate"],
    ("", "PT"): ["estimate"],
}


@pytest.mark.parametrize(("payer", "profession"), OPEN)
def test_a_kind_is_open_only_where_it_means_something(
    patient, dana, lee, covered, payer, profession
):
    covered(payer)
    provider = lee.provider if profession == "DC" else dana.provider
    made_for = occasion(patient, provider)

    allowed = [kind.value for kind in Kind if not drafting.why_not(kind, made_for)]

    assert allowed == OPEN[payer, profession]


@pytest.mark.parametrize("payer", ["", *CoverageKind.values])
@pytest.mark.parametrize("profession", ["PT", "DC", "MD"])
def test_what_the_rules_choose_is_always_open(payer, profession):
    """The chooser never offers what the server then refuses."""
    choice = choose_notice(coverage_kind=payer, profession=profession, policy="excluded")

    if choice.kind in Kind.values:
        assert payer in drafting.OPEN_TO[choice.kind]


WORDS = [
    ("medicare_advantage", Kind.ABN, drafting.NOT_FOR_ADVANTAGE),
    ("medicare_advantage", Kind.VOLUNTARY_ABN, drafting.NOT_FOR_ADVANTAGE),
    ("commercial", Kind.ABN, "An ABN is only for a patient with Original Medicare."),
    ("medicare", Kind.VOLUNTARY_ABN, drafting.NOT_VOLUNTARY),
    ("medicare", Kind.ESTIMATE, drafting.WHY_NOT[Kind.ESTIMATE]),
    ("self_pay", Kind.AGREEMENT, drafting.WHY_NOT[Kind.AGREEMENT]),
]


@pytest.mark.parametrize(("payer", "kind", "why"), WORDS)
def test_a_closed_kind_says_why(patient, dana, covered, payer, kind, why):
    covered(payer)

    assert drafting.why_not(kind, occasion(patient, dana.provider)) == why


# What a draft begins with


def test_an_abn_begins_with_fees_reasons_and_the_record_number(patient, dana, covered):
    coverage = covered("medicare")
    make_fee(code="20560", amount=Decimal("65.00"))
    make_fee(code="20561", amount=Decimal("85.00"))

    filled = drafting.prefilled(occasion(patient, dana.provider), Kind.ABN, language="en")

    why = reason_for(coverage_kind="medicare", profession="PT")
    assert filled == {
        "kind": Kind.ABN,
        "patient": patient,
        "provider": dana.provider,
        "coverage": coverage,
        "visit": None,
        "language": "en",
        "identification": "HL-10117",
        "service_word": "dry needling",
        "lines": [
            {
                "code": "20560",
                "service": "Dry needling of 1 or 2 muscles",
                "reason": why,
                "estimate": Decimal("65.00"),
            },
            {
                "code": "20561",
                "service": "Dry needling of 3 or more muscles",
                "reason": why,
                "estimate": Decimal("85.00"),
            },
        ],
        "additional": "",
    }


def test_the_fee_of_the_payer_goes_before_that_of_the_practice(patient, dana, covered):
    coverage = covered("tricare")
    make_fee(code="20560", amount=Decimal("65.00"))
    make_fee(code="20560", amount=Decimal("48.00"), payer=coverage.payer)

    lines = drafting.lines_for(occasion(patient, dana.provider), Kind.AGREEMENT, language="en")

    assert [(line["code"], line["estimate"]) for line in lines] == [
        ("20560", Decimal("48.00")),
        ("20561", None),
    ]


# The price of a visit, the price of 20561, and what stands beside each code.
CASH = [
    ("50.00", None, ["50.00", "50.00"]),
    ("50.00", "70.00", ["50.00", "70.00"]),
    (None, "70.00", [None, "70.00"]),
    (None, None, [None, None]),
]


@pytest.mark.parametrize(("visit", "single", "expected"), CASH)
def test_an_estimate_lists_the_codes_with_their_cash_prices(patient, dana, visit, single, expected):
    if visit:
        make_cash_price(amount=Decimal(visit))
    if single:
        make_cash_price(code="20561", amount=Decimal(single), label="Three muscles or more")

    lines = drafting.lines_for(occasion(patient, dana.provider), Kind.ESTIMATE, language="en")

    assert [line["code"] for line in lines] == ["20560", "20561"]
    assert [line["service"] for line in lines] == [
        "Dry needling of 1 or 2 muscles",
        "Dry needling of 3 or more muscles",
    ]
    assert [line["estimate"] for line in lines] == [price and Decimal(price) for price in expected]


def test_the_price_is_that_of_the_day_of_the_visit(patient, dana, covered):
    covered("medicare")
    make_fee(amount=Decimal("65.00"), ends_on=today() + 9 * DAY)
    make_fee(amount=Decimal("75.00"), starts_on=today() + 10 * DAY)
    visit = make_visit(
        patient=patient, provider=dana.provider, start=factories.at(9, day=today() + 10 * DAY)
    )

    made_for = occasion(patient, dana.provider, visit)
    lines = drafting.lines_for(made_for, Kind.ABN, language="en")

    assert lines[0]["estimate"] == Decimal("75.00")


def test_a_record_number_that_could_be_medicares_stays_out(patient, dana, covered):
    covered("medicare")
    patient.record_number = "1EG4-TE5-MK73"

    filled = drafting.prefilled(occasion(patient, dana.provider), Kind.ABN, language="en")

    assert filled["identification"] == ""


SPANISH = {
    ("medicare", "PT"): draft_words.SPANISH_OF_CLINICIAN,
    ("medicare", "DC"): draft_words.SPANISH_OF_LAW,
    ("medicare", "MD"): draft_words.SPANISH_OF_CONDITIONS,
    ("tricare", "PT"): draft_words.SPANISH_REASONS["tricare"],
    ("self_pay", "PT"): "",
}


@pytest.mark.parametrize(("payer", "profession"), SPANISH)
def test_a_spanish_notice_gives_its_reason_in_spanish(payer, profession):
    reason = draft_words.reason_in("es", coverage_kind=payer, profession=profession)

    assert reason == SPANISH[payer, profession]


# A course

COURSES = [
    # days from today, how often, how long, last day after so many weeks
    ([0, 7, 14, 21], "once a week", "4 weeks", 4),
    ([0, 4, 7, 11], "twice a week", "2 weeks", 2),
    ([1, 15], "every two weeks", "3 weeks", 3),
    ([0, 1], "2 visits", "1 week", 1),
]


@pytest.mark.parametrize(("days", "often", "long", "weeks"), COURSES)
def test_planned_visits_make_a_course(patient, dana, days, often, long, weeks):
    for after in days:
        start = factories.at(23, day=today() + after * DAY)
        make_visit(patient=patient, provider=dana.provider, start=start)

    course = drafting.course_of(occasion(patient, dana.provider), language="en")

    assert course == {
        "repetitive": True,
        "frequency": often,
        "duration": long,
        "visits": len(days),
        "ends_on": today() + days[0] * DAY + weeks * WEEK,
    }


def test_one_visit_is_no_course_nor_are_those_with_somebody_else(patient, dana, lee):
    make_visit(patient=patient, provider=dana.provider, start=factories.at(23))
    make_visit(patient=patient, provider=lee.provider, start=factories.at(22))
    make_visit(
        patient=patient,
        provider=dana.provider,
        start=factories.at(9, day=today() + WEEK),
        state=VisitState.CANCELLED,
    )

    assert drafting.course_of(occasion(patient, dana.provider), language="en") == {}


def test_a_copy_says_the_same_for_the_next_visit(patient, dana, visit):
    notice = make_notice(
        patient=patient, provider=dana.provider, state="chosen", repetitive=True, visits=8
    )

    copied = drafting.copied(notice, visit=visit)

    assert (copied["kind"], copied["coverage"], copied["visits"], copied["visit"]) == (
        Kind.ABN,
        notice.coverage,
        8,
        visit,
    )
    assert copied["lines"] == list(
        NoticeLine.objects.values("code", "service", "reason", "estimate")
    )


# When an estimate is due


@pytest.mark.parametrize(
    ("scheduled", "day", "asked", "last_day"),
    [
        # Tuesday for three weeks on: three business days, Thanksgiving left out
        (date(2026, 11, 24), date(2026, 12, 15), None, date(2026, 11, 30)),
        # Monday for Thursday: one business day
        (date(2026, 11, 16), date(2026, 11, 19), None, date(2026, 11, 17)),
        # the day before: owed to nobody who does not ask
        (date(2026, 11, 18), date(2026, 11, 19), None, None),
        (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 18), date(2026, 11, 23)),
    ],
)
def test_an_estimate_is_due_within_business_days(visit, scheduled, day, asked, last_day):
    visit.start = factories.at(10, day=day)
    added = factories.at(16, day=scheduled)
    make_audit_entry(
        verb="visit added",
        subject_type="emr.Visit",
        subject_id=str(visit.pk),
        patient_id=visit.patient_id,
        at=added,
    )

    clock = due_estimates.clock_for(visit, asked_on=asked, today=scheduled)

    assert (clock and clock.due_on) == last_day


@pytest.mark.parametrize(
    ("today", "left", "overdue"),
    [
        (date(2026, 11, 24), 3, False),
        (date(2026, 11, 26), 2, False),  # Thanksgiving
        (date(2026, 11, 30), 0, False),
        (date(2026, 12, 1), -1, True),
        (date(2026, 12, 5), -4, True),
    ],
)
def test_the_clock_counts_business_days(today, left, overdue):
    due = date(2026, 11, 30)

    clock = due_estimates.DueClock(
        due_on=due, days_left=due_estimates.business_days_between(today, due)
    )

    assert (clock.days_left, clock.overdue) == (left, overdue)


def test_without_a_visit_the_clock_runs_from_the_day_of_asking(patient, dana):
    notice = make_notice(kind=Kind.ESTIMATE, patient=patient, on=date(2026, 11, 16))

    clock = due_estimates.clock_of(notice, today=date(2026, 11, 16))

    assert (clock.due_on, clock.days_left) == (date(2026, 11, 19), 3)


def test_the_clock_stops_when_the_estimate_is_given(patient):
    monday = date(2026, 11, 16)
    issued = make_notice(kind=Kind.ESTIMATE, patient=patient, state="issued", on=monday)
    given = make_notice(kind=Kind.ESTIMATE, patient=patient, state="given", on=monday)

    assert page_of(issued).clock.due_on == date(2026, 11, 19)
    assert page_of(given).clock is None


# What the page tells

STATES = [
    (Kind.ABN, "draft", {}, "Draft", notice_sentences.FOLLOWS["draft"]),
    (Kind.ABN, "issued", {}, "Waiting for the patient", notice_sentences.FOLLOWS_ISSUED["abn"]),
    (Kind.ABN, "chosen", {"option": 1}, "Option 1 chosen", notice_sentences.FOLLOWS_OPTION[1]),
    (Kind.ABN, "chosen", {"option": 2}, "Option 2 chosen", notice_sentences.FOLLOWS_OPTION[2]),
    (Kind.ABN, "chosen", {"option": 3}, "Option 3 chosen", notice_sentences.FOLLOWS_OPTION[3]),
    (Kind.ABN, "refused", {}, "Refused to sign", notice_sentences.FOLLOWS["refused"]),
    (Kind.ABN, "void", {}, "Void", notice_sentences.FOLLOWS["void"]),
    (Kind.VOLUNTARY_ABN, "given", {}, "Given", notice_sentences.FOLLOWS_GIVEN["voluntary_abn"]),
    (Kind.ESTIMATE, "given", {}, "Given", notice_sentences.FOLLOWS_GIVEN["estimate"]),
    (Kind.ESTIMATE, "agreed", {}, "Agreed", notice_sentences.FOLLOWS_GIVEN["estimate"]),
    (Kind.AGREEMENT, "agreed", {}, "Agreed", notice_sentences.FOLLOWS["agreed"]),
    (Kind.AGREEMENT, "declined", {}, "Declined", notice_sentences.FOLLOWS["declined"]),
]


@pytest.mark.parametrize(("kind", "state", "more", "word", "follows"), STATES)
def test_each_state_says_what_follows_from_it(patient, kind, state, more, word, follows):
    page = page_of(make_notice(kind=kind, patient=patient, state=state, **more))

    assert (page.chip.word, page.follows) == (word, follows)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, state, *_ in STATES])
def test_what_can_be_done_follows_from_the_state(patient, kind, state):
    page = page_of(make_notice(kind=kind, patient=patient, state=state))
    steps = {
        "sign": page.may_be_signed,
        "give": page.may_be_given,
        "refuse": page.may_be_refused,
        "void": page.may_be_void,
        "replace": page.may_be_replaced,
        "annotate": page.may_be_annotated,
    }

    done = ["void", "replace", "annotate"]
    issued = {"abn": ["sign", "refuse"]}
    expected = {
        "draft": ["void"],
        "issued": [*issued.get(kind, []), *done],
        "void": [],
    }.get(state, done)
    if (kind, state) == (Kind.ESTIMATE, "given"):
        expected = ["sign", *done]
    assert [step for step, may in steps.items() if may] == expected


@pytest.mark.parametrize(
    ("fields", "reach"),
    [
        (
            {"repetitive": True, "visits": 8, "ends_on": date(2027, 2, 14)},
            "8 visits, until 14 Feb 2027",
        ),
        ({"repetitive": True}, "A course of visits"),
        ({}, "No end is set: until service, price or coverage changes"),
    ],
)
def test_a_notice_says_how_far_it_reaches(patient, fields, reach):
    assert page_of(make_notice(patient=patient, state="chosen", **fields)).reach == reach


def test_it_says_which_of_its_visits_the_next_one_is(patient, dana, visit, covered):
    notice = make_notice(
        patient=patient,
        provider=dana.provider,
        coverage=covered("medicare"),
        state="chosen",
        on=today() - WEEK,
        repetitive=True,
        visits=8,
    )
    make_visit(
        patient=patient,
        provider=dana.provider,
        start=factories.at(9, day=today() - DAY),
        state=VisitState.DONE,
    )

    assert page_of(notice).covers_next == (
        f"Covers the visit of {today().day} {today():%b %Y}: visit 2 of 8"
    )


def test_option_3_covers_no_next_visit(patient, visit, covered):
    notice = make_notice(
        patient=patient,
        provider=visit.provider,
        coverage=covered("medicare"),
        state="chosen",
        option=3,
    )

    page = page_of(notice)

    assert (page.counts, page.covers_next) == (True, "")


def test_a_notice_whose_price_has_drifted_covers_no_next_visit(patient, visit, covered):
    make_fee(code="20561", amount=Decimal("900.00"))
    notice = make_notice(
        patient=patient, provider=visit.provider, coverage=covered("medicare"), state="chosen"
    )

    page = page_of(notice)

    assert (page.standing.price_drift, page.covers_next) == (True, "")


def test_a_notice_whose_coverage_has_changed_says_that_it_ended(patient, dana, visit, covered):
    covered("medicare")
    older = make_coverage(
        patient=patient, payer=make_payer(kind="medicare"), ends_on=date(2025, 1, 1)
    )
    notice = make_notice(patient=patient, coverage=older, state="chosen")

    page = page_of(notice)

    assert (page.chip.word, page.standing.lapse.reason, page.covers_next) == (
        "Option 1 chosen, ended",
        "coverage-changed",
        "",
    )


def test_the_codes_of_needling_are_alternatives_and_not_summed(patient):
    lines = [
        {"code": "20560", "service": "One or two", "estimate": Decimal(65)},
        {"code": "20561", "service": "Three or more", "estimate": Decimal(85)},
    ]
    other = [lines[0], {"code": "97110", "service": "Exercise", "estimate": Decimal("40.50")}]

    totals = [page_of(make_notice(patient=patient, lines=each)).total for each in (lines, other)]

    assert totals == [None, Decimal("105.50")]


def test_an_estimate_says_from_which_bill_on_it_can_be_disputed(patient):
    lines = [{"service": "One visit", "estimate": Decimal("50.00")}]
    notice = make_notice(kind=Kind.ESTIMATE, patient=patient, state="given", lines=lines)

    assert page_of(notice).variance_from == [("One visit", Decimal("450.00"))]


@pytest.mark.parametrize("kind", [Kind.VOLUNTARY_ABN, Kind.ESTIMATE])
def test_handing_over_is_the_copy(patient, kind):
    page = page_of(make_notice(kind=kind, patient=patient, state="given"))

    assert (page.chip.word, page.owes_copy, page.lacks_copy) == ("Given", False, False)


def test_an_estimate_that_was_signed_after_it_was_given_owes_a_copy(patient):
    notice = make_notice(kind=Kind.ESTIMATE, patient=patient, state="given")
    make_notice_step(notice=notice, before="given", after="agreed")

    assert page_of(notice).lacks_copy


def test_printing_alone_gives_the_patient_no_copy(patient, fran):
    notice = make_notice(patient=patient, state="chosen")
    document = notice.steps.last().document
    make_document_event(document=document, what="printed", by=fran)

    before = page_of(notice).lacks_copy
    make_document_event(document=document, what="paper copy", by=fran)

    assert (before, page_of(notice).lacks_copy) == (True, False)


@pytest.mark.parametrize("what", ["shown", "e-mailed"])
@pytest.mark.parametrize(("kind", "state"), [(Kind.ABN, "chosen"), (Kind.AGREEMENT, "agreed")])
def test_an_abn_is_owed_on_paper(patient, kind, state, what):
    notice = make_notice(kind=kind, patient=patient, state=state)
    document = notice.steps.last().document

    make_document_event(document=document, what=what)
    on_screen = page_of(notice)
    make_document_event(document=document, what="paper copy")

    assert [event.what for event in on_screen.copies] == [what]
    assert (on_screen.lacks_copy, page_of(notice).lacks_copy) == (kind == Kind.ABN, False)


def test_the_history_tells_each_step(patient):
    notice = make_notice(patient=patient, state="chosen", option=2)
    later = make_notice(patient=patient, state="issued")
    make_notice_step(notice=notice, before="chosen", after="superseded", replaced_by=later)
    make_annotation(notice=notice)

    words = [words for words, _ in page_of(notice).history]

    assert words == ["Replaced", "The patient chose option 2", "Issued", "Begun"]


# A patient with QMB

QMB = [
    (Kind.ABN, "chosen", {"option": 1}, notice_sentences.FOLLOWS_OPTION_QMB[1]),
    (Kind.ABN, "chosen", {"option": 2}, notice_sentences.FOLLOWS_OPTION_QMB[2]),
    (Kind.ABN, "chosen", {"option": 3}, notice_sentences.FOLLOWS_OPTION[3]),
    (Kind.AGREEMENT, "agreed", {}, notice_sentences.FOLLOWS_QMB),
    (Kind.VOLUNTARY_ABN, "given", {}, notice_sentences.FOLLOWS_QMB),
    (Kind.ESTIMATE, "given", {}, notice_sentences.FOLLOWS_QMB),
]


@pytest.mark.parametrize(("kind", "state", "more", "follows"), QMB)
def test_a_patient_with_qmb_by_any_coverage_is_not_asked_to_pay(
    patient, visit, kind, state, more, follows
):
    second = make_payer(kind="medicare")
    make_coverage(patient=patient, payer=second, rank=2, qmb=True)

    page = page_of(make_notice(kind=kind, patient=patient, state=state, **more))

    assert page.follows == follows


def test_the_second_coverage_too_makes_an_occasion_one_of_qmb(patient, dana, covered):
    primary = covered("medicare")
    make_coverage(patient=patient, payer=make_payer(kind="medicaid"), rank=2, qmb=True)

    found = occasion(patient, dana.provider)

    assert (found.coverage, found.qmb) == (primary, True)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", [Kind.ABN, Kind.VOLUNTARY_ABN])
def test_blank_h_tells_a_patient_with_qmb_who_decides_first(patient, dana, covered, kind, language):
    covered("medicare")
    make_coverage(patient=patient, payer=make_payer(kind="medicaid"), rank=2, qmb=True)

    filled = drafting.prefilled(occasion(patient, dana.provider), kind, language=language)

    said = filled["additional"]
    assert said.index("QMB") < said.index("Medicare") < said.index("Medicaid")


def test_the_copy_of_a_notice_says_it_too(patient, dana, covered):
    coverage = covered("medicare")
    notice = make_notice(
        patient=patient, provider=dana.provider, coverage=coverage, state="chosen", option=2
    )
    make_coverage(patient=patient, payer=make_payer(kind="medicaid"), rank=2, qmb=True)

    copied = drafting.copied(notice, visit=None)

    assert copied["additional"] == draft_words.QMB_WITH_OPTIONS["en"]


WARNED = [
    (True, Kind.ABN, "issued", {}, notice_sentences.QMB_WAITS, "warn"),
    (True, Kind.ABN, "chosen", {"option": 1}, "", "ok"),
    (True, Kind.ABN, "chosen", {"option": 2}, notice_sentences.QMB_OPTION_2, "warn"),
    (True, Kind.ABN, "chosen", {"option": 3}, "", "stop"),
    (True, Kind.VOLUNTARY_ABN, "issued", {}, "", "warn"),
    (False, Kind.ABN, "issued", {}, "", "warn"),
    (False, Kind.ABN, "chosen", {"option": 2}, "", "ok"),
]


@pytest.mark.parametrize(("qmb", "kind", "state", "more", "warning", "tone"), WARNED)
def test_option_2_warns_where_the_patient_has_qmb(
    patient, visit, qmb, kind, state, more, warning, tone
):
    make_coverage(patient=patient, payer=make_payer(kind="medicaid"), rank=2, qmb=qmb)

    page = page_of(make_notice(kind=kind, patient=patient, state=state, **more))

    assert (page.qmb_warning, page.chip.tone) == (warning, tone)


# What was replaced


def test_a_copy_is_owed_also_of_what_was_replaced(patient):
    replaced = make_notice(patient=patient, state="chosen")
    make_notice_step(notice=replaced, before="chosen", after="superseded")
    void = make_notice(patient=patient, state="chosen")
    make_notice_step(notice=void, before="chosen", after="void")

    assert [page_of(each).lacks_copy for each in (replaced, void)] == [True, False]
