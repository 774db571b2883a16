import base64
import io
import json
import subprocess
from xml.etree import ElementTree

import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from emr.ink import data_uri, svg_of
from emr.rules.ink import Ink, Point, read_ink
from emr.signing import canonical

SVG = "{http://www.w3.org/2000/svg}"


def kept(*strokes, scale=10):
    return {
        "v": 1,
        "scale": scale,
        "width": 6000,
        "height": 2000,
        "strokes": [[[x, y, 16 * i] for i, (x, y) in enumerate(stroke)] for stroke in strokes],
    }


def paths_of(svg):
    return [path.get("d") for path in ElementTree.fromstring(svg).iter(f"{SVG}path")]


@pytest.mark.parametrize(
    ("stroke", "path"),
    [
        ([(10, 20)], "M10 20h1"),
        ([(10, 20), (30, 40)], "M10 20L30 40"),
        ([(10, 20), (30, 40), (51, 40)], "M10 20Q30 40 40 40L51 40"),
        ([(0, 0), (10, 0), (10, 10), (0, 10)], "M0 0Q10 0 10 5Q10 10 5 10L0 10"),
    ],
)
def test_a_stroke_is_one_smooth_path_through_its_points(stroke, path):
    assert paths_of(svg_of(kept(stroke))) == [path]


def test_each_stroke_has_its_path_and_the_picture_is_cut_to_the_ink():
    svg = ElementTree.fromstring(svg_of(kept([(1000, 500), (2000, 700)], [(1500, 900)])))

    assert paths_of(ElementTree.tostring(svg)) == ["M1000 500L2000 700", "M1500 900h1"]
    assert dict(svg.attrib) == {
        "viewBox": "940 440 1120 520",
        "width": "112",
        "height": "52",
        "fill": "none",
        "stroke": "#15232b",
        "stroke-width": "24",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }


@pytest.mark.parametrize("smuggled", ['"/><script>alert(1)</script>', "url(#a)", None, [1]])
@pytest.mark.parametrize("place", [0, 1])
def test_only_numbers_come_out(smuggled, place):
    drawing = kept([(10, 20), (30, 40)])
    drawing["strokes"][0][0][place] = smuggled

    with pytest.raises((ValueError, TypeError)):
        svg_of(drawing)


@pytest.mark.parametrize("colour", ["red", "#15232b;", '#15232b"', "#15232", "#15232B\n", ""])
def test_a_colour_is_six_digits(colour):
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        svg_of(kept([(10, 20), (30, 40)]), colour=colour)


def test_the_ink_may_have_another_colour():
    assert 'stroke="#0000ff"' in svg_of(kept([(10, 20)]), colour="#0000ff")


def test_a_drawing_without_a_point_is_a_mistake():
    with pytest.raises(ValueError, match="not enough values"):
        svg_of(kept())


def test_the_address_holds_the_same_drawing():
    drawing = kept([(10, 20), (300, 400)])

    kind, content = data_uri(drawing, colour="#0000ff").split(",")

    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(content).decode() == svg_of(drawing, colour="#0000ff")


def test_a_pdf_shows_the_strokes_where_they_were_drawn():
    stroke, dot = [(1000, 1000), (2000, 1000), (2000, 1500)], [(1100, 1400)]
    markup = (
        "<style>@page { size: 112px 62px; margin: 0 } body { margin: 0 } img { display: block }"
        f'</style><img alt="Signature" src="{data_uri(kept(stroke, dot))}">'
    )

    pdf = weasyprint.HTML(string=markup).write_pdf()

    command = ["pdftoppm", "-png", "-r", "96", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    picture = ImageOps.invert(Image.open(io.BytesIO(drawn)).convert("L"))
    assert picture.size == (112, 62)
    assert is_inked(picture, (6, 6))
    assert is_inked(picture, (106, 55))
    assert is_inked(picture, (16, 46))  # the dot
    assert not is_inked(picture, (50, 40))


def is_inked(picture, at):
    x, y = at
    return picture.crop((x - 1, y - 1, x + 2, y + 2)).getextrema()[1] > 100


def test_what_a_pad_sent_can_be_kept_signed_and_drawn():
    text = '{"v":1,"width":340.4,"height":180,"strokes":[[[10.25,20.5,0],[99.9,40,16]],[[5,5,30]]]}'

    drawing = json.loads(canonical(read_ink(text).canonical()))

    assert paths_of(svg_of(drawing)) == ["M102 205L999 400", "M50 50h1"]


coordinate = st.floats(0, 10_000)
drawn_strokes = st.lists(
    st.lists(st.builds(Point, coordinate, coordinate, st.integers(0, 9)), min_size=1).map(tuple),
    min_size=1,
).map(tuple)


@given(drawn_strokes)
def test_any_drawing_gives_a_picture_of_as_many_strokes(strokes):
    ink = Ink(width=10_000, height=10_000, strokes=strokes)

    assert len(paths_of(svg_of(ink.canonical()))) == len(strokes)
