"""A patient signs on their own phone while the desk's page tells how far they are."""

import secrets
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from consent.models import Consent, Signing
from tests import factories
from tests.browser.room import draw, finish, look_it_over, read_to_the_end
from tests.notes.prints import text_of, verdict

TOKEN = "a-secret-that-only-the-QR-code-tells-to-a-phone"


@pytest.fixture
def link(monkeypatch):
    """What the QR code says, which no browser here can photograph."""
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: TOKEN)
    return f"/s/{TOKEN}/"


@pytest.fixture
def phone(new_page):
    return new_page(width=390, height=844, touch=True)


@pytest.fixture
def desk(page, site, visit, fran, practice):
    factories.make_consent_form()
    site.sign_in(page, fran)
    page.goto(site.at("consent:of-patient", visit.patient_id))
    return page


def open_link(phone, link, *, day):
    phone.goto(link)
    phone.get_by_label("Month").fill("3")
    phone.get_by_label("Day").fill(day)
    phone.get_by_label("Year").fill("1951")
    phone.get_by_role("button", name="Open").click()


def test_a_link_is_signed_on_the_phone_and_the_desk_flips_by_itself(
    desk, phone, link, watch, assert_accessible, tmp_path
):
    watch.expect("status 422")
    watch.expect("status 410")
    desk.get_by_role("button", name="Send to the patient").click()
    expect(desk.get_by_alt_text("QR code with the link")).to_be_visible()
    expect(desk.locator("#signing-state")).to_contain_text("Waiting")
    expect(desk.locator("#signing-state")).to_contain_text("15 more minutes")
    assert_accessible(desk)
    qr = desk.get_by_alt_text("QR code with the link").get_attribute("src")
    soon = Signing.objects.get().expires_at - timedelta(minutes=5)
    Signing.objects.update(expires_at=soon)
    expect(desk.locator("#signing-state")).to_contain_text("10 more minutes")
    assert desk.get_by_alt_text("QR code with the link").get_attribute("src") == qr

    open_link(phone, link, day="9")
    expect(phone.get_by_text("This date does not fit.")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_label("Day").fill("8")
    phone.get_by_role("button", name="Open").click()
    expect(phone.get_by_role("heading", name="Consent to dry needling")).to_be_visible()
    assert_accessible(phone)
    expect(desk.locator("#signing-state")).to_contain_text("Opened")

    read_to_the_end(phone)
    phone.get_by_text("Yes, I agree to dry needling").click()
    draw(phone)
    look_it_over(phone)
    assert_accessible(phone)
    finish(phone)
    assert_accessible(phone)
    expect(desk.locator("#signing-state")).to_contain_text("Signed")
    expect(desk.get_by_role("link", name="Print the copy")).to_be_visible()
    expect(desk.get_by_role("link", name="Back to the consent")).to_be_visible()
    expect(desk.get_by_alt_text("QR code with the link")).to_have_count(0)
    expect(desk.get_by_role("button", name="Take it back unsigned")).to_have_count(0)
    assert_accessible(desk)

    with phone.expect_download() as download:
        phone.get_by_role("button", name="Save my copy").click()
    saved = tmp_path / "copy.pdf"
    download.value.save_as(saved)
    consent = Consent.objects.get()
    pdf = saved.read_bytes()
    assert pdf == bytes(consent.document.content)
    assert (consent.signature.method, consent.document.events.get().what) == ("phone", "shown")
    assert "on their own phone" in text_of(pdf)
    assert "Signature is Valid" in verdict(pdf, tmp_path)

    phone.get_by_role("button", name="Close this page").click()
    expect(phone.get_by_role("heading", name="This page is closed")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_text("A link works once and for a short time.")).to_be_visible()
    assert_accessible(phone)


def test_the_desk_takes_a_link_back_while_the_patient_reads(desk, phone, link, watch):
    watch.expect("status 409")
    desk.get_by_role("button", name="Send to the patient").click()
    open_link(phone, link, day="8")
    read_to_the_end(phone)
    phone.get_by_text("Yes, I agree to dry needling").click()
    draw(phone)

    desk.get_by_role("button", name="Take it back unsigned").click()
    expect(desk.locator("#signing-state")).to_contain_text("Taken back")
    phone.get_by_role("button", name="Look it over").click()

    expect(phone.get_by_role("heading", name="This was answered already")).to_be_visible()
    assert Consent.objects.count() == 0


def test_the_desk_keeps_its_place_while_the_page_renews_itself(desk, link):
    desk.get_by_role("button", name="Send to the patient").click()
    button = desk.get_by_role("button", name="Take it back unsigned")
    button.focus()

    with desk.expect_response(lambda response: "/state/" in response.url) as response:
        pass

    assert response.value.status == 204

    expect(button).to_be_focused()
