"""The owner writes and publishes the consent form; the chart tells how a patient's consent stands."""

import pytest
from playwright.sync_api import expect

from consent.models import ConsentForm
from tests import factories


def test_the_owner_publishes_a_version_that_says_what_the_state_asks(
    page, site, dana, olive, practice, watch, assert_accessible
):
    practice.state = "VA"
    practice.save()
    site.sign_in(page, olive)
    page.goto(site.at("emr:practice"))
    page.get_by_role("link", name="Consent form").click()
    assert_accessible(page)
    page.get_by_role("button", name="Start from the text that comes with it").click()
    expect(page.get_by_text("Ready to publish")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Edit the text in English").click()
    assert_accessible(page)
    said = page.get_by_label("Text: Not acupuncture")
    text = said.input_value()
    said.fill("")
    expect(page.locator("#form-check .chip.stop")).to_have_text("✕Missing")
    assert_accessible(page)
    said.fill(text)
    expect(page.locator("#form-check .chip.stop")).to_have_count(0)
    page.get_by_label("Text: What it may do for you").fill("It may ease pain.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The English text is saved.")).to_be_visible()

    page.get_by_role("link", name="Publish…").click()
    assert_accessible(page)
    page.get_by_label("keep their consent").check()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in use from now on.")).to_be_visible()
    assert_accessible(page)
    form = ConsentForm.objects.current()
    assert "It may ease pain." in str(form.texts.get(language="en").sections)


@pytest.mark.parametrize("width", [820, 1280])
def test_the_chart_tells_how_the_consent_stands_and_a_copy_is_put_on_record(
    page, site, patient, dana, fran, watch, assert_accessible, width
):
    page.set_viewport_size({"width": width, "height": 1180 if width == 820 else 800})
    factories.make_signed_consent(patient=patient, signed_on=factories.today())
    site.sign_in(page, fran)
    page.goto(site.at("emr:chart", patient.pk))
    panel = page.locator("#consents")
    expect(panel.get_by_text("In force until")).to_be_visible()
    expect(panel.get_by_text("Copy owed by state rule")).to_be_visible()
    assert_accessible(page)

    panel.get_by_text("Copy given", exact=False).last.click()
    panel.get_by_role("button", name="On paper", exact=True).last.click()

    expect(panel.get_by_text("✓ Copy on paper given")).to_be_visible()
    assert_accessible(page)


def test_a_child_s_chart_says_who_signs_and_offers_three_ways(
    page, site, dana, fran, watch, assert_accessible
):
    born = factories.today().replace(year=factories.today().year - 12, day=1)
    child = factories.make_patient(birth_date=born)
    factories.make_consent_form()
    site.sign_in(page, fran)

    page.goto(site.at("consent:of-patient", child.pk))

    expect(page.get_by_text("a parent or guardian signs for them")).to_be_visible()
    for name in ("Sign on this tablet", "Send to the patient’s phone", "On paper"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    assert_accessible(page)
