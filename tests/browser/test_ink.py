"""The pad to sign on, on a page of its own: what is drawn, what is kept, and what is sent."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import expect

from emr.rules.ink import judge_ink, read_ink

PAGE = (
    '<!doctype html><html lang="en"><head><title>Sign</title></head><body>'
    '<main class="page narrow"><h1>Sign here</h1><form id="form">{}</form></main></body></html>'
)
WORDS = {
    "label": "Your signature",
    "hint": "Sign with your finger, a pen or the mouse.",
    "clear_word": "Clear",
    "undo_word": "Undo",
}
INKED = """() => {
  const canvas = document.querySelector("[data-ink] canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const inked = [];
  for (let i = 3; i < data.length; i += 4) {
    const pixel = (i - 3) / 4, ratio = devicePixelRatio;
    if (data[i] > 100) inked.push([(pixel % canvas.width) / ratio, Math.floor(pixel / canvas.width) / ratio]);
  }
  if (!inked.length) return null;
  const [across, down] = [0, 1].map((at) => inked.map((place) => place[at]));
  const [left, top] = [across, down].map((places) => places.reduce((a, b) => Math.min(a, b)));
  const [right, bottom] = [across, down].map((places) => places.reduce((a, b) => Math.max(a, b)));
  return { left, top, width: right - left, height: bottom - top };
}"""


def pad(ink_value=""):
    return render_to_string("consent/signing/_pad.html", WORDS | {"ink_value": ink_value})


def show(page, content):
    page.set_content(PAGE.format(content))
    for style in ["bootstrap/css/bootstrap.min.css", "css/app.css", "css/ink.css"]:
        page.add_style_tag(path=finders.find(style))
    page.add_script_tag(path=finders.find("js/ink.js"))
    return page


@pytest.fixture
def laptop(page):
    return show(page, pad())


def drag(page, *places):
    """Draw one stroke with the mouse, through these places in the box."""
    box = page.locator("[data-ink] canvas").bounding_box()
    first, *others = [(box["x"] + x, box["y"] + y) for x, y in places]
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def sign(page):
    drag(page, (40, 120), (90, 40), (120, 130))
    drag(page, (150, 60), (260, 140))


def sent(page):
    return page.locator("input[name=ink]").input_value()


def inked(page):
    """The box around the ink that is seen, in CSS pixels; None without ink."""
    return page.evaluate(INKED)


def assert_near(found, *, left, top, width, height):
    assert found == {
        "left": pytest.approx(left, abs=3),
        "top": pytest.approx(top, abs=3),
        "width": pytest.approx(width, abs=5),
        "height": pytest.approx(height, abs=5),
    }


def test_what_is_drawn_is_sent_as_ink_that_the_server_takes(laptop, assert_accessible):
    expect(laptop.get_by_role("img", name="Your signature")).to_be_visible()
    assert (sent(laptop), inked(laptop)) == ("", None)
    box = laptop.locator("[data-ink] canvas").bounding_box()

    sign(laptop)

    ink = read_ink(sent(laptop))
    assert judge_ink(ink) is None
    assert (ink.width, ink.height) == (pytest.approx(box["width"], abs=0.1), box["height"])
    assert [len(stroke) for stroke in ink.strokes] == [17, 9]
    places = [(stroke[0].x, stroke[0].y, stroke[-1].x, stroke[-1].y) for stroke in ink.strokes]
    assert places == [
        pytest.approx((40, 120, 120, 130), abs=1),
        pytest.approx((150, 60, 260, 140), abs=1),
    ]
    times = [point.t for stroke in ink.strokes for point in stroke]
    assert times[0] == 0
    assert times == sorted(times)
    assert_near(inked(laptop), left=40, top=40, width=220, height=100)
    assert_accessible(laptop)


def test_a_stroke_that_leaves_the_box_stops_at_its_edge(laptop):
    drag(laptop, (100, 100), (-300, 100), (100, 900))

    ink = read_ink(sent(laptop))
    assert min(point.x for stroke in ink.strokes for point in stroke) == 0
    assert max(point.y for stroke in ink.strokes for point in stroke) == ink.height


def test_the_right_button_draws_nothing(laptop):
    laptop.locator("[data-ink] canvas").click(button="right")

    assert sent(laptop) == ""


def test_the_size_of_the_window_never_costs_a_stroke(laptop):
    sign(laptop)
    before, drawn = inked(laptop), sent(laptop)
    wide = json.loads(drawn)

    laptop.set_viewport_size({"width": 390, "height": 844})
    laptop.wait_for_function("document.querySelector('canvas').width < 400 * devicePixelRatio")
    smaller = inked(laptop)
    kept_small = sent(laptop)
    laptop.set_viewport_size({"width": 1280, "height": 800})
    laptop.wait_for_function("document.querySelector('canvas').width > 600 * devicePixelRatio")

    assert kept_small == drawn
    narrow = laptop.locator("[data-ink] canvas").bounding_box()
    assert narrow["width"] == pytest.approx(wide["width"], abs=0.1)
    ratio = smaller["width"] / before["width"]
    assert 0.3 < ratio < 0.7
    assert smaller["height"] / before["height"] == pytest.approx(ratio, abs=0.05)  # not distorted
    assert inked(laptop) == before


def test_who_draws_on_after_turning_the_tablet_draws_beside_what_stands_there(laptop):
    sign(laptop)
    laptop.set_viewport_size({"width": 390, "height": 844})
    laptop.wait_for_function("document.querySelector('canvas').width < 400 * devicePixelRatio")
    before = inked(laptop)

    drag(laptop, (250, 100), (300, 150))

    ink = read_ink(sent(laptop))
    assert ink.width == pytest.approx(
        laptop.locator("[data-ink] canvas").bounding_box()["width"], abs=0.1
    )
    assert len(ink.strokes) == 3
    first, last = ink.strokes[0][0], ink.strokes[2][0]
    assert (last.x, last.y) == pytest.approx((250, 100), abs=1)
    assert first.x == pytest.approx(before["left"], abs=3)
    assert_near(
        inked(laptop), **{**before, "width": 300 - before["left"], "height": 150 - before["top"]}
    )


def test_undo_takes_the_last_stroke_and_clear_takes_all(laptop):
    status = laptop.locator("[data-ink-status]")
    expect(status).to_have_text("There is no signature yet.")
    sign(laptop)
    expect(status).to_have_text("There is a signature.")

    laptop.get_by_role("button", name="Undo").click()

    assert [len(stroke) for stroke in read_ink(sent(laptop)).strokes] == [17]
    assert_near(inked(laptop), left=40, top=40, width=80, height=90)

    sign(laptop)
    laptop.get_by_role("button", name="Clear").click()

    assert (sent(laptop), inked(laptop)) == ("", None)
    expect(status).to_have_text("There is no signature yet.")

    laptop.get_by_role("button", name="Undo").click()
    sign(laptop)

    assert read_ink(sent(laptop)).strokes[0][0].t == 0


def test_a_page_that_comes_back_shows_the_strokes_again(page, laptop, new_page):
    sign(laptop)
    drawn = sent(laptop)

    again = show(new_page(), pad(drawn))

    assert inked(again) == inked(laptop)
    drag(again, (300, 100), (340, 140))
    strokes = json.loads(sent(again))["strokes"]
    assert strokes[:2] == json.loads(drawn)["strokes"]
    assert strokes[2][0][2] >= strokes[1][-1][2]


@pytest.mark.parametrize("value", ["nonsense", "null", '{"strokes": []}', "[]", "7"])
def test_what_no_pad_wrote_leaves_the_box_empty_and_usable(page, value):
    show(page, pad(value))
    assert inked(page) is None

    sign(page)

    assert len(read_ink(sent(page)).strokes) == 2


def test_the_page_hears_of_each_change(laptop):
    laptop.evaluate(
        "window.heard = []; document.getElementById('form')"
        ".addEventListener('input', (event) => heard.push(event.target.value !== ''))"
    )

    drag(laptop, (40, 120), (90, 40))
    laptop.get_by_role("button", name="Clear").click()

    assert laptop.evaluate("heard") == [True, False]


def test_a_pad_that_htmx_brings_works(page):
    show(page, '<div id="later"></div>')
    page.add_script_tag(path=finders.find("django_htmx/htmx-2.min.js"))

    page.evaluate("(html) => htmx.swap('#later', html, { swapStyle: 'innerHTML' })", pad())
    page.wait_for_function("document.querySelector('[data-ink-status]')?.textContent")
    sign(page)

    assert judge_ink(read_ink(sent(page))) is None


@pytest.fixture
def touch(tablet):
    """`touch("touchStart", (x, y), …)`: where each finger is in the box."""
    show(tablet, pad())
    fingers = tablet.context.new_cdp_session(tablet)

    def touch(kind, *places):
        box = tablet.locator("[data-ink] canvas").bounding_box()
        points = [
            {"x": box["x"] + x, "y": box["y"] + y, "id": number}
            for number, (x, y) in enumerate(places)
        ]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def test_a_finger_signs_and_the_page_stays_where_it_is(tablet, touch):
    tablet.evaluate("document.body.style.height = '300vh'")

    touch("touchStart", (40, 150))
    for step in range(1, 11):
        touch("touchMove", (40 + 20 * step, 150 - 10 * step))
    touch("touchEnd")

    ink = read_ink(sent(tablet))
    assert judge_ink(ink) is None
    [stroke] = ink.strokes
    assert (stroke[0].x, stroke[0].y) == pytest.approx((40, 150), abs=1)
    assert (stroke[-1].x, stroke[-1].y) == pytest.approx((240, 50), abs=1)
    assert tablet.evaluate("scrollY") == 0


def test_the_heel_of_the_hand_does_not_draw(tablet, touch):
    touch("touchStart", (40, 50))
    touch("touchStart", (40, 50), (300, 170))
    for step in range(1, 6):
        touch("touchMove", (40 + 20 * step, 50 + 10 * step), (300 + step, 170))
    touch("touchEnd")

    [stroke] = read_ink(sent(tablet)).strokes
    assert max(point.x for point in stroke) == pytest.approx(140, abs=1)


def test_the_pad_and_its_buttons_are_large_enough_for_a_finger(new_page):
    phone = show(new_page(width=360, height=740, touch=True), pad())

    sheet = phone.locator("[data-ink] canvas").bounding_box()
    buttons = [button.bounding_box() for button in phone.get_by_role("button").all()]

    assert sheet["height"] >= 180
    assert sheet["width"] >= 300
    assert [button["height"] >= 44 for button in buttons] == [True, True]
