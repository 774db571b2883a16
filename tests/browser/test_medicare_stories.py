"""Medicare from the signed note to the money: option 1 through both answers, option 2 at the desk."""

import pytest
from playwright.sync_api import expect

from billing.models import Claim, CollectionDecision, Payment, Superbill
from emr.models import CoverageKind, Practice, VisitState
from tests import factories
from tests.billing.remitted import (
    answered_claim,
    answered_line,
    charges_of,
    one_line,
    remittance_of,
    sent_claim,
)
from tests.billing.signed_notes import billable_visit
from tests.billing.x12 import errors_of, segments_of
from tests.browser import claims

REASON = "Option 1 was read out to her; she asked for the claim"


@pytest.fixture
def of_option(practice, dana):
    """A signed note with exercise and three muscles, of who chose this option of an ABN."""

    def of_option(option, **fields):
        visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE, **fields)
        coverage = visit.patient.coverages.get()
        factories.make_notice(visit=visit, coverage=coverage, state="chosen", option=option)
        return claims.signed(visit)

    return of_option


def denied_as_not_necessary(claim) -> bytes:
    """Exercise is paid but for a share; needling is the patient's, for want of necessity."""
    exercise, needling = charges_of(claim)
    lines = [
        answered_line(exercise, paid="25.60", why="CO 45 8, PR 2 6.40"),
        answered_line(needling, why="PR 50 85"),
    ]
    return remittance_of(answered_claim(claim, *lines, paid="25.60"), total="25.60")


def test_option_1_from_the_note_to_what_the_patient_owes(
    page, site, of_option, bo, olive, assert_accessible
):
    note = of_option(1)
    site.sign_in(page, olive)
    page.goto(site.at("emr:practice"))
    page.get_by_label("Collect from the patient: Medicare's rule").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Collect from the patient: Medicare's rule")).to_be_checked()

    site.sign_in(page, bo)
    page.goto(site.at("emr:worklist", "charge-missing"))
    page.get_by_role("link", name="Charge it").click()
    page.locator(".why-row summary").last.click()
    expect(page.locator(".why-row").last).to_contain_text("the patient chose option 1")
    expect(page.locator(".lines-of tbody th")).to_contain_text(["97110", "20561"])
    expect(page.locator(".lines-of .mods")).to_have_text(["GP", "GA GP"])
    assert_accessible(page)
    page.get_by_role("button", name="Charge these lines").click()
    expect(page.get_by_text("Charged: the claim is held")).to_be_visible()
    page.get_by_role("link", name="Details of the claim").click()
    claims.say_who_referred(page)
    assert_accessible(page)
    claims.release(page)
    content = claims.make_file(page, assert_accessible)

    assert errors_of(content) == []
    assert [each.split("*")[1:3] for each in segments_of(content, "SV1")] == [
        ["HC:97110:GP", "40"],
        ["HC:20561:GA:GP", "85"],
    ]

    claim = claims.newest_claim()
    claims.hand_in(page, site, denied_as_not_necessary(claim))
    assert claims.sums(page) == {
        "Paid": "$25.60",
        "Claims matched": "1 of 1",
        "Off the account": "$8.00",
        "To the patients": "$91.40",
        "Claims to look at": "0",
    }
    assert_accessible(page)
    claims.post_remittance(page)
    assert claims.sums(page)["Patient owes of it"] == "$91.40"
    assert_accessible(page)

    page.goto(site.at("billing:account", note.visit.patient_id))
    assert claims.sums(page) == {
        "Patient owes now": "$91.40",
        "Paid in advance": "$0.00",
        "To give back": "$0.00",
        "Patient’s balance": "$91.40",
        "Payers’ balance": "$0.00",
    }
    assert_accessible(page)
    page.goto(site.at("billing:claims"))
    expect(page.get_by_role("row", name="Marlow, Odette")).to_contain_text("Paid")
    assert_accessible(page)


def test_unless_the_practice_chose_a_person_decides_what_medicare_denied(
    page, site, practice, bo, assert_accessible
):
    claim = sent_claim(by=bo)
    factories.make_notice(visit=claim.note.visit, coverage=claim.coverage, state="chosen", option=1)
    site.sign_in(page, bo)
    claims.hand_in(page, site, remittance_of(one_line(claim, why="PR 50 65")))
    assert claims.sums(page)["Claims to look at"] == "1"
    page.get_by_role("button", name="Post the remittance").click()

    page.goto(site.at("emr:worklist", "open-amounts"))
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_text("Valid on the day, option 1")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Collect from the patient").check()
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Decide and post").click()

    expect(page.get_by_role("heading", name="Answers to claim")).to_be_visible()
    assert claims.sums(page) == {
        "Charged": "$65.00",
        "Paid by the payer": "$0.00",
        "Payer still owes": "$0.00",
        "Patient owes of it": "$65.00",
    }
    decision = CollectionDecision.objects.get()
    assert (decision.decision, decision.by, decision.reason) == ("collect", bo, REASON)
    assert Practice.objects.get().necessity_denials == "look"


def test_option_2_is_paid_at_the_desk_and_itemised(
    tablet, site, of_option, bo, fran, assert_accessible
):
    note = of_option(2, state=VisitState.ARRIVED)
    site.sign_in(tablet, bo)
    tablet.goto(site.at("billing:charges", note.pk))
    expect(tablet.get_by_text("On no claim: the patient pays it").first).to_be_visible()
    claims.charge(tablet, site, note)

    site.sign_in(tablet, fran)
    tablet.goto(site.at("billing:account", note.visit.patient_id))
    tablet.get_by_role("link", name="Take payment").click()
    expect(tablet.get_by_text("ABN with option 2: no claim goes to Medicare")).to_be_visible()
    assert_accessible(tablet)
    tablet.get_by_label("How").select_option("Card")
    tablet.get_by_label("Slip or check number").fill("4471")
    tablet.get_by_role("button", name="Take the payment").click()
    expect(tablet.get_by_role("heading", name="Payment of $85.00")).to_be_visible()
    assert_accessible(tablet)
    receipt = claims.printed(tablet, "Open the receipt")
    tablet.goto(site.at("billing:superbills", note.pk))
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Make the superbill").click()
    expect(tablet.get_by_text("Not for Medicare")).to_be_visible()
    superbill = claims.printed(tablet, "Open it")
    tablet.goto(site.at("emr:worklist", "superbill-copy"))
    assert_accessible(tablet)

    assert "$85.00" in receipt
    assert "NOT FOR SUBMISSION TO MEDICARE" in superbill
    assert "1EG4TE5MK73" not in superbill
    assert "97110" not in superbill
    assert Payment.objects.get().method == "card"
    assert Superbill.objects.get().not_for_medicare
    lines = Claim.objects.get().sheet.charges.values_list("code", "to_patient")
    assert list(lines) == [("97110", False), ("20561", True)]
