"""Claims that something stops, or that never go out: each cleared where its link leads."""

from playwright.sync_api import expect

from billing.models import Claim
from consent.models import Kind, OrganizationDetermination
from emr.models import CoverageKind, PayerPolicy, Verification
from tests import factories
from tests.billing.signed_notes import billable_visit
from tests.billing.x12 import errors_of, segments_of
from tests.browser import claims


def stops_on(page) -> list[str]:
    """What the page of a claim says of each stop."""
    return page.locator(".stops li p").all_inner_texts()


def set_policy_of_investigational(page, site, payer, assert_accessible):
    page.goto(site.at("emr:payers"))
    assert_accessible(page)
    page.get_by_role("link", name=payer.name).click()
    page.get_by_role("link", name="Set a policy").click()
    page.get_by_label("Dry needling is").select_option("Investigational")
    page.locator("#id_starts_on").fill(factories.today().isoformat())
    page.get_by_label("Source").fill("Medical policy 12, 2026")
    page.get_by_label("The contract lets the patient pay").select_option("Yes")
    assert_accessible(page)
    page.get_by_role("button", name="Set policy").click()
    expect(page.locator("#policies")).to_contain_text("Investigational")
    assert_accessible(page)


def verify_benefits(page, site, coverage, assert_accessible):
    page.goto(site.at("emr:coverage", coverage.pk))
    page.get_by_role("link", name="Verify benefits").click()
    for question, answer in [("covered", "no"), ("authorization", "no"), ("limit", "no")]:
        page.locator(f"input[name={question}][value={answer}]").check()
    page.locator("input[name=investigational][value=yes]").check()
    page.get_by_label("Who answered").fill("Ms Ray")
    page.get_by_label("Reference number").fill("R-123")
    assert_accessible(page)
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.locator("#verifications")).to_contain_text("R-123")
    assert_accessible(page)


def test_what_a_plan_calls_investigational_waits_for_an_agreement(
    page, site, practice, dana, bo, assert_accessible
):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.COMMERCIAL)
    coverage = visit.patient.coverages.get()
    note = claims.signed(visit)
    site.sign_in(page, bo)
    set_policy_of_investigational(page, site, coverage.payer, assert_accessible)
    verify_benefits(page, site, coverage, assert_accessible)

    claims.charge(page, site, note)
    assert len(stops_on(page)) == 1
    assert_accessible(page)
    page.get_by_role("link", name="Financial notices").click()
    expect(page.get_by_role("heading", name="Financial notices")).to_be_visible()
    assert claims.newest_claim().state == "held"

    # It was signed before the visit, and lay in the drawer.
    factories.make_notice(visit=visit, coverage=coverage, kind=Kind.AGREEMENT, state="agreed")
    page.goto(site.at("billing:claim", claims.newest_claim().pk))
    assert stops_on(page) == []
    claims.release(page)
    content = claims.make_file(page)

    assert errors_of(content) == []
    assert [each.split("*")[1] for each in segments_of(content, "SV1")] == ["HC:97110", "HC:20561"]
    assert claims.newest_claim().state == "sent"
    assert PayerPolicy.objects.get().waiver_allowed
    assert Verification.objects.get().recorded_by == bo


def test_with_a_chiropractor_the_patient_pays_and_no_claim_goes_out(
    page, site, practice, lee, bo, fran, assert_accessible
):
    visit = billable_visit(practice, lee.provider, kind=CoverageKind.MEDICARE)
    note = claims.signed(visit, services=[])
    site.sign_in(page, bo)
    page.goto(site.at("billing:charges", note.pk))
    expect(page.get_by_text("No claim goes out: the patient's account holds")).to_be_visible()
    claims.charge(page, site, note)

    site.sign_in(page, fran)
    page.goto(site.at("billing:pay-visit", visit.pk))

    expect(page.get_by_text("Medicare never pays a chiropractor for needling")).to_be_visible()
    expect(page.get_by_label("Amount in dollars")).to_have_value("85.00")
    assert_accessible(page)
    assert not Claim.objects.exists()


def test_medicare_advantage_waits_until_the_plan_was_asked(
    page, site, practice, dana, olive, assert_accessible
):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE_ADVANTAGE)
    note = claims.signed(visit, services=[])
    site.sign_in(page, olive)
    claims.charge(page, site, note)
    claim = claims.newest_claim()
    assert len(stops_on(page)) == 1
    source = page.locator(".stops a.source")
    assert source.get_attribute("href") == "/rules/abn/#findings"

    page.get_by_role("link", name="Ask the plan").click()
    page.get_by_role("button", name="The plan was asked").click()
    page.get_by_label("Denied").check()
    today = factories.today().isoformat()
    page.get_by_label("Decided on").fill(today)
    page.get_by_label("Date of the denial notice").fill(today)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".page-head")).to_contain_text("Plan denied: patient may pay")
    page.goto(site.at("billing:claim", claim.pk))
    page.get_by_role("list").get_by_role("link", name="Charges").click()
    expect(page.get_by_role("region", name="Charged and suggested")).to_contain_text("patient pays")
    assert_accessible(page)
    page.get_by_role("button", name="Charge again").click()

    expect(page.get_by_text("the patient's account bears it")).to_be_visible()
    page.goto(site.at("billing:account", visit.patient_id))
    assert claims.sums(page)["Patient owes now"] == "$85.00"
    assert claims.sums(page)["Payers’ balance"] == "$0.00"
    assert claims.newest_claim().state == "dropped"
    assert OrganizationDetermination.objects.get().decision == "denied"


def test_a_held_claim_is_cleared_by_following_its_links(
    page, site, practice, dana, bo, fran, assert_accessible
):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE, consent=False)
    coverage = visit.patient.coverages.get()
    coverage.member_number = "1EG4-TE5-MK7"
    coverage.save()
    factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=1)
    note = claims.signed(visit)
    site.sign_in(page, bo)
    claims.charge(page, site, note)
    at_claim = page.url
    expect(page.get_by_text("3 to clear")).to_be_visible()

    page.get_by_role("link", name="Card of the coverage").click()
    page.get_by_label("Member number").fill("1EG4-TE5-MK73")
    page.get_by_role("button", name="Save").click()
    page.goto(at_claim)
    expect(page.get_by_text("2 to clear")).to_be_visible()
    page.get_by_role("link", name="Details of the claim").click()
    claims.say_who_referred(page)
    expect(page.get_by_text("1 to clear")).to_be_visible()
    page.get_by_role("link", name="Consents of the patient").click()
    at_consents = page.url
    # The desk has the paper that the patient signed before the visit.
    site.sign_in(page, fran)
    page.goto(at_consents)
    page.locator("summary", has_text="Record an old paper form").click()
    page.get_by_label("Signed on").fill(factories.today().isoformat())
    page.get_by_role("button", name="Record").click()
    expect(page.locator("#consents .lines")).not_to_contain_text("No answer is on file.")

    site.sign_in(page, bo)
    page.goto(site.at("emr:worklist", "claim-held"))
    page.get_by_role("link", name="See what stops it").click()
    expect(page.get_by_role("heading", name="Nothing stops it")).to_be_visible()
    claims.release(page)

    assert_accessible(page)
    assert claims.newest_claim().state == "ready"
