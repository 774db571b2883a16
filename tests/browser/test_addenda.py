"""A signed note is put right: the muscles corrected, the print amended, the original untouched."""

import subprocess

import pypdfium2
from playwright.sync_api import expect

from notes.models import Addendum, Note
from tests import factories
from tests.notes.posts import make_content


def test_a_therapist_corrects_the_muscles_and_prints_the_amended_note(
    page, site, visit, dana, watch, assert_accessible, tmp_path
):
    watch.expect("status 422")
    note = factories.make_note(visit=visit, content=make_content())
    site.sign_in(page, dana)
    page.goto(site.at("notes:review", note.pk))
    page.get_by_label("I performed this service").check()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_label("Your password").press("Enter")
    page.get_by_role("link", name="Add an addendum").click()

    assert_accessible(page)
    page.get_by_label("Corrected list of muscles").check()
    page.get_by_label("What is added, and why").fill("The levator was on the left.")
    page.locator("label[for=tick-levator-scapulae-right]").click()
    page.get_by_label("Find a muscle").fill("lev l")
    page.keyboard.press("Enter")
    page.get_by_text("Another muscle, by name").click()
    page.get_by_label("Name", exact=True).fill("Splenius of my own")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.locator('.site[data-key="~Splenius of my own:right"]')).to_be_visible()
    expect(page.get_by_label("What is added, and why")).to_have_value(
        "The levator was on the left."
    )
    for key in ("levator-scapulae:left", "~Splenius of my own:right"):
        page.locator(f'.site[data-key="{key}"]').get_by_role("spinbutton").fill("3")
    assert_accessible(page)
    page.get_by_label("Your password").fill("a guess")
    page.get_by_role("button", name="Sign the addendum").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_label("Your password").press("Enter")

    expect(page.get_by_text("The addendum is signed")).to_be_visible()
    expect(page.get_by_text("muscles in force")).to_be_visible()
    expect(page.locator(".sign-side .count .n")).to_have_text("4")
    assert_accessible(page)
    addendum = Addendum.objects.get()
    assert (addendum.muscle_count, addendum.suggested_code) == (4, "20561")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original").click()
    original = download.value.path().read_bytes()
    assert original == bytes(Note.objects.get().document.content)

    amended = tmp_path / "amended.pdf"
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open the amended PDF").click()
    popup.value.close()
    amended.write_bytes(page.request.get(site.at("notes:pdf", note.pk)).body())
    text = " ".join(subprocess.check_output(["pdftotext", amended, "-"], text=True).split())
    assert "The levator was on the left." in text
    assert "left levator scapulae" in text
    assert "4 muscles, CPT 20561, one unit." in text
    verdict = subprocess.check_output(["pdfsig", amended], text=True)
    assert "Signature Validation: Signature is Valid." in verdict
    with pypdfium2.PdfDocument(amended) as pdf:
        assert bytes(pdf.get_attachment(0).get_data()) == original
