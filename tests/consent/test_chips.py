"""The two chips of a visit: one word each, and what it leads to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.models import Kind
from consent.worklists import consent_chips, notice_chips
from emr.models import CoverageKind, Profession, VisitState
from tests import factories
from tests.factories import today

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def consent_chip(visit):
    return consent_chips([visit], visit.provider.user)[visit.pk]


def notice_chip(visit):
    return notice_chips([visit], visit.provider.user)[visit.pk]


def shown(chip):
    return chip.tone.value, chip.word, chip.needs


def covered(visit, kind=CoverageKind.MEDICARE):
    return factories.make_coverage(patient=visit.patient, payer=factories.make_payer(kind=kind))


def notice(visit, **fields):
    fields.setdefault("coverage", visit.patient.coverages.first())
    return factories.make_notice(patient=visit.patient, provider=visit.provider, **fields)


# Consent


def test_a_consent_in_force_says_since_when(visit):
    factories.make_consent(patient=visit.patient)

    chip = consent_chip(visit)

    assert (*shown(chip), chip.detail) == ("ok", "On file", False, "4 Mar 2025")


@pytest.mark.parametrize(
    ("made", "word"),
    [
        ("nothing", "Missing"),
        ("declined", "Declined"),
        ("withdrawn", "Withdrawn"),
        ("expired", "Expired"),
        ("superseded", "New version"),
    ],
)
def test_what_is_no_consent_stops_and_leads_to_where_it_is_signed(visit, practice, made, word):
    if made != "nothing":
        outcome = "declined" if made == "declined" else "signed"
        consent = factories.make_consent(patient=visit.patient, outcome=outcome)
    if made == "withdrawn":
        factories.make_withdrawal(consent=consent)
    if made == "expired":
        practice.consent_months = 12
        practice.save()
    if made == "superseded":
        factories.make_consent_form(must_renew=True, published_on=today() - timedelta(days=1))

    chip = consent_chip(visit)

    assert shown(chip) == ("stop", word, True)
    assert chip.url == reverse("consent:of-patient", args=[visit.patient_id])


def test_a_visit_that_did_not_happen_needs_neither(visit):
    visit.state = VisitState.CANCELLED
    covered(visit)

    chips = [shown(consent_chip(visit)), shown(notice_chip(visit))]

    assert chips == [("mute", "Not needed", False)] * 2


# Nothing on file


@pytest.mark.parametrize(
    ("kind", "profession", "expected"),
    [
        (CoverageKind.MEDICARE, Profession.PT, ("stop", "ABN missing", True)),
        (CoverageKind.MEDICARE, Profession.DC, ("info", "Excluded by law", False)),
        (CoverageKind.MEDICARE_ADVANTAGE, Profession.PT, ("stop", "Ask the plan", True)),
        (CoverageKind.TRICARE, Profession.PT, ("stop", "Agreement missing", True)),
        (CoverageKind.SELF_PAY, Profession.PT, ("warn", "Estimate due", True)),
        (CoverageKind.COMMERCIAL, Profession.PT, ("mute", "Not needed", False)),
        (CoverageKind.AUTO, Profession.PT, ("mute", "Not needed", False)),
    ],
)
def test_each_coverage_asks_for_its_own_notice(visit, kind, profession, expected):
    covered(visit, kind)
    visit.provider.profession = profession

    assert shown(notice_chip(visit)) == expected


def test_what_is_missing_leads_to_the_notice_that_is_needed(visit):
    covered(visit)

    new = reverse("consent:new-notice", args=[visit.patient_id])
    assert notice_chip(visit).url == f"{new}?visit={visit.pk}"


def test_where_nobody_is_known_to_pay_it_is_asked_who_does(visit):
    chip = notice_chip(visit)

    assert shown(chip) == ("warn", "Ask who pays", True)
    assert chip.url == reverse("emr:add-coverage", args=[visit.patient_id])


def test_beside_option_3_a_new_notice_that_waits_is_where_the_chip_leads(visit):
    covered(visit)
    notice(visit, state="chosen", option=3)
    again = notice(visit, state="issued")

    chip = notice_chip(visit)

    assert (chip.word, chip.detail) == ("Option 3: do not treat", "a new notice waits")
    assert chip.url == reverse("consent:notice", args=[again.pk])


# On file


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "draft"}, ("stop", "ABN missing", True)),
        ({"state": "issued"}, ("warn", "ABN: to sign", True)),
        ({"state": "chosen", "option": 1}, ("ok", "ABN: claim", False)),
        ({"state": "chosen", "option": 2}, ("ok", "ABN: no claim", False)),
        ({"state": "chosen", "option": 3}, ("stop", "Option 3: do not treat", True)),
        ({"state": "refused"}, ("ok", "ABN refused", False)),
        ({"state": "void"}, ("stop", "ABN missing", True)),
    ],
)
def test_each_state_of_an_abn_has_its_word(visit, fields, expected):
    covered(visit)
    notice(visit, **fields)

    assert shown(notice_chip(visit)) == expected


@pytest.mark.parametrize(
    ("kind", "coverage", "state", "expected"),
    [
        (Kind.AGREEMENT, CoverageKind.TRICARE, "agreed", ("ok", "Agreement", False)),
        (Kind.AGREEMENT, CoverageKind.TRICARE, "declined", ("stop", "Does not agree", True)),
        (Kind.ESTIMATE, CoverageKind.SELF_PAY, "given", ("ok", "Estimate", False)),
    ],
)
def test_estimates_and_agreements_have_theirs(visit, kind, coverage, state, expected):
    covered(visit, coverage)
    notice(visit, kind=kind, state=state)

    assert shown(notice_chip(visit)) == expected


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("", ("warn", "Plan was asked", True)),
        ("denied", ("info", "Plan denied", False)),
        ("approved", ("ok", "Plan approved", False)),
    ],
)
def test_a_plans_answer_has_its_word(visit, decision, expected):
    plan = covered(visit, CoverageKind.MEDICARE_ADVANTAGE)
    decided = {"decision": decision, "decided_on": today()} if decision else {}
    factories.make_determination(patient=visit.patient, coverage=plan, **decided)

    assert shown(notice_chip(visit)) == expected


def test_a_course_says_for_which_visit_and_until_when(visit):
    covered(visit)
    made = notice(visit, state="chosen", repetitive=True, visits=8, ends_on=today())

    chip = notice_chip(visit)

    assert chip.detail == f"visit 1 of 8, until {today().day} {today():%b %Y}"
    assert chip.url == reverse("consent:notice", args=[made.pk])


def test_a_course_that_is_over_asks_for_another_notice(visit):
    covered(visit)
    notice(visit, state="chosen", on=today() - 9 * DAY, repetitive=True, ends_on=today() - DAY)

    chip = notice_chip(visit)

    assert shown(chip) == ("stop", "ABN ended", True)
    assert chip.url.endswith(f"?visit={visit.pk}")


def test_a_price_beyond_the_notice_stops(visit):
    covered(visit)
    notice(visit, state="chosen")
    factories.make_fee(code="20561", amount=Decimal("400.00"))

    assert shown(notice_chip(visit)) == ("stop", "Price changed", True)


@pytest.mark.parametrize("chips", [consent_chips, notice_chips])
def test_forty_visits_take_as_many_queries_as_one(practice, dana, chips):
    def asked_for(count):
        visits = [factories.make_visit(provider=dana.provider) for _ in range(count)]
        for visit in visits:
            covered(visit)
            factories.make_consent(patient=visit.patient)
            notice(visit, state="chosen")
        with CaptureQueriesContext(connection) as asked:
            chips(visits, dana)
        return len(asked)

    assert asked_for(1) == asked_for(40)
