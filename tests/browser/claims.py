"""Charging, releasing, sending and posting as a biller does it, for stories that begin at a signed note."""

import json

from playwright.sync_api import Page, expect

from billing.models import Claim
from notes.models import Note
from tests import factories
from tests.browser.conftest import Site
from tests.notes.posts import make_content
from tests.notes.prints import text_of

REFERRER = {"last_name": "Okafor", "first_name": "Ngozi", "npi": "1245319599"}


def signed(visit, *, code: str = "20561", **content) -> Note:
    """A note of three muscles and fifteen minutes of exercise, unless other content is given."""
    note = factories.make_note(visit=visit, content=make_content(**content))
    return factories.sign(note, suggested_code=code)


def charge(page: Page, site: Site, note) -> None:
    """The suggested lines, as they are."""
    page.goto(site.at("billing:charges", note.pk))
    page.get_by_role("button", name="Charge these lines").click()
    expect(page.locator("#messages")).to_contain_text("Charged")


def say_who_referred(page: Page) -> None:
    """On the page of a claim, which Medicare asks for lines of a therapy plan."""
    for field, value in REFERRER.items():
        page.locator(f"#id_referrer_{field}").fill(value)
    page.get_by_role("button", name="Save the details").click()
    expect(page.get_by_text("The details are saved.")).to_be_visible()


def release(page: Page) -> None:
    page.get_by_role("button", name="Release the claim").click()
    expect(page.get_by_text("The claim is ready to send.")).to_be_visible()


def make_file(page: Page, assert_accessible=None) -> str:
    """From the page of a ready claim to its file; the text of that, as it is downloaded."""
    page.get_by_role("link", name="Send in a file").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    if assert_accessible:
        assert_accessible(page)
    page.get_by_role("button", name="Make the file of the ticked").click()
    expect(page.get_by_text("The file is made and its claims are sent")).to_be_visible()
    if assert_accessible:
        assert_accessible(page)
    return linked(page, "Download").decode()


def hand_in(page: Page, site: Site, raw: bytes) -> None:
    """An 835 as far as its preview."""
    page.goto(site.at("billing:remittances"))
    page.set_input_files("#id_file", {"name": "a.835", "mimeType": "text/plain", "buffer": raw})
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Nothing is posted yet.")).to_be_visible()


def post_remittance(page: Page) -> None:
    """From the preview to the answers of its one claim."""
    page.get_by_role("button", name="Post the remittance").click()
    page.locator("tbody").get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="Answers to claim")).to_be_visible()


def linked(page: Page, name: str) -> bytes:
    """What a link of the page leads to, such as a print."""
    address = page.get_by_role("link", name=name).first.get_attribute("href")
    return page.request.get(address).body()


def printed(page: Page, name: str) -> str:
    """The words of a PDF that a link of the page opens."""
    return text_of(linked(page, name))


def sums(page: Page) -> dict[str, str]:
    """The figures at the head of a page, by their names."""
    script = "all => JSON.stringify(all.map(each => [...each.children].map(c => c.textContent)))"
    return dict(json.loads(page.locator("dl.sums > div").evaluate_all(script)))


def newest_claim() -> Claim:
    return Claim.objects.with_state().get()
