"""The front desk makes, issues and follows financial notices, at the size of a tablet."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from consent.models import Kind, Notice, OrganizationDetermination
from tests import factories
from tests.consent import papers
from tests.notes.prints import text_of, verdict


@pytest.fixture
def medicare(patient):
    payer = factories.make_payer(name="Medicare", kind="medicare")
    return factories.make_coverage(patient=patient, payer=payer, member_number="")


@pytest.fixture
def fees(practice):
    factories.make_fee(code="20560", amount=Decimal("65.00"))
    factories.make_fee(code="20561", amount=Decimal("85.00"))


def pdf_of(page, site, notice):
    return page.request.get(site.at("consent:notice-pdf", notice.pk)).body()


def test_the_desk_issues_an_abn_from_the_chart_and_records_that_it_was_refused(
    tablet, site, visit, fran, medicare, fees, watch, assert_accessible, tmp_path
):
    watch.expect("status 422")
    papers.install_demonstration()
    site.sign_in(tablet, fran)
    tablet.goto(site.at("emr:chart", visit.patient_id))
    expect(tablet.locator("#notices")).to_contain_text("ABN missing")
    assert_accessible(tablet)

    tablet.get_by_role("button", name="Prepare ABN").click()
    expect(tablet.get_by_role("heading", name="Advance notice (ABN)")).to_be_visible()
    expect(tablet.get_by_text("Every blank of the practice is filled.")).to_be_visible()
    expect(tablet.get_by_label("Price").nth(1)).to_have_value("85.00")
    assert_accessible(tablet)

    tablet.get_by_label("Our number").fill("1EG4-TE5-MK73")
    expect(tablet.locator("#said-C")).to_contain_text("must never stand here")
    tablet.get_by_label("Why Medicare may not pay").first.fill("Not covered")
    expect(tablet.locator("#said-E-0")).to_contain_text("may not be covered is no reason")
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.locator("#said-C")).to_contain_text("must never stand here")
    assert_accessible(tablet)

    tablet.get_by_label("Our number").fill("HL-10117")
    expect(tablet.locator("#said-C")).to_have_text("")
    tablet.get_by_role("button", name="Remove").first.click()
    expect(tablet.get_by_label("Price")).to_have_count(1)
    tablet.get_by_role("button", name="Add a service").click()
    expect(tablet.get_by_label("Price")).to_have_count(2)
    expect(tablet.get_by_label("Price").first).to_have_value("85.00")
    expect(tablet.get_by_label("Our number")).to_have_value("HL-10117")
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.get_by_text("The notice is issued.")).to_be_visible()
    expect(tablet.get_by_role("button", name="Sign on this tablet")).to_be_visible()
    assert_accessible(tablet)

    tablet.get_by_text("Wants the service, does not sign").click()
    tablet.get_by_label("What the patient said").fill("Her daughter decides")
    tablet.get_by_label("Who was there").fill("Bo Lindqvist")
    tablet.get_by_role("button", name="Record the refusal").click()
    expect(tablet.locator(".page-head")).to_contain_text("Refused to sign")
    expect(tablet.get_by_text("Not given yet")).to_be_visible()
    assert_accessible(tablet)

    tablet.get_by_role("button", name="On paper").click()
    expect(tablet.get_by_text("Copy on paper given: it is on record.")).to_be_visible()
    notice = Notice.objects.get()
    assert (notice.state, notice.lines.get().code) == ("refused", "20561")
    pdf = pdf_of(tablet, site, notice)
    assert "Bo Lindqvist" in text_of(pdf)
    assert "Her daughter decides" in text_of(pdf)
    assert "Signature is Valid" in verdict(pdf, tmp_path)


def test_on_an_obsolete_edition_nothing_is_issued(
    tablet, site, visit, fran, medicare, fees, watch, assert_accessible
):
    watch.expect("status 409")
    wording = factories.make_abn_wording(edition_expires=date(2026, 1, 31))
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:notices-of-patient", visit.patient_id))

    tablet.get_by_role("button", name="Prepare ABN").click()

    expect(tablet.get_by_text("No wording to issue it on.")).to_be_visible()
    expect(tablet.get_by_role("button", name="Issue ABN")).to_be_disabled()
    assert_accessible(tablet)
    worksheet = tablet.get_by_role("link", name="Print the worksheet").get_attribute("href")
    assert "NOT AN ABN" in text_of(tablet.request.get(site.url + worksheet).body())
    # Somebody who has the page open from before, when that edition was good.
    tablet.locator("button:disabled").evaluate("button => button.disabled = false")
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.get_by_role("alert")).to_contain_text("is not installed in this language")
    assert (Notice.objects.get().state, wording.edition_expires) == ("draft", date(2026, 1, 31))


def test_with_medicare_advantage_the_plan_is_asked_instead(
    tablet, site, visit, fran, watch, assert_accessible
):
    watch.expect("status 409")
    plan = factories.make_payer(name="Sunward Advantage", kind="medicare_advantage")
    factories.make_coverage(patient=visit.patient, payer=plan)
    site.sign_in(tablet, fran)
    tablet.goto(f"{site.at('consent:new-notice', visit.patient_id)}?visit={visit.pk}")
    expect(tablet.get_by_role("heading", name="Organization determination")).to_be_visible()
    expect(tablet.get_by_text("An ABN is not for Medicare Advantage").first).to_be_visible()
    assert_accessible(tablet)

    tablet.get_by_role("link", name="Record that the plan was asked").click()
    assert_accessible(tablet)
    tablet.get_by_label("Reference").fill("SA-2231")
    tablet.get_by_role("button", name="The plan was asked").click()
    expect(tablet.locator(".page-head")).to_contain_text("Plan was asked")
    assert_accessible(tablet)
    tablet.get_by_label("Denied").check()
    today = factories.today().isoformat()
    tablet.get_by_label("Decided on").fill(today)
    tablet.get_by_label("Date of the denial notice").fill(today)
    tablet.get_by_role("button", name="Save").click()

    expect(tablet.locator(".page-head")).to_contain_text("Plan denied: patient may pay")
    expect(tablet.get_by_role("button", name="Save")).to_have_count(0)
    assert_accessible(tablet)
    determination = OrganizationDetermination.objects.get()
    assert (determination.decision, determination.reference) == ("denied", "SA-2231")
    assert Notice.objects.count() == 0


def test_a_chiropractor_gives_a_voluntary_notice_that_nobody_signs(
    tablet, site, patient, lee, fran, medicare, fees, assert_accessible, tmp_path
):
    papers.install_demonstration()
    factories.make_visit(patient=patient, provider=lee.provider, start=factories.at(23, 30))
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:new-notice", patient.pk))

    tablet.get_by_role("button", name="Make it, filled in").click()
    expect(tablet.get_by_text("No option is ticked and nothing is signed")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.get_by_role("button", name="Sign on this tablet")).to_have_count(0)
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Given to the patient").click()

    expect(tablet.locator(".page-head")).to_contain_text("Given")
    notice = Notice.objects.get()
    step = notice.steps.last()
    assert (notice.kind, step.after, step.option, step.signature) == (
        Kind.VOLUNTARY_ABN,
        "given",
        None,
        None,
    )
    assert "Signature is Valid" in verdict(pdf_of(tablet, site, notice), tmp_path)


def test_without_insurance_the_patient_gets_an_estimate_in_time(
    page, site, visit, fran, assert_accessible
):
    factories.make_cash_price(amount=Decimal("50.00"))
    site.sign_in(page, fran)
    page.goto(site.at("consent:new-notice", visit.patient_id))

    page.get_by_role("button", name="Make it, filled in").click()
    expect(page.get_by_label("Price").first).to_have_value("50.00")
    expect(page.get_by_label("Code").first).to_have_value("20560")
    assert_accessible(page)
    page.get_by_role("button", name="Issue estimate").click()
    expect(page.get_by_text("from $450.00").first).to_be_visible()
    paper = page.get_by_role("link", name="Print it for the patient").get_attribute("href")
    assert "For the patient to keep" in text_of(page.request.get(site.url + paper).body())
    page.get_by_role("button", name="Price talked through").click()
    expect(page.get_by_text("The price was talked through with the patient.")).to_be_visible()
    page.get_by_role("button", name="Given to the patient").click()

    expect(page.locator(".page-head")).to_contain_text("Given")
    assert_accessible(page)
    words = text_of(pdf_of(page, site, Notice.objects.get()))
    assert "$50.00" in words
    assert "The price was talked through with the patient." in words


def test_a_new_notice_takes_the_place_of_the_old_one_when_it_is_answered(
    tablet, site, visit, fran, medicare, watch, assert_accessible
):
    watch.expect("status 422")
    papers.install_demonstration()
    older = factories.make_notice(
        patient=visit.patient, provider=visit.provider, coverage=medicare, state="chosen"
    )
    site.sign_in(tablet, fran)
    tablet.goto(site.at("consent:notice", older.pk))
    assert_accessible(tablet)

    tablet.get_by_text("A new one in its place").click()
    tablet.get_by_role("button", name="Begin a new one").click()
    why = tablet.get_by_label("Why", exact=True)
    expect(why).to_have_value("")
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.get_by_text("Say why the older notice is replaced.")).to_be_visible()
    why.fill("The patient changed their mind.")
    tablet.get_by_role("button", name="Issue ABN").click()
    expect(tablet.get_by_text("The notice is issued.")).to_be_visible()
    expect(tablet.get_by_text("Until the patient answers this one")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_text("Wants the service, does not sign").click()
    tablet.get_by_label("What the patient said").fill("Signs nothing")
    tablet.get_by_label("Who was there").fill("Bo Lindqvist")
    tablet.get_by_role("button", name="Record the refusal").click()
    expect(tablet.locator(".page-head")).to_contain_text("Refused")
    tablet.goto(site.at("consent:notice", older.pk))

    expect(tablet.locator(".page-head")).to_contain_text("Replaced")
    expect(tablet.get_by_text("The patient changed their mind.")).to_be_visible()
    assert_accessible(tablet)
