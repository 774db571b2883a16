"""The front desk's afternoon: worklists, copies to hand over, a call, and the close of the day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from consent.models import Kind
from emr import documents
from emr.models import DayClose, Document, DocumentEvent, Visit, VisitState
from notes.models import CallAttempt, ReactionKind
from tests import factories

SIZES = pytest.mark.parametrize("width", [1280, 820])


@pytest.fixture
def sized_page(new_page):
    def sized_page(width):
        return new_page(width=width, height=800 if width == 1280 else 1180, touch=width == 820)

    return sized_page


@pytest.fixture
def busy(practice, dana, fran):
    """A day on which every worklist holds somebody."""
    people = ["Marlow", "Brisk", "Quill", "Fennimore", "Abernathy", "Ostrander"]
    patients = [factories.make_patient(last_name=name) for name in people]
    medicare = factories.make_payer(name="Medicare", kind="medicare")
    for hour, patient in enumerate(patients, 8):
        factories.make_visit(
            patient=patient, provider=dana.provider, start=factories.at(hour, day=factories.today())
        )
    coverage = factories.make_coverage(patient=patients[0], payer=medicare)
    pdf = documents.render(
        "emr/pdf/price_sheet.html",
        {"practice": practice, "lines": [], "today": factories.today()},
    )
    for number, patient in enumerate(patients[:3]):
        consent = factories.make_document(
            kind=Document.Kind.CONSENT, content=pdf + b"\n" * number, created_by=fran
        )
        factories.make_signed_consent(
            patient=patient, document=consent, signed_on=factories.today()
        )
    factories.make_notice(
        patient=patients[0],
        coverage=coverage,
        provider=dana.provider,
        kind=Kind.ABN,
        state="issued",
    )
    factories.make_follow_up(kind=ReactionKind.PNEUMOTHORAX)
    tried = factories.make_follow_up(due_on=factories.today() - timedelta(days=1))
    factories.make_call_attempt(call=tried, at=factories.at(9), by=fran)
    draft = factories.make_visit(
        patient=patients[4],
        provider=dana.provider,
        start=factories.at(9, day=factories.today() - timedelta(days=3)),
        state=VisitState.DONE,
    )
    factories.make_note(visit=draft)
    return patients


def is_print(response):
    return response.url.endswith("/print/")


@SIZES
def test_from_today_to_a_worklist_in_two_steps(
    sized_page, site, busy, fran, assert_accessible, width
):
    page = sized_page(width)
    site.sign_in(page, fran)
    page.goto("/")
    link = page.get_by_role("main").get_by_role("link", name="Worklists")
    expect(link.locator(".badge-count")).to_be_visible()

    link.click()
    expect(page.get_by_role("heading", name="Worklists")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Copies to hand over").click()

    expect(page.get_by_role("row")).to_have_count(4)
    assert_accessible(page)


def test_today_on_a_phone_needs_no_scrolling_sideways(new_page, site, busy, fran):
    page = new_page(width=390, height=844, touch=True)
    site.sign_in(page, fran)

    page.goto("/?show=all")

    row = page.get_by_role("table").locator("tbody tr", has_text="Marlow")
    consent = row.locator("td[data-title=Consent]")
    title = "cell => getComputedStyle(cell, '::before').content"
    sideways = "box => box.scrollWidth - box.clientWidth"
    assert consent.evaluate(title) == '"Consent"'
    assert page.locator(".card.list").evaluate(sideways) == 0
    assert page.locator("html").evaluate(sideways) == 0
    assert page.locator(".topbar").evaluate("bar => bar.offsetHeight") < 100


@SIZES
def test_a_number_of_three_digits_stands_on_one_line(sized_page, site, busy, fran, width):
    page = sized_page(width)
    site.sign_in(page, fran)
    for url in ("emr:desk", "emr:close-day"):
        page.goto(site.at(url))
        number = page.locator(".counter b, .left-open > b").first
        heights = [
            number.evaluate("(b, text) => { b.textContent = text; return b.offsetHeight; }", text)
            for text in ("8", "88", "888")
        ]
        fits = number.evaluate("b => b.scrollWidth <= b.clientWidth")
        assert (len(set(heights)), fits) == (1, True)


@SIZES
def test_copies_are_printed_in_one_go_and_handed_over(
    sized_page, site, busy, fran, assert_accessible, width
):
    page = sized_page(width)
    site.sign_in(page, fran)
    page.goto(site.at("emr:worklist", "copy-to-give"))
    ticks = page.get_by_role("checkbox")
    ticked = page.get_by_role("checkbox", checked=True)
    expect(ticked).to_have_count(3)
    page.get_by_role("button", name="Tick none").click()
    expect(ticked).to_have_count(0)
    page.get_by_role("button", name="Tick all").click()
    expect(ticked).to_have_count(3)
    ticks.first.uncheck()

    with page.context.expect_event("response", is_print) as printing:
        page.get_by_role("button", name="Print the ticked").click()
    assert printing.value.header_value("content-type") == "application/pdf"
    assert DocumentEvent.objects.filter(what="printed").count() == 2
    page.get_by_role("button", name="Copies handed over").click()

    expect(page.get_by_text("2 copies are on record as handed over.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    assert DocumentEvent.objects.filter(what="paper copy").count() == 2
    assert_accessible(page)


@SIZES
def test_a_patient_is_called_and_the_answer_kept(
    sized_page, site, watch, busy, fran, assert_accessible, width
):
    watch.expect("status 422")
    page = sized_page(width)
    site.sign_in(page, fran)
    page.goto(site.at("notes:follow-ups"))
    expect(page.get_by_text("Call first.")).to_be_visible()
    assert_accessible(page)
    urgent = page.locator(".call", has_text="Suspected pneumothorax")

    urgent.get_by_role("button", name="Reached", exact=False).first.click()
    expect(page.get_by_text("Say how the patient is.")).to_be_visible()
    assert_accessible(page)
    urgent.get_by_label("How is the patient?").fill("Breathes well, no pain")
    urgent.get_by_role("button", name="Reached", exact=False).first.click()

    expect(page.get_by_text("The call is done.")).to_be_visible()
    expect(page.locator(".call")).to_have_count(1)
    assert CallAttempt.objects.filter(reached=True).get().words == "Breathes well, no pain"


@SIZES
def test_the_day_is_closed_with_a_reason_for_what_stays(
    sized_page, site, watch, busy, fran, assert_accessible, width
):
    watch.expect("status 422")
    Visit.objects.filter(state=VisitState.PLANNED).update(state=VisitState.CANCELLED)
    page = sized_page(width)
    site.sign_in(page, fran)
    page.goto(site.at("emr:desk"))
    page.get_by_role("link", name="Close the day").click()
    reasons = page.get_by_label("Or why it may stay open")
    expect(reasons).to_have_count(2)
    assert_accessible(page)

    reasons.first.fill("They come back on Friday")
    page.get_by_role("button", name="Close the day").click()
    expect(page.get_by_text("Not closed yet.")).to_be_visible()
    expect(reasons.first).to_have_value("They come back on Friday")
    assert_accessible(page)
    reasons.last.fill("Nobody answered twice, again tomorrow")
    page.get_by_role("button", name="Close the day").click()

    expect(page.get_by_role("heading", name="This day is closed")).to_be_visible()
    assert_accessible(page)
    assert DayClose.objects.get().reasons.count() == 2


def test_todays_list_renews_itself_without_losing_focus_or_place(page, site, practice, dana, fran):
    for number in range(40):
        factories.make_visit(
            patient=factories.make_patient(last_name=f"Patient{number:02}"),
            provider=dana.provider,
            start=factories.at(8, number),
        )
    site.sign_in(page, fran)
    page.clock.install()
    page.goto(f"{reverse('emr:today')}?show=all")
    link = page.get_by_role("link", name="Patient30, Odette", exact=True)
    link.focus()
    place = page.evaluate("scrollY")
    assert place > 0
    Visit.objects.filter(patient__last_name="Patient31").update(state=VisitState.ARRIVED)

    with page.expect_response(lambda response: "seen=" in response.url):
        page.clock.fast_forward("00:16")

    expect(page.locator(".tile", has_text="waiting").locator("b")).to_have_text("1")
    expect(page.get_by_role("link", name="Patient30, Odette", exact=True)).to_be_focused()
    assert page.evaluate("scrollY") == place
