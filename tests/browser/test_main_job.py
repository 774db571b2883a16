"""The main job as a person does it: from the today list to a signed PDF."""

import subprocess

import pytest
from playwright.sync_api import expect

from notes.models import Note
from tests import factories


def tick(page, muscle, side):
    page.locator(f"label[for=tick-{muscle}-{side}]").click()


def fill_site(page, key, *, needles, refers_to):
    site = page.locator(f'.site[data-key="{key}"]')
    site.get_by_role("spinbutton").fill(str(needles))
    site.get_by_text("Taut band").click()
    site.get_by_text("Yes", exact=True).click()
    site.get_by_label("Pain refers to").fill(refers_to)


def fill_the_rest(page):
    page.get_by_label("Functional limitation").fill("Cannot look over the shoulder when driving")
    page.get_by_label("Goal it serves").fill("Drive for 30 minutes with safe shoulder checks")
    page.get_by_label("Why needling was needed today").fill(
        "Trigger points keep rotation at 50 degrees after four weeks of exercise."
    )
    page.get_by_label("Diagnosis").fill("M54.2")
    page.locator("#diagnosis-choices").get_by_text("Cervicalgia").click()
    page.get_by_label("Contraindications screened today").check()
    page.get_by_label("Precaution taken").check()
    page.locator("#id_needles-0-gauge").fill("0.25")
    page.locator("#id_needles-0-length").fill("40")
    page.locator("#id_needles-0-put_in").fill("24")
    page.locator("#id_needles-0-taken_out").fill("24")
    page.locator("label[for=id_pain_before_7]").click()
    page.locator("label[for=id_pain_after_4]").click()
    page.locator("#id_measure-0-name").fill("Cervical rotation")
    page.locator("#id_measure-0-before").fill("50")
    page.locator("#id_measure-0-after").fill("70")
    page.get_by_role("button", name="Mild soreness at the sites").click()


@pytest.fixture
def booked(visit, dana):
    """Odette Marlow with consent, coverage and a visit today."""
    factories.make_coverage(patient=visit.patient)
    factories.make_consent(patient=visit.patient)
    return visit


@pytest.mark.parametrize("width", [1280, 820])
def test_a_therapist_charts_signs_and_downloads(
    new_page, site, booked, dana, assert_accessible, tmp_path, width
):
    page = new_page(width=width, height=800 if width == 1280 else 1180)
    page.goto("/")
    page.get_by_label("Username or email").or_(page.locator("[name=login]")).first.fill("dana")
    page.locator("[name=password]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("Marlow, Odette").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Start").first.click()

    expect(page.get_by_role("heading", name="Muscles needled")).to_be_visible()
    tick(page, "upper-trapezius", "right")
    tick(page, "upper-trapezius", "left")
    page.get_by_label("Find a muscle").fill("lev r")
    page.keyboard.press("Enter")
    expect(page.locator("#summary .n")).to_have_text("3")
    expect(page.locator("#summary .code")).to_have_text("20561")
    missing = page.locator("#summary .todo .m")
    before = missing.count()

    fill_site(page, "upper-trapezius:right", needles=10, refers_to="Temple")
    fill_site(page, "upper-trapezius:left", needles=8, refers_to="Temple")
    fill_site(page, "levator-scapulae:right", needles=6, refers_to="Angle of the neck")
    fill_the_rest(page)
    expect(missing).to_have_count(0)
    assert before > 0
    assert_accessible(page)
    page.get_by_role("button", name="Review and sign").click()

    expect(page.get_by_role("heading", name="Review the note")).to_be_visible()
    expect(page.get_by_alt_text("Page 1 of")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("I performed this service").check()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign the note").click()

    expect(page.get_by_role("heading", name="Procedure note")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original").click()
    pdf = tmp_path / "note.pdf"
    download.value.save_as(pdf)
    text = " ".join(subprocess.check_output(["pdftotext", pdf, "-"], text=True).split())
    assert (
        "Dry needling of right levator scapulae, right upper trapezius and left upper trapezius:"
        " 3 muscles, CPT 20561, one unit." in text
    )
    verdict = subprocess.check_output(["pdfsig", pdf], text=True)
    assert "Signature Validation: Signature is Valid." in verdict
    note = Note.objects.get()
    assert (note.muscle_count, note.needle_count, note.suggested_code) == (3, 24, "20561")
