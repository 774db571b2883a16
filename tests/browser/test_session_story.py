"""A session of timed services beside needling: units, their arithmetic, and what it comes to."""

from decimal import Decimal

from playwright.sync_api import expect

from billing.demo.founding import FEES
from emr.models import CoverageKind
from tests import factories
from tests.billing.ready_claims import able_to_bill, make_submitter
from tests.billing.signed_notes import EXERCISE, MANUAL, billable_visit
from tests.browser import claims


def test_a_session_is_one_unit_each_and_adds_up(page, site, practice, dana, bo, assert_accessible):
    able_to_bill(practice)
    make_submitter()
    for code, amount in FEES.items():
        factories.make_fee(code=code, amount=Decimal(amount))
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.COMMERCIAL)
    note = claims.signed(visit, services=[EXERCISE, MANUAL])
    site.sign_in(page, bo)

    page.goto(site.at("notes:note", note.pk))
    page.get_by_role("link", name="The session in full").click()

    timed, untimed = page.locator("#of-note table").all()
    rows = [row.split() for row in timed.locator("tbody tr").all_inner_texts()]
    assert [(row[0], *row[-5:]) for row in rows] == [
        ("97110", "15", "1", "0", "1", "$60.00"),
        ("97140", "20", "1", "5", "1", "$58.00"),
    ]
    [needling] = untimed.locator("tbody tr").all_inner_texts()
    assert (needling.split()[0], *needling.split()[-2:]) == ("20561", "1", "$150.00")
    expect(page.locator("#of-note")).to_contain_text("35 minutes")
    expect(page.get_by_text("Session total $268.00")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Charge").click()
    expect(page.locator(".lines-of tfoot").first).to_contain_text("$268.00")
    page.get_by_role("button", name="Charge these lines").click()
    expect(page.get_by_text("Charged: the claim is")).to_be_visible()
    charged = claims.newest_claim().sheet.charges.values_list("code", "units")
    assert list(charged) == [("97110", 1), ("97140", 1), ("20561", 1)]
