"""The page "ABN form": the owner pastes an edition and reads it back; nothing for axe to find."""

from playwright.sync_api import expect

from consent.wording import PARTS
from tests import factories


def test_an_owner_pastes_the_parts_of_an_edition(
    tablet, site, olive, watch, practice, assert_accessible
):
    watch.expect("422")
    site.sign_in(tablet, olive)
    tablet.goto(site.at("consent:wordings"))
    expect(tablet.get_by_role("alert")).to_contain_text("only a worksheet")
    assert_accessible(tablet)
    tablet.get_by_role("link", name="Install a wording").click()
    assert_accessible(tablet)

    for part in PARTS:
        if part.id != "closing":
            tablet.locator(f"#wording_part_{part.id}").fill(f"Pasted {part.id} {{D}}")
    tablet.get_by_role("button", name="Install").click()
    expect(tablet.get_by_role("alert")).to_contain_text("Not installed yet")
    expect(tablet.locator("#error_1_wording_part_closing")).to_contain_text("Paste this part")
    assert_accessible(tablet)
    tablet.locator("#wording_part_closing").fill("Pasted closing")
    tablet.get_by_role("button", name="Install").click()

    expect(tablet.locator("h1")).to_contain_text("ABN edition")
    expect(tablet.locator("main")).to_contain_text("Pasted option_2 {D}")
    assert_accessible(tablet)


def test_everybody_sees_which_wording_is_in_use(page, site, fran, practice, assert_accessible):
    factories.make_abn_wording(is_demonstration=True, parts={"opening": "No word for it"})
    site.sign_in(page, fran)

    page.goto(site.at("consent:wordings"))

    expect(page.locator("main")).to_contain_text("is a demonstration, not CMS’s.")
    assert_accessible(page)
    page.locator("tbody a").click()
    expect(page.locator("main")).to_contain_text("The word of blank D is not repeated here:")
    assert_accessible(page)
