"""A signed paper comes back as photographs: chosen, keyed in, looked at, and only then kept."""

import pytest
from playwright.sync_api import expect

from consent.models import Consent, Method, Scan
from tests import factories
from tests.consent.rooms import start
from tests.emr.test_scans import make_picture

PAGES = [
    {"name": f"{side}.png", "mimeType": "image/png", "buffer": make_picture("png", (side, 800))}
    for side in (620, 640)
]
OTHER = {"name": "3.png", "mimeType": "image/png", "buffer": make_picture("png", (660, 800))}


@pytest.fixture
def paper(visit, practice, fran):
    form = factories.make_consent_form()
    return start(Method.PAPER, patient=visit.patient, practice=practice, by=fran, form=form).signing


@pytest.fixture
def desk(tablet, site, fran, paper):
    site.sign_in(tablet, fran)
    return tablet


def test_photographs_are_looked_at_before_they_are_kept(
    desk, site, paper, watch, assert_accessible
):
    watch.expect("422")
    desk.goto(site.at("emr:desk"))
    desk.get_by_role("link", name="Bring a signed paper in").click()
    desk.get_by_label("Code printed on the paper").fill(paper.code.lower())
    desk.get_by_role("button", name="Find it").click()
    files = desk.get_by_label("The signed paper, all pages of it")
    files.set_input_files(PAGES)
    desk.get_by_text("Agrees to dry needling").click()
    assert_accessible(desk)

    desk.get_by_label("Date on the paper").fill(factories.today().isoformat())
    desk.get_by_label("Name of who signed").fill("Inès Marlow")
    desk.get_by_role("button", name="Look at the pages").click()
    expect(desk.get_by_text("Needed when somebody signed").first).to_be_visible()
    desk.get_by_label("Name of who signed").fill("")
    desk.get_by_role("button", name="Look at the pages").click()
    expect(desk.get_by_role("heading", name="Look at the pages")).to_be_focused()
    expect(desk.get_by_role("img", name="The paper as it was scanned")).to_have_count(2)
    assert_accessible(desk)

    desk.get_by_label(f"The code {paper.code} stands on it").check()
    desk.get_by_label("The box that I keyed in").check()
    desk.get_by_role("button", name="Keep it").click()
    expect(desk.get_by_text("Without it the paper is no answer")).to_be_visible()
    expect(desk.get_by_label("The box that I keyed in")).to_be_checked()
    assert_accessible(desk)
    assert Scan.objects.count() == 0

    desk.get_by_label("The signature is on it").check()
    files.set_input_files([*PAGES, OTHER])
    desk.get_by_role("button", name="Keep it").click()
    expect(desk.get_by_text("These are other pages")).to_be_visible()
    expect(desk.get_by_role("img", name="The paper as it was scanned")).to_have_count(3)
    for words in ("The code", "The box that I keyed in", "The signature is on it"):
        expect(desk.get_by_label(words)).not_to_be_checked()
        desk.get_by_label(words).check()
    desk.get_by_role("button", name="Keep it").click()

    expect(desk.get_by_role("link", name="Print the copy")).to_be_visible()
    expect(desk.get_by_role("link", name="Save photograph 3 as it came")).to_be_visible()
    assert_accessible(desk)
    assert (Consent.objects.get().outcome, Scan.objects.count()) == ("signed", 3)
