from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import day_end
from emr.actions import Refused
from emr.models import AuditEntry, DayClose, DayCloseReason, Visit, VisitState
from tests.factories import ZONE, at, make_day_close, make_day_close_reason, make_visit, today

CLOSE = reverse("emr:close-day")
YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)
KEYS = [
    "visits-open",
    "consent-missing",
    "notice-missing",
    "note-missing",
    "copy-to-give",
    "follow-up",
    "charge-missing",
]


@pytest.fixture(autouse=True)
def at_the_practice():
    """Its time zone, as every request has it."""
    with timezone.override(ZONE):
        yield


def seen(response) -> dict[str, str]:
    """What the page posts of its numbers."""
    return {f"seen-{each.counter.key}": str(each.number) for each, _ in response.context["left"]}


def reasons(response, words="She comes back tomorrow") -> dict[str, str]:
    return {each.counter.key: words for each, _ in response.context["left"]}


def left(response) -> dict[str, int]:
    return {each.counter.key: each.number for each, _ in response.context["left"]}


@pytest.fixture
def open_visit(visit):
    """Planned, without consent and without an estimate; it holds up three worklists."""
    return visit


def test_a_day_with_nothing_left_is_closed_at_once(fran_client, fran, practice):
    page = fran_client.get(CLOSE)
    assertContains(page, "Nothing is left of this day")
    assert [each.counter.key for each in page.context["done"]] == KEYS

    response = fran_client.post(CLOSE, seen(page))

    assertRedirects(response, f"{CLOSE}?day={today().isoformat()}")
    close = DayClose.objects.get()
    assert (close.day, close.closed_by, list(close.reasons.all())) == (today(), fran, [])
    [entry] = AuditEntry.objects.all()
    assert (entry.verb, entry.details) == ("day closed", {"day": today().isoformat(), "left": {}})


def test_what_stays_open_needs_a_reason(fran_client, open_visit):
    page = fran_client.get(CLOSE)
    assert left(page) == {"visits-open": 1, "consent-missing": 1, "notice-missing": 1}

    response = fran_client.post(CLOSE, seen(page))

    assertContains(response, "Say why, in at least 5 letters.", status_code=422, count=3)
    assert not DayClose.objects.exists()


@pytest.mark.parametrize("words", ["", "ok", "1234 5678", "----------", "   ab cd  "])
def test_a_reason_says_something(fran_client, open_visit, words):
    page = fran_client.get(CLOSE)
    said = reasons(page) | {"consent-missing": words}

    response = fran_client.post(CLOSE, seen(page) | said)

    assert (response.status_code, response.context["missing"]) == (422, ["consent-missing"])
    assertContains(response, "She comes back tomorrow", status_code=422, count=2)


@pytest.mark.parametrize("words", ["far too long " * 20, "a nul\0 inside"])
def test_a_reason_that_cannot_be_kept_is_refused(fran_client, open_visit, words):
    page = fran_client.get(CLOSE)
    said = reasons(page) | {"consent-missing": words}

    response = fran_client.post(CLOSE, seen(page) | said)

    assert (response.status_code, response.context["missing"]) == (422, ["consent-missing"])
    assert not DayClose.objects.exists()


def test_reasons_are_kept_with_the_numbers_they_explain(fran_client, open_visit):
    page = fran_client.get(CLOSE)

    fran_client.post(CLOSE, seen(page) | reasons(page) | {"visits-open": " Her car broke down "})

    kept = DayCloseReason.objects.values_list("counter", "title", "number", "reason")
    assert list(kept) == [
        ("visits-open", "Visits still open", 1, "Her car broke down"),
        ("consent-missing", "Consents missing", 1, "She comes back tomorrow"),
        ("notice-missing", "Notices missing or not answered", 1, "She comes back tomorrow"),
    ]
    [entry] = AuditEntry.objects.filter(verb="day closed")
    assert entry.details["left"] == {"visits-open": 1, "consent-missing": 1, "notice-missing": 1}


def test_a_closed_day_says_who_when_and_why_and_offers_no_form(fran_client, open_visit):
    page = fran_client.get(CLOSE)
    fran_client.post(CLOSE, seen(page) | reasons(page))

    response = fran_client.get(CLOSE)

    assertContains(response, "This day is closed")
    assertContains(response, "Fran Ibarra")
    assertContains(response, "She comes back tomorrow", count=6)  # the day, and the list of days
    assertNotContains(response, "Or why it may stay open")


def test_more_than_the_page_showed_is_told_before_the_day_is_closed(fran_client, open_visit, dana):
    page = fran_client.get(CLOSE)
    make_visit(provider=dana.provider, start=at(15))

    response = fran_client.post(CLOSE, seen(page) | reasons(page))

    assertContains(response, "More is open now than this page showed.", status_code=409)
    assert left(response) == {"visits-open": 2, "consent-missing": 2, "notice-missing": 2}
    assertContains(response, "She comes back tomorrow", status_code=409, count=3)
    assert not DayClose.objects.exists()


def test_less_than_the_page_showed_is_closed_with_what_is_left(fran_client, open_visit):
    page = fran_client.get(CLOSE)
    Visit.objects.update(state=VisitState.CANCELLED)

    fran_client.post(CLOSE, seen(page) | reasons(page))

    assert DayClose.objects.get().reasons.count() == 0


@pytest.mark.parametrize("typed", [None, "", "many", "-1"])
def test_a_number_that_the_page_never_showed_counts_as_nothing_seen(fran_client, open_visit, typed):
    page = fran_client.get(CLOSE)
    posted = seen(page) | reasons(page)
    del posted["seen-visits-open"]
    posted |= {} if typed is None else {"seen-visits-open": typed}

    response = fran_client.post(CLOSE, posted)

    assert response.status_code == 409
    assert not DayClose.objects.exists()


def test_a_day_is_closed_once(fran_client, dana, practice):
    page = fran_client.get(CLOSE)
    day_end.close_day(day=today(), reasons={}, seen={}, by=dana)

    response = fran_client.post(CLOSE, seen(page))

    assertContains(response, "Somebody closed this day already.", status_code=409)
    assertContains(response, "Dana Whitlock", status_code=409)
    assert DayClose.objects.count() == 1


def test_a_day_to_come_is_not_closed(fran_client, fran, practice):
    assert fran_client.get(CLOSE, {"day": TOMORROW.isoformat()}).status_code == 404
    with pytest.raises(Refused, match="has not come yet"):
        day_end.close_day(day=TOMORROW, reasons={}, seen={}, by=fran)


def test_an_earlier_day_is_closed_by_what_is_left_of_it(fran_client, dana, patient, open_visit):
    make_visit(patient=patient, provider=dana.provider, start=at(9, day=YESTERDAY), state="done")
    url = f"{CLOSE}?day={YESTERDAY.isoformat()}"

    page = fran_client.get(url)
    fran_client.post(url, seen(page) | reasons(page))

    assert left(page) == {"consent-missing": 1, "notice-missing": 1, "note-missing": 1}
    assert DayClose.objects.get().day == YESTERDAY


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_whoever_only_reads_closes_no_day(request, who, practice):
    client = request.getfixturevalue(f"{who}_client")

    assert [client.get(CLOSE).status_code, client.post(CLOSE).status_code] == [404, 404]
    assert not DayClose.objects.exists()


def test_days_with_visits_that_were_never_closed_are_named(fran_client, dana, patient):
    ago = {days: today() - timedelta(days=days) for days in (1, 2, 14, 15)}
    for day in [*ago.values(), today()]:
        make_visit(patient=patient, provider=dana.provider, start=at(9, day=day))
    make_day_close(day=ago[2])

    assert fran_client.get(CLOSE).context["not_closed"] == [ago[1], ago[14]]


def test_closed_days_are_listed_with_their_reasons(fran_client, practice):
    for _ in range(3):
        make_day_close_reason()

    assertContains(fran_client.get(CLOSE), "Both come back tomorrow and sign then", count=3)


def test_the_number_of_queries_does_not_grow(fran_client, dana):
    def rows(numbers):
        for number in numbers:
            make_visit(provider=dana.provider, start=at(8, number))
            make_day_close_reason()

    rows([1])
    fran_client.get(CLOSE)
    with CaptureQueriesContext(connection) as for_one:
        fran_client.get(CLOSE)
    rows([2, 3])

    with CaptureQueriesContext(connection) as for_three:
        page = fran_client.get(CLOSE)

    assert left(page)["visits-open"] == 3
    assert len(for_three) == len(for_one)
