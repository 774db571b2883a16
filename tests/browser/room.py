"""A patient's hands in the room: read to the end, draw, finish."""

from playwright.sync_api import Page, expect


def read_to_the_end(page: Page) -> None:
    expect(page.get_by_role("button", name="Look it over")).to_be_disabled()
    page.get_by_role("link", name="Go to the end").click()
    expect(page.get_by_role("button", name="Look it over")).to_be_enabled()


def draw(page: Page) -> None:
    """Two strokes on the pad, with a pen or a mouse."""
    pad = page.locator("[data-ink] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for stroke in [[(40, 120), (90, 40), (120, 130)], [(150, 60), (230, 140)]]:
        first, *others = [(box["x"] + x, box["y"] + y) for x, y in stroke]
        page.mouse.move(*first)
        page.mouse.down()
        for place in others:
            page.mouse.move(*place, steps=8)
        page.mouse.up()
    expect(page.locator("[data-ink-status]")).to_have_text("There is a signature.")


def look_it_over(page: Page) -> None:
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", name="Is everything right?")).to_be_visible()


def finish(page: Page) -> None:
    page.get_by_role("button", name="This is right, finish").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
