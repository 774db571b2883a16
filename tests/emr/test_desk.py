import io
import subprocess
from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from emr import bulk_print, desk, documents
from emr.models import AuditEntry, Document, DocumentEvent, VisitState
from tests.factories import (
    at,
    make_cash_price,
    make_document,
    make_note,
    make_patient,
    make_visit,
    sign,
    today,
)

DESK = reverse("emr:desk")
TO_PRINT = reverse("emr:worklist", args=["note-to-print"])
PRINT = reverse("emr:print-documents", args=["note-to-print"])


def numbers(response) -> dict[str, int]:
    return {
        counter.key: number
        for _, counters in response.context["groups"]
        for counter, number, _ in counters
    }


def rows(client, key, **query):
    response = client.get(reverse("emr:worklist", args=[key]), query)
    return [str(row.patient) for row in response.context["rows"]]


# The page


KEYS = [
    "visits-open",
    "consent-missing",
    "notice-missing",
    "note-missing",
    "consent-next-day",
    "consent-expiring",
    "estimate-due",
    "notice-to-sign",
    "notice-obsolete",
    "copy-to-give",
    "note-to-print",
    "follow-up",
    "note-unsigned",
]


OF_BENEFITS = ["benefits-to-verify"]
OF_MONEY = ["charge-missing", "superbill-copy", "visit-to-pay", "balance-due", "credit"]
OF_CLAIMS = [
    "charge-outdated",
    "claim-held",
    "claim-ready",
    "claim-rejected",
    "claim-denied",
    "open-amounts",
    "unmatched-answers",
    "claim-off-balance",
    "claim-unanswered",
]


@pytest.mark.parametrize(
    ("who", "besides"),
    [
        ("dana", OF_BENEFITS),
        ("fran", OF_BENEFITS + OF_MONEY),
        ("bo", OF_BENEFITS + OF_MONEY + OF_CLAIMS),
        ("cora", []),
        ("olive", OF_BENEFITS + OF_MONEY + OF_CLAIMS),
    ],
)
def test_everybody_sees_the_worklists_of_the_clinic_and_those_of_their_own_with_their_numbers(
    request, who, besides, practice
):
    response = request.getfixturevalue(f"{who}_client").get(DESK)

    keys = KEYS + besides
    assert numbers(response) == dict.fromkeys(keys, 0)
    assertContains(response, '<span class="chip ok">', count=len(keys))


def test_a_number_leads_to_its_list_in_one_step(fran_client, visit):
    response = fran_client.get(DESK)

    assert numbers(response)["visits-open"] == 1
    assertContains(response, f'href="{reverse("emr:worklist", args=["visits-open"])}"', count=1)
    assertContains(response, '<span class="sign" aria-hidden="true">i</span>Open', count=1)
    assert rows(fran_client, "visits-open") == ["Marlow, Odette"]


@pytest.mark.parametrize("who", ["bo", "cora"])
def test_whoever_only_reads_is_offered_no_step(request, who, visit):
    client = request.getfixturevalue(f"{who}_client")

    assertNotContains(client.get(DESK), reverse("emr:close-day"))
    assertNotContains(client.get(reverse("emr:worklist", args=["visits-open"])), "Move it on")


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_the_wall_sign_and_the_price_sheet_are_at_hand_once_there_is_a_price(
    request, who, practice
):
    client = request.getfixturevalue(f"{who}_client")
    sign, sheet = reverse("emr:wall-sign"), reverse("emr:price-sheet")

    without = client.get(DESK)
    make_cash_price()
    with_price = client.get(DESK)

    assertContains(without, "once the owner has set a cash price")
    assertNotContains(without, sign)
    for url in (f"{sign}", f"{sign}?language=es", sheet):
        assertContains(with_price, f'href="{url}"', count=1)
    assert [client.get(url)["Content-Type"] for url in (sign, sheet)] == ["application/pdf"] * 2


def test_somebody_without_a_role_finds_nothing(eve_client):
    assert [eve_client.get(url).status_code for url in (DESK, TO_PRINT)] == [404, 404]


@pytest.mark.parametrize("key", ["nothing", "follow-up"])
def test_a_list_that_is_none_or_has_a_page_of_its_own_is_not_found(fran_client, key):
    assert fran_client.get(reverse("emr:worklist", args=[key])).status_code == 404


def test_reading_a_list_is_an_event_and_looking_at_an_empty_one_is_none(fran_client, fran, visit):
    fran_client.get(reverse("emr:worklist", args=["visits-open"]))
    fran_client.get(TO_PRINT)

    [entry] = AuditEntry.objects.all()
    assert (entry.verb, entry.actor_id) == ("worklist read", fran.pk)
    assert entry.details == {"list": "visits-open", "rows": 1}


def test_a_list_can_be_of_one_day(fran_client, dana, visit):
    yesterday = today() - timedelta(days=1)
    other = make_patient(last_name="Brisk", first_name="Tobias")
    make_visit(patient=other, provider=dana.provider, start=at(9, day=yesterday))

    assert rows(fran_client, "visits-open", day=yesterday.isoformat()) == ["Brisk, Tobias"]


@pytest.mark.parametrize("day", ["", "soon", "2101-01-01", "2026-13-01"])
def test_a_day_that_is_none_is_not_found(fran_client, day):
    assert fran_client.get(TO_PRINT, {"day": day}).status_code == 404


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (VisitState.PLANNED, True),
        (VisitState.ARRIVED, True),
        (VisitState.IN_PROGRESS, True),
        (VisitState.DONE, False),
        (VisitState.CANCELLED, False),
        (VisitState.NO_SHOW, False),
    ],
)
def test_a_visit_is_open_until_it_is_done_or_did_not_take_place(fran_client, visit, state, listed):
    visit.state = state
    visit.save()

    assert rows(fran_client, "visits-open") == (["Marlow, Odette"] if listed else [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(fran_client, dana, django_assert_num_queries, count):
    for number in range(count):
        make_visit(provider=dana.provider, start=at(8, number))
    url = reverse("emr:worklist", args=["visits-open"])
    fran_client.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        response = fran_client.get(url)

    assert len(response.context["rows"]) == count


# session, user, roles, practice, visits, audit entry, the user's own provider
LIST_QUERIES = 7


# The total beside today's list


def test_the_total_counts_what_must_be_chased(fran_client, fran, visit):
    """Odette lacks a consent and an estimate; that her visit is still to come is no task."""
    found = {each.key: each.count(today(), fran) for each in desk.counters(fran)}

    response = fran_client.get(reverse("emr:desk-total"))

    assert response.context["total"] == sum(found.values()) - found["visits-open"]
    assert found["consent-missing"] == 1
    assertContains(response, f"{response.context['total']} <span")


def test_when_nothing_is_open_the_total_says_done(fran_client):
    assertContains(fran_client.get(reverse("emr:desk-total")), "all done")


def test_today_leads_to_the_worklists(fran_client):
    response = fran_client.get(reverse("emr:today"))

    assertContains(response, f'hx-get="{reverse("emr:desk-total")}" hx-trigger="load"', count=1)


# Printing many at once


@pytest.fixture
def make_printable(practice, dana):
    """A signed note whose document is a real PDF that says its number."""

    def make_printable(number: int):
        visit = make_visit(
            patient=make_patient(last_name=f"Patient{number}"),
            provider=dana.provider,
            start=at(8, number),
            state=VisitState.DONE,
        )
        day = today().replace(year=2000 + number)
        pdf = documents.render(
            "emr/pdf/price_sheet.html", {"practice": practice, "lines": [], "today": day}
        )
        document = make_document(content=pdf, created_by=dana)
        return sign(make_note(visit=visit), document=document)

    return make_printable


def text_of(pdf: bytes) -> list[str]:
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def test_the_ticked_documents_come_as_one_file_in_the_order_of_the_list(
    fran_client, fran, make_printable
):
    notes = [make_printable(number) for number in (1, 2, 3)]
    first, _, third = (note.document for note in notes)

    response = fran_client.post(PRINT, {"document": [third.pk, first.pk]})

    pages = text_of(response.content)
    assert (response.status_code, len(pages)) == (200, 2)
    assert ["2001" in pages[0], "2003" in pages[1]] == [True, True]
    assert response["Content-Disposition"] == 'inline; filename="for-printing-only-2-documents.pdf"'
    assert response["Cache-Control"] == "no-store"
    events = DocumentEvent.objects.values_list("document", "what", "by")
    assert sorted(events) == sorted([(d.pk, "printed", fran.pk) for d in (first, third)])
    entries = AuditEntry.objects.filter(verb="document handled")
    assert sorted(entries.values_list("patient_id", flat=True)) == sorted(
        [notes[0].visit.patient_id, notes[2].visit.patient_id]
    )
    assert rows(fran_client, "note-to-print") == ["Patient2, Odette"]


def test_the_file_says_that_it_is_only_for_printing_and_what_is_on_file_stays(
    fran_client, make_printable
):
    document = make_printable(1).document
    before = bytes(document.content)

    printed = fran_client.post(PRINT, {"document": [document.pk]}).content

    with pypdfium2.PdfDocument(io.BytesIO(printed)) as pdf:
        assert pdf.get_metadata_value("Title") == bulk_print.TITLE
    assert documents.codes_in(printed) == set()
    document.refresh_from_db()
    assert bytes(document.content) == before
    assert Document.objects.count() == 1


def test_without_a_tick_nothing_is_printed(fran_client, make_printable):
    make_printable(1)

    response = fran_client.post(PRINT)

    assertContains(response, "Tick at least one.", status_code=422)
    assert not DocumentEvent.objects.exists()


def test_what_is_on_no_list_of_the_reader_is_not_printed(fran_client, make_printable):
    mine, other = make_printable(1).document, make_document()

    response = fran_client.post(PRINT, {"document": [mine.pk, other.pk]})

    assertContains(response, "not on the list any more", status_code=409)
    assert not DocumentEvent.objects.exists()


def test_more_than_can_be_printed_at_once_is_refused(fran_client, make_printable):
    make_printable(1)

    response = fran_client.post(PRINT, {"document": list(range(1, bulk_print.MOST + 2))})

    assertContains(response, "At most 200 at once", status_code=422)
    assert not DocumentEvent.objects.exists()


@pytest.mark.parametrize("typed", ["", "one", "1.5", "-1", "9" * 40, "٣"])
def test_a_number_that_is_none_is_not_found(fran_client, make_printable, typed):
    make_printable(1)

    assert fran_client.post(PRINT, {"document": typed}).status_code == 404


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_whoever_only_reads_prints_no_list(request, who, make_printable):
    document = make_printable(1).document
    client = request.getfixturevalue(f"{who}_client")

    assert client.post(PRINT, {"document": document.pk}).status_code == 404
    assert not DocumentEvent.objects.exists()


def test_a_note_is_no_copy_to_hand_over(fran_client, make_printable):
    document = make_printable(1).document
    url = reverse("emr:hand-over", args=["note-to-print"])

    assert fran_client.post(url, {"document": document.pk}).status_code == 404
