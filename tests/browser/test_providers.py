"""The owner looks whether somebody may needle, overrides a stop, and brings the fee schedule along."""

from datetime import timedelta

from playwright.sync_api import expect

from emr.models import Fee, Practice, ScopeOverride
from tests import factories

LETTER = "Counsel's letter of 3 May: the injunction does not reach us"
SOON = factories.today() + timedelta(days=30)


def test_a_stop_is_overridden_with_a_reason_and_ended(tablet, site, olive, dana, assert_accessible):
    Practice.objects.update(state="CA")
    site.sign_in(tablet, olive)
    tablet.goto(site.at("emr:staff"))
    expect(tablet.get_by_text("May not needle in CA")).to_be_visible()
    tablet.get_by_role("link", name="PT, DPT").click()
    expect(
        tablet.get_by_text("Do not needle or sign: CA does not let a PT needle.")
    ).to_be_visible()

    tablet.locator("summary", has_text="Override a stop").click()
    assert_accessible(tablet)
    tablet.get_by_label("Reason").fill(LETTER)
    tablet.get_by_role("button", name="Set the override").click()

    expect(tablet.get_by_text("Overridden by Olive Renner since")).to_contain_text(LETTER)
    expect(tablet.locator("#may-needle .chip", has_text="Stands")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_role("button", name="End it").click()
    expect(tablet.get_by_text("The override is ended.")).to_be_visible()
    expect(tablet.get_by_text("Overridden by")).to_have_count(0)
    assert ScopeOverride.objects.get().ended_by == olive


def test_a_fee_schedule_is_looked_at_and_written(page, site, olive, practice, assert_accessible):
    factories.make_fee(code="20560", amount="65.00")
    rows = ["Payer,CPT,Fee,Effective date", f",20560,70,{SOON}", f",20561,95,{SOON}", ",97110,-1,x"]
    site.sign_in(page, olive)
    page.goto(site.at("emr:prices"))
    page.get_by_role("link", name="Import a fee schedule").click()
    expect(page.get_by_role("radio", name="Fee schedule")).to_be_checked()
    page.locator("summary", has_text="fee schedule").click()
    assert_accessible(page)

    content = "\r\n".join(rows).encode()
    page.set_input_files(
        "#id_file", {"name": "fees.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Look at what will change").click()

    expect(page.get_by_text("Give dollars and cents in digits")).to_be_visible()
    page.get_by_role("link", name="1 to change").click()
    expect(page.locator(".change")).to_have_text(
        f"Price: $65.00 from 2025-03-04 → becomes $70.00 from {SOON}"
    )
    assert_accessible(page)
    page.get_by_role("button", name="Write 2 rows").click()
    expect(page.get_by_text("Written, but for 1 row.")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="Prices").last.click()
    expect(page.locator("#fees")).to_contain_text("$65.00")
    assert sorted(Fee.objects.values_list("code", flat=True)) == ["20560", "20560", "20561"]
