"""The note page under a therapist's hands: when the network goes, in two tabs, without script, by
keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from emr.models import Document
from notes.models import Note, SupersededDraft
from tests import factories
from tests.notes.posts import make_content, make_levator, make_site

SITES = [make_levator(needles=6), make_site(needles=10), make_site(side="left", needles=8)]


def charted(**changes):
    """The worked example in the order of the page."""
    return make_content(**{"sites": SITES} | changes)


def is_save(request):
    return request.method == "POST"


def refuse_saves(page, watch):
    """As when the server is gone: pages still come, nothing is saved."""
    watch.expect("ERR_FAILED")
    watch.expect("htmx:")
    page.route(
        "**/notes/*/", lambda route: route.abort() if is_save(route.request) else route.fallback()
    )


@pytest.fixture
def note(visit):
    """Dana's draft of today with everything on record: the worked example."""
    factories.make_consent(patient=visit.patient)
    return factories.make_note(visit=visit, content=charted())


@pytest.fixture
def open_note(site, note, dana):
    def open_note(page):
        site.sign_in(page, dana)
        page.goto(site.at("notes:note", note.pk))
        return page

    return open_note


def stored():
    return Note.objects.get().content


def kept_on(page):
    """What this device keeps of unsaved notes."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('filiform:'))")


def write(page, goal):
    page.get_by_label("Goal it serves").fill(goal)


def goal(page):
    return page.get_by_label("Goal it serves")


def assert_saved(page):
    """Nothing is left on the device, and the page says when it was saved."""
    for _ in range(100):
        if not kept_on(page):
            break
        page.wait_for_timeout(50)
    assert kept_on(page) == []
    expect(page.locator("#save-state")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    expect(page.locator("#offline")).to_be_hidden()


def test_what_is_typed_without_a_network_is_kept_and_saved_when_it_is_back(
    page, open_note, watch, assert_accessible
):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("htmx:")
    open_note(page)
    page.context.set_offline(True)

    write(page, "Sleep through the night")

    expect(page.locator("#offline")).to_contain_text("No connection. What you type is kept")
    expect(page.locator("#save-state")).to_have_text("Kept on this device, not saved yet")
    assert stored() == charted()
    assert_accessible(page)

    page.context.set_offline(False)

    assert_saved(page)
    assert stored() == charted(goal="Sleep through the night")


def test_a_page_that_was_closed_unsaved_comes_back_with_what_was_typed(page, open_note, watch):
    open_note(page)
    refuse_saves(page, watch)
    write(page, "Sleep through the night")
    page.get_by_label("Find a muscle").fill("sole l")
    page.keyboard.press("Enter")
    page.get_by_label("Pain refers to").last.fill("the heel")
    page.locator("label[for=id_pain_after_3]").click()
    page.get_by_text("Another needle size").click()
    page.locator("#id_needles-1-put_in").fill("2")
    expect(page.locator("#offline")).to_be_visible()

    page.reload()

    expect(goal(page)).to_have_value("Sleep through the night")
    expect(page.locator("#id_needles-1-put_in")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("No connection.")
    page.unroute_all()
    page.keyboard.press("Control+s")
    assert_saved(page)
    soleus = make_site("soleus", "Soleus", "left", needles=None, twitch=None, refers_to="the heel")
    assert stored() == charted(
        goal="Sleep through the night",
        pain_after=3,
        sites=[*SITES, soleus | {"taut_band": False, "tenderness": False}],
        needle_rows=[
            *charted()["needle_rows"],
            {"gauge": "", "length": "", "in": 2, "out": None},
        ],
    )


@pytest.mark.parametrize("leave", ["signs out", "another signs in"])
def test_nobody_else_finds_what_a_device_kept(page, site, open_note, watch, lee, leave):
    open_note(page)
    refuse_saves(page, watch)
    write(page, "Sleep through the night")
    expect(page.locator("#offline")).to_be_visible()
    assert len(kept_on(page)) == 1

    if leave == "signs out":
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("[name=login]")).to_be_visible()
    else:
        site.sign_in(page, lee)
        page.goto(site.at("emr:today"))

    assert kept_on(page) == []


@pytest.mark.parametrize(
    ("press", "kept"),
    [("Keep what is here", "Mine"), ("Take the other", "Theirs")],
)
def test_two_tabs_are_shown_both_versions_and_lose_none(
    page, open_note, watch, assert_accessible, press, kept
):
    watch.expect("409")
    open_note(page)
    other = open_note(page.context.new_page())
    write(other, "Theirs")
    assert_saved(other)

    write(page, "Mine")

    expect(page.locator("#conflict")).to_contain_text("Mine")
    expect(page.locator("#conflict")).to_contain_text("Theirs")
    page.locator("#id_plan").fill("Once a week.")
    expect(page.locator("#conflict")).to_contain_text("Once a week.")
    assert stored() == charted(goal="Theirs")
    assert_accessible(page)
    page.get_by_role("button", name=press).click()

    expect(page.locator("#conflict")).to_have_count(0)
    expect(goal(page)).to_have_value(kept)
    mine = charted(goal="Mine", plan="Once a week.")
    theirs = charted(goal="Theirs")
    assert [stored(), SupersededDraft.objects.get().content] == (
        [mine, theirs] if kept == "Mine" else [theirs, mine]
    )
    assert kept_on(page) == []


def test_without_script_the_note_is_written_with_the_save_button(browser, site, note, dana, watch):
    context = browser.new_context(java_script_enabled=False, base_url=site.url)
    watch.look_at(context, site.host)
    page = context.new_page()
    site.sign_in(page, dana)
    page.goto(site.at("notes:note", note.pk))

    write(page, "Sleep through the night")
    page.locator("label[for=tick-soleus-left]").click()
    page.get_by_text("Another muscle, by name").click()
    page.get_by_label("Name", exact=True).fill("Splenius of my own")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Pain refers to").last.fill("the temple")
    page.get_by_label("Diagnosis").fill("low back")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Other low back pain").click()
    page.get_by_role("button", name="Save draft").click()

    expect(page.locator("#summary .n")).to_have_text("5")
    content = stored()
    assert content["goal"] == "Sleep through the night"
    assert [(site["key"], site["refers_to"]) for site in content["sites"]][-2:] == [
        ("soleus:left", ""),
        ("~Splenius of my own:right", "the temple"),
    ]
    assert [each["code"] for each in content["diagnoses"]] == ["M54.2", "M54.59"]
    page.get_by_role("button", name="Review and sign").click()
    expect(page.get_by_role("heading", name="Review the note")).to_be_visible()
    context.close()


def test_three_parts_of_one_trapezius_count_once_until_each_has_its_own_reason(
    page, open_note, assert_accessible
):
    Note.objects.update(content=charted(sites=[]))
    open_note(page)

    for part in ("upper", "middle", "lower"):
        page.get_by_label("Find a muscle").fill(f"{part} trap r")
        page.keyboard.press("Enter")

    expect(page.locator("#summary .code")).to_have_text("20560")
    expect(page.locator("#summary .n")).to_have_text("1")
    expect(page.get_by_text("Two readings.")).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("read the other way 3")
    assert_accessible(page)

    for site, reason in zip(
        page.locator(".site:not([hidden])").all(), ["Headache", "Winging", "Posture"], strict=True
    ):
        site.get_by_label("Rationale of its own").fill(reason)

    expect(page.locator("#summary .n")).to_have_text("3")
    expect(page.locator("#summary .code")).to_have_text("20561")
    expect(page.get_by_text("Two readings.")).to_have_count(0)


def test_the_whole_page_is_worked_by_keyboard(page, open_note):
    open_note(page)

    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Find a muscle")).to_be_focused()
    page.keyboard.type("soleus b")
    page.keyboard.press("Enter")
    expect(page.locator("#summary .n")).to_have_text("5")
    expect(page.get_by_label("Find a muscle")).to_be_focused()

    page.locator("#id_pain_before_7").focus()
    page.keyboard.press("9")
    goal(page).focus()
    page.keyboard.press("End")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.type(", 0 to 9 / day?")
        page.keyboard.press("Control+s")
    assert_saved(page)
    expect(goal(page)).to_be_focused()
    page.keyboard.type("!")
    assert_saved(page)
    assert (stored()["pain_before"], stored()["goal"]) == (
        9,
        charted()["goal"] + ", 0 to 9 / day?!",
    )

    # Passing over the buttons presses none of them, though a save is due.
    order = page.evaluate("""() => {
      const fields = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
      return fields.filter((each) => each.tabIndex >= 0 && each.checkVisibility()).map((each) => each.id || each.name);
    }""")
    assert {"muscle-search", "id_goal", "save", "review-button"} <= set(order)
    page.locator("#id_after_care").focus()
    page.keyboard.type("Heat. ")
    reached = set()
    while "review-button" not in reached:
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert "save" in reached
    assert_saved(page)
    assert "Heat. " in stored()["after_care"]
    expect(page.get_by_role("heading", name="Muscles needled")).to_be_visible()

    page.get_by_label("Position").focus()
    page.keyboard.press("Enter")
    assert_saved(page)
    page.keyboard.type("Seated ")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Review the note")).to_be_visible()
    assert "Seated " in stored()["position"]
    page.go_back()
    write(page, "Sleep through the night")
    assert_saved(page)
    assert stored()["goal"] == "Sleep through the night"


def test_a_fault_is_marked_at_its_field_and_a_double_click_signs_once(
    page, open_note, watch, assert_accessible
):
    watch.expect("422")
    open_note(page)
    needles = page.locator("#id_needles-0-put_in")

    needles.fill("501")

    expect(needles).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#save-errors")).to_contain_text("less than or equal to 500")
    expect(needles).to_be_focused()
    assert_accessible(page)
    needles.fill("24")
    expect(needles).not_to_have_attribute("aria-invalid", "true")
    assert_saved(page)

    # A click while a save is on its way is not lost, either.
    held = []
    page.route("**/notes/*/", lambda route: route.fallback() if held else held.append(route))
    write(page, "Sleep through the night")
    with page.expect_request(is_save):
        page.keyboard.press("Control+s")
    page.get_by_role("button", name="Review and sign").click()
    held[0].continue_()
    page.get_by_label("I performed this service").check()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign the note").dblclick()

    expect(page.get_by_role("heading", name="Procedure note")).to_be_visible()
    assert Note.objects.get().content["goal"] == "Sleep through the night"
    assert Document.objects.count() == 1


def test_a_muscle_that_is_not_in_the_list_is_added_by_its_name(page, site, note, dana):
    site.sign_in(page, dana)
    page.goto(site.at("notes:note", note.pk))
    page.get_by_text("Another muscle, by name").click()
    page.get_by_label("Name", exact=True).fill("Plantaris")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.locator('.site[data-key="~Plantaris:right"]')).to_be_visible()
    assert "~Plantaris:right" in [each["key"] for each in Note.objects.get().content["sites"]]


def test_pain_is_typed_in_digits_and_ten_is_one_and_nought(page, site, note, dana):
    site.sign_in(page, dana)
    page.goto(site.at("notes:note", note.pk))
    page.locator("#id_pain_before_3").focus()
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("4")

    expect(page.locator("#id_pain_before_10")).to_be_checked()
    expect(page.locator("#id_pain_after_4")).to_be_checked()
