import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.ink import (
    LARGEST_SIDE,
    LONGEST_TIME,
    MOST_BYTES,
    MOST_POINTS,
    MOST_STROKES,
    Ink,
    InkError,
    InkProblem,
    Point,
    judge_ink,
    read_ink,
)

DRAWN = {"v": 1, "width": 600, "height": 200, "strokes": [[[10, 20.5, 0], [30.25, 40, 16]]]}
NAN = float("nan")


def sent(**changes):
    return json.dumps(DRAWN | changes)


def sent_point(x=10, y=20, t=0):
    return sent(strokes=[[[x, y, t]]])


def ink_of(*strokes):
    """Ink of these strokes, each a list of (x, y)."""
    return Ink(
        width=600,
        height=200,
        strokes=tuple(
            tuple(Point(x, y, 16 * i) for i, (x, y) in enumerate(stroke)) for stroke in strokes
        ),
    )


def problem_of(text):
    with pytest.raises(InkError) as caught:
        read_ink(text)
    return caught.value.problem


# Reading


def test_what_the_pad_sends_is_read_as_it_was_drawn():
    ink = read_ink(json.dumps(DRAWN))

    assert ink == Ink(width=600, height=200, strokes=((Point(10, 20.5, 0), Point(30.25, 40, 16)),))


@pytest.mark.parametrize(
    "text",
    [
        sent(width=1, height=1, strokes=[]),
        sent(width=LARGEST_SIDE, height=LARGEST_SIDE),
        sent(width=340.4, height=180.6, strokes=[[[340.4, 180.6, 0]]]),
        sent_point(x=0, y=0, t=0),
        sent_point(x=600, y=200, t=LONGEST_TIME),
        sent(strokes=[[[1, 1, 0]]] * MOST_STROKES),
        sent(strokes=[[[1, 1, 0]] * MOST_POINTS]),
        sent().ljust(MOST_BYTES),
    ],
)
def test_everything_up_to_the_edge_is_read(text):
    read_ink(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_box_that_nobody_touched_is_asked_for(text):
    assert problem_of(text) == InkProblem.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        sent(strokes=[[[1, 1, 0]]] * (MOST_STROKES + 1)),
        sent(strokes=[[[1, 1, 0]] * MOST_POINTS, [[1, 1, 0]]]),
        sent().ljust(MOST_BYTES + 1),
        sent(strokes=[[[1, 1, 0]] * 1_000_000]),  # 10 MB
        "[" * (MOST_BYTES + 1),
    ],
)
def test_more_ink_than_a_hand_draws_is_refused(text):
    assert problem_of(text) == InkProblem.TOO_MUCH


def test_ten_megabytes_are_refused_before_they_are_parsed(monkeypatch):
    def parse(*args, **kwargs):
        raise AssertionError("the text was parsed")

    monkeypatch.setattr(json, "loads", parse)

    assert problem_of("[" * 10_000_000) == InkProblem.TOO_MUCH


@pytest.mark.parametrize(
    "text",
    [
        "ink",
        "{",
        "null",
        "1",
        '"ink"',
        "[]",
        "{}",
        "\ud800",
        "[" * MOST_BYTES,
        '{"strokes":' * 20_000,
        "9" * 5_000,  # longer than Python turns into a number
        '{"v":1,"width":600,"height":200}',
        sent(author="Dana"),
        sent(v=2),
        sent(v="1"),
        sent(v=True),
        sent(v=1.0),
        sent(width=0.99),
        sent(width=-600),
        sent(width=LARGEST_SIDE + 1),
        sent(width="600"),
        sent(width=True),
        sent(width=None),
        sent(width=NAN),
        sent(width=float("inf")),
        sent(height=0),
        sent(height=LARGEST_SIDE + 0.5),
        sent(strokes=None),
        sent(strokes={}),
        sent(strokes="[[[1,1,0]]]"),
        sent(strokes=[{}]),
        sent(strokes=["ink"]),
        sent(strokes=[[]]),
        sent(strokes=[[[1, 1, 0]], []]),
        sent(strokes=[[1, 1, 0]]),
        sent(strokes=[[[1, 1]]]),
        sent(strokes=[[[1, 1, 0, 0]]]),
        sent(strokes=[[{"x": 1, "y": 1, "t": 0}]]),
        sent(strokes=[[[[1], 1, 0]]]),
        sent_point(x=-0.1),
        sent_point(x=600.1),
        sent_point(y=-1),
        sent_point(y=201),
        sent_point(x=10**400),
        sent_point(x="10"),
        sent_point(x=True),
        sent_point(x=None),
        sent_point(y=NAN),
        sent_point(t=-1),
        sent_point(t=LONGEST_TIME + 1),
        sent_point(t=1.0),
        sent_point(t=True),
        sent_point(t="0"),
        sent_point(x=7).replace("7", "1e999"),
        sent_point(x=7).replace("7", "-Infinity"),
    ],
)
def test_what_the_pad_never_sends_is_refused(text):
    assert problem_of(text) == InkProblem.UNREADABLE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["v", "width", "height", "strokes", "x"]), inner)
    ),
    max_leaves=20,
)
almost_drawn = st.fixed_dictionaries(
    {"v": st.just(1), "width": st.just(600), "height": st.just(200), "strokes": json_values}
)


@given(st.text() | (json_values | almost_drawn).map(json.dumps))
def test_no_text_does_worse_than_being_refused(text):
    with suppress(InkError):
        assert isinstance(read_ink(text), Ink)


# Judging

INITIALS = (
    [(30, 10), (31, 20), (31, 30), (26, 35), (20, 32)],
    [(40, 34), (40, 22), (40, 10), (50, 13), (55, 22), (50, 31), (40, 34)],
)
CROSS = ([(10, 10), (34, 34)], [(34, 10), (10, 34)])
WAVE = [(x, 100 + (x % 40) / 2) for x in range(100, 300, 5)]


@pytest.mark.parametrize("strokes", [INITIALS, CROSS, (WAVE,), (WAVE, [(200, 60)])])
def test_a_name_initials_and_a_cross_are_signatures(strokes):
    assert judge_ink(ink_of(*strokes)) is None


@pytest.mark.parametrize(
    ("strokes", "problem"),
    [
        ([], InkProblem.NOTHING),
        ([[]], InkProblem.NOTHING),
        ([[(5, 5)]], InkProblem.ONLY_DOTS),
        ([[(5, 5)], []], InkProblem.ONLY_DOTS),
        ([[(5, 5), (6, 5)]], InkProblem.ONLY_DOTS),
        ([[(5, 5), (8, 8)]], InkProblem.ONLY_DOTS),
        ([[(5, 5)] * 500], InkProblem.ONLY_DOTS),
        ([[(5, 5), (8, 8)] * 40], InkProblem.ONLY_DOTS),  # long, in one place
        ([[(x, 5)] for x in range(0, 600, 5)], InkProblem.ONLY_DOTS),
        ([[(5, 5), (8.1, 5)]], InkProblem.TOO_SHORT),
        ([[(5, 5), (14, 9)]], InkProblem.TOO_SHORT),  # the slip of a finger
        ([[(0, 0), (47.9, 36)]], InkProblem.TOO_SHORT),
        ([[(0, 0), (48, 36)]], None),
        ([[(0, 0), (48, 35)], [(90, 90), (91, 90)]], None),
        ([[(0, 0), (15.9, 8)] * 5], InkProblem.TOO_SMALL),
        ([[(0, 0), (16, 7.9)] * 5], InkProblem.TOO_SMALL),
        ([[(0, 0), (16, 8)] * 5], None),
        ([[(0, 50), (600, 50)]], InkProblem.TOO_SMALL),  # a swipe along the line
        ([[(50, 0), (50, 200)]], InkProblem.TOO_SMALL),
    ],
)
def test_less_than_a_signature_is_told_by_its_reason(strokes, problem):
    assert judge_ink(ink_of(*strokes)) == problem


any_float = st.floats()
any_ink = st.builds(
    Ink,
    width=any_float,
    height=any_float,
    strokes=st.lists(
        st.lists(st.builds(Point, any_float, any_float, st.integers())).map(tuple)
    ).map(tuple),
)


@given(any_ink)
def test_any_ink_can_be_judged(ink):
    assert judge_ink(ink) in {None, *InkProblem}


# Keeping


def test_what_is_kept_has_whole_numbers_alone():
    ink = read_ink(sent(width=340.4, strokes=[[[10, 20.56, 0], [30.25, 40, 16]], [[1, 2, 3]]]))

    assert ink.canonical() == {
        "v": 1,
        "scale": 10,
        "width": 3404,
        "height": 2000,
        "strokes": [[[100, 206, 0], [302, 400, 16]], [[10, 20, 3]]],
    }
    assert "." not in json.dumps(ink.canonical())  # 100.0 equals 100
