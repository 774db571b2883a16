"""What stays on the screen and on the device when a sign-in ends."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests import factories

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('filiform:')).length"


@pytest.fixture
def note(visit):
    factories.make_consent(patient=visit.patient)
    return factories.make_note(visit=visit)


def assert_nothing_left(page):
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    assert "Marlow" not in page.locator("body").inner_text()
    assert "Marlow" not in page.title()


def test_no_patient_stays_on_a_screen_that_nobody_uses(page, site, watch, patient, dana):
    watch.expect("status 401")
    watch.expect("Response Status Error Code 401")
    site.sign_in(page, dana)
    page.clock.install()
    page.goto(site.at("emr:chart", patient.pk))
    expect(page.locator("#patient-banner")).to_contain_text("Marlow")

    page.clock.fast_forward("20:00")
    page.keyboard.press("Shift")
    page.clock.fast_forward("20:00")
    expect(page.locator("#patient-banner")).to_contain_text("Marlow")
    page.clock.fast_forward("11:00")
    assert_nothing_left(page)

    page.get_by_role("link", name="Sign in again").click()
    expect(page.locator("#patient-banner")).to_contain_text("Marlow")
    Session.objects.all().delete()
    page.evaluate("htmx.trigger(document.body, 'chart-changed')")
    assert_nothing_left(page)


def test_signing_out_in_one_tab_ends_the_others(page, site, watch, note, patient, dana):
    watch.expect("ERR_FAILED")
    watch.expect("htmx:")
    site.sign_in(page, dana)
    page.goto(site.at("notes:note", note.pk))
    page.route(
        "**/notes/*/",
        lambda route: route.abort() if route.request.method == "POST" else route.fallback(),
    )
    page.get_by_label("Functional limitation").fill("Cannot look over the shoulder")
    assert page.evaluate(KEPT) == 1
    other = page.context.new_page()
    other.goto("/accounts/logout/")

    other.get_by_role("main").get_by_role("button", name="Sign Out").click()

    expect(other.locator("[name=password]")).to_be_visible()
    assert_nothing_left(page)
    assert page.evaluate(KEPT) == 0
