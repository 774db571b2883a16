"""Prices: an owner sets one, sees it, prints the sign; nothing for axe to find."""

import subprocess
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import factories


@pytest.fixture
def some_prices(practice):
    bluegate = factories.make_payer(name="Bluegate PPO")
    soon = factories.today() + timedelta(days=20)
    factories.make_cash_price(code="97161", label="First evaluation", amount="120.00")
    factories.make_fee(code="20560", ends_on=soon - timedelta(days=1))
    factories.make_fee(code="20560", starts_on=soon, amount="70.00")
    factories.make_fee(code="20561", amount="95.00", ends_on=soon)
    factories.make_fee(code="97110", amount="38.00", ends_on=factories.SOME_DAY)
    factories.make_fee(code="20560", payer=bluegate, amount="48.00")


def test_an_owner_sets_the_price_of_a_visit_and_prints_the_sign(
    tablet, site, olive, some_prices, assert_accessible, tmp_path
):
    site.sign_in(tablet, olive)
    tablet.goto(site.at("emr:today"))
    tablet.get_by_role("link", name="Prices").click()
    assert_accessible(tablet)
    tablet.get_by_role("link", name="Set a cash price").click()
    assert_accessible(tablet)

    tablet.get_by_label("What it is, in plain words").fill("One visit: exam, needles, advice")
    tablet.get_by_label("Price").fill("$65")
    tablet.get_by_role("button", name="Set price").click()

    expect(tablet.locator("#cash")).to_contain_text("One visit: exam, needles, advice")
    expect(tablet.locator("#cash")).to_contain_text("$65.00")
    tablet.locator("#fees summary", has_text="Earlier prices").click()
    expect(tablet.locator("#fees")).to_contain_text("4 Mar 2025")
    assert_accessible(tablet)

    sign = tmp_path / "sign.pdf"
    sign.write_bytes(tablet.request.get(site.at("emr:wall-sign")).body())
    text = " ".join(subprocess.check_output(["pdftotext", sign, "-"], text=True).split())
    assert "$65" in text


def test_a_price_is_ended_where_it_stands_and_a_wrong_day_is_said_there(
    page, site, olive, watch, some_prices, assert_accessible
):
    watch.expect("422")
    site.sign_in(page, olive)
    page.goto(site.at("emr:prices"))
    row = page.locator("#cash tr", has_text="First evaluation")

    row.locator("summary").click()
    row.get_by_label("Last day").fill("2025-03-03")
    row.get_by_role("button", name="End price").click()

    expect(row).to_contain_text("It cannot end before its first day.")
    assert_accessible(page)
    row.get_by_label("Last day").fill(factories.today().isoformat())
    row.get_by_role("button", name="End price").click()
    expect(row).to_contain_text("Ends")
    assert_accessible(page)
