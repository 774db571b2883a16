"""Maintenance series: planned at once, each visit paid at its price, and what they bring in."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.actions.charges import charge_note
from billing.actions.money import take_payment
from billing.actions.series import end_series, plan_series
from billing.models import MaintenanceSeries
from billing.review.accounts import account_of
from billing.review.asking import ask_of
from billing.review.series import Projection, by_month, state_of
from billing.review.suggestion import suggest
from emr.actions import Refused
from emr.models import AuditEntry, CoverageKind, Visit
from tests import factories
from tests.billing.signed_notes import EXERCISE, billable_visit, signed_note

pytestmark = pytest.mark.django_db
PRICE = Decimal("80.00")
NOTHING = Decimal("0.00")


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def plan(patient, dana, fran):
    def plan(**fields):
        given = {
            "patient": patient,
            "provider": dana.provider,
            "starts_at": factories.at(10, 30),
            "visits": 4,
            "every_days": 28,
            "price": PRICE,
            "discharged_on": factories.today() - timedelta(days=1),
        }
        return plan_series(by=fran, **given | fields)

    return plan


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


def starts_of(series) -> list[str]:
    visits = Visit.objects.filter(pk__in=series.planned.values("visit")).order_by("start")
    return [f"{timezone.localtime(visit.start):%Y-%m-%d %H:%M}" for visit in visits]


def test_every_visit_stands_in_the_schedule_at_the_same_hour_on_the_wall(plan):
    series = plan(visits=14)  # over both changes of the clocks, whatever today is

    first = factories.today()
    assert starts_of(series) == [
        f"{first + timedelta(days=28 * number)} 10:30" for number in range(14)
    ]
    assert AuditEntry.objects.filter(verb="visit added").count() == 14
    assert AuditEntry.objects.get(verb="series planned").details == {
        "visits": 14,
        "every_days": 28,
        "price": "80.00",
    }


def test_maintenance_begins_after_discharge(plan):
    today = factories.today()

    assert refusal(plan, discharged_on=today + timedelta(days=1)) == (
        "Maintenance begins after discharge: the day of discharge lies ahead."
    )
    assert refusal(plan, discharged_on=today) == (
        "The first visit comes after the day of discharge."
    )
    assert Visit.objects.count() == 0


def test_a_time_that_is_taken_is_told_and_nothing_is_planned(plan, patient, dana):
    second = factories.today() + timedelta(days=28)
    third = second + timedelta(days=28)
    factories.make_visit(patient=patient, start=factories.at(10, 30, day=second))
    factories.make_visit(
        patient=factories.make_patient(),
        provider=dana.provider,
        start=factories.at(10, 30, day=third),
    )

    assert refusal(plan) == (
        "Nothing was planned, for these times are taken:"
        f" {second} 10:30: the patient has a visit then already;"
        f" {third} 10:30: Dana Whitlock sees somebody else then."
    )
    assert (MaintenanceSeries.objects.count(), Visit.objects.count()) == (0, 2)


def test_ending_it_cancels_what_is_still_planned_and_says_why(plan, fran):
    series = plan()
    first = series.planned.get(number=1).visit
    Visit.objects.filter(pk=first.pk).update(state="done")

    end_series(series=series, reason="Moved away", by=fran)

    states = series.planned.order_by("number").values_list("visit__state", flat=True)
    assert list(states) == ["done", "cancelled", "cancelled", "cancelled"]
    series.refresh_from_db()
    assert (series.end_reason, series.ended_by) == ("Moved away", fran)
    assert refusal(end_series, series=series, reason="Again", by=fran) == (
        "This series was ended already."
    )


def test_a_series_does_not_end_without_a_reason(plan, fran):
    assert refusal(end_series, series=plan(), reason=" . ", by=fran) == "Say why it ends."


def test_what_was_paid_for_a_cancelled_visit_becomes_a_credit(plan, practice, fran, patient):
    factories.make_coverage(patient=patient, payer=factories.make_payer(kind="self_pay"))
    series = plan()
    visit = series.planned.get(number=2).visit
    pay(visit, practice, fran)

    end_series(series=series, reason="Moved away", by=fran)

    assert account_of(patient).credit == PRICE


def pay(visit, practice, by, amount=PRICE):
    return take_payment(
        patient=visit.patient, visit=visit, amount=amount, method="cash", practice=practice, by=by
    )


def a_series_visit(visit):
    """The visit as one that was planned for 80.00."""
    series = factories.make_series(
        patient=visit.patient, provider=visit.provider, starts_at=visit.start
    )
    factories.make_series_visit(series=series, visit=visit)
    return series


def test_a_visit_of_a_series_costs_what_was_agreed(practice, dana, bo):
    factories.make_cash_price(amount=Decimal("95.00"))
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.SELF_PAY)
    a_series_visit(visit)
    assert ask_of(visit, practice=practice).amount == PRICE
    note = signed_note(visit, services=[EXERCISE])

    lines = suggest(note, practice=practice).lines
    charge_note(note=note, lines=lines, reason="", practice=practice, by=bo)

    assert [(line.code, line.amount) for line in lines] == [("97110", NOTHING), ("20561", PRICE)]
    assert account_of(visit.patient).owed == PRICE


def test_with_option_2_only_the_needling_has_the_agreed_price(practice, dana):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE)
    coverage = visit.patient.coverages.get()
    factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=2)
    a_series_visit(visit)

    lines = suggest(signed_note(visit, services=[EXERCISE]), practice=practice).lines

    assert [(line.code, str(line.amount), line.to_patient) for line in lines] == [
        ("97110", "40.00", False),
        ("20561", "80.00", True),
    ]


def test_where_a_claim_goes_out_the_fee_of_the_payer_stands(practice, dana):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.COMMERCIAL)
    a_series_visit(visit)

    [line] = suggest(signed_note(visit, services=[]), practice=practice).lines

    assert (line.code, line.amount) == ("20561", Decimal("85.00"))


def test_a_series_tells_what_is_planned_done_paid_and_open(plan, practice, fran, patient):
    factories.make_coverage(patient=patient, payer=factories.make_payer(kind="self_pay"))
    series = plan()
    first, second, third, fourth = (row.visit for row in series.planned.order_by("number"))
    pay(first, practice, fran)
    pay(third, practice, fran)
    Visit.objects.filter(pk__in=[first.pk, second.pk]).update(state="done")
    Visit.objects.filter(pk=fourth.pk).update(state="cancelled")

    state = state_of(series)

    assert state.projection == Projection(coming=PRICE, done=2 * PRICE, paid=2 * PRICE, open=PRICE)
    assert [each.open for each in state.planned] == [NOTHING, PRICE, NOTHING, NOTHING]
    assert state.done == 2


def test_months_add_up_to_the_whole(plan):
    series = plan(visits=6)

    months = by_month([state_of(series)])

    assert sum(sums.coming for _, sums in months) == 6 * PRICE
    assert [month for month, _ in months] == sorted({day.replace(day=1) for day in days(series)})


def days(series) -> list[date]:
    return [row.visit.date_of_service for row in series.planned.select_related("visit")]


# Pages

QUERIES = 14
POSTED = {"visits": "3", "every_days": "14", "price": "80.00", "place": "Room 2"}


def posted(provider) -> dict:
    today = factories.today()
    return POSTED | {
        "discharged_on": (today - timedelta(days=1)).isoformat(),
        "provider": str(provider.pk),
        "day": (today + timedelta(days=1)).isoformat(),
        "time": "10:30",
    }


def test_the_desk_plans_a_series_and_sees_its_visits(fran_client, patient, dana, practice):
    response = fran_client.post(
        reverse("billing:new-series", args=[patient.pk]), posted(dana.provider)
    )

    series = MaintenanceSeries.objects.get()
    assert response.headers["Location"] == reverse("billing:one-series", args=[series.pk])
    assert set(Visit.objects.values_list("place", flat=True)) == {"Room 2"}
    assert fran_client.get(response.headers["Location"]).text.count("Take payment") == 3


def test_a_taken_time_comes_back_with_the_form(fran_client, patient, dana, practice):
    tomorrow = factories.today() + timedelta(days=1)
    factories.make_visit(patient=patient, start=factories.at(10, 30, day=tomorrow))

    response = fran_client.post(
        reverse("billing:new-series", args=[patient.pk]), posted(dana.provider)
    )

    assert response.status_code == 409
    assert "the patient has a visit then already" in response.text


def test_a_medicare_patient_is_reminded_of_the_abn(fran_client, plan, patient):
    factories.make_coverage(patient=patient, payer=factories.make_payer(kind="medicare"))
    series = plan(starts_at=factories.at(10, 30, day=factories.today() + timedelta(days=1)))

    page = fran_client.get(reverse("billing:one-series", args=[series.pk])).text
    form = fran_client.get(reverse("billing:new-series", args=[patient.pk])).text

    coming = series.planned.get(number=1).visit_id
    link = f"{reverse('consent:new-notice', args=[patient.pk])}?visit={coming}"
    assert link in page
    assert "paying in cash is no way around the ABN" in form


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_all_series_asks_the_database_the_same(
    olive_client, practice, number, django_assert_num_queries
):
    for _ in range(number):
        factories.make_series_visit(series=factories.make_series())
    olive_client.get(reverse("billing:series"))

    with django_assert_num_queries(QUERIES):
        response = olive_client.get(reverse("billing:series"))

    assert response.text.count("0 of 4") == number
