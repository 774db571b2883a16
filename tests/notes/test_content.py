import pytest

from notes.content import (
    EMPTY,
    carried_over,
    needles_in_and_out,
    over_lung_field,
    read_site_key,
    trigger_point_findings,
)
from tests.notes.posts import make_content, make_levator, make_site

SPLENIUS = "Splenius of my own"


@pytest.mark.parametrize(
    ("key", "site"),
    [
        ("upper-trapezius:right", ("upper-trapezius", "Upper trapezius", "right")),
        ("upper-trapezius:left", ("upper-trapezius", "Upper trapezius", "left")),
        ("external-anal-sphincter:midline", ("external-anal-sphincter", "External anal sphincter", "midline")),
        (f"~{SPLENIUS}:right", ("", SPLENIUS, "right")),
        ("~  Splenius   of my own :right", ("", SPLENIUS, "right")),
        ("~Splenius\0of\x01my\u2028own:right", ("", SPLENIUS, "right")),
        ("~upper TRAP:left", ("upper-trapezius", "Upper trapezius", "left")),
        ("~soleus: medial part:left", ("", "soleus: medial part", "left")),
        ("~External anal sphincter:right", ("external-anal-sphincter", "External anal sphincter", "midline")),
        ("~Upper trapezius:midline", ("", "Upper trapezius", "midline")),
        (f"~{'x' * 100}:right", ("", "x" * 80, "right")),
    ],
)  # fmt: skip
def test_a_key_names_a_muscle_and_a_side(key, site):
    assert tuple(read_site_key(key).values()) == site


@pytest.mark.parametrize(
    "key",
    [
        "",
        ":",
        "right",
        "upper-trapezius",
        "upper-trapezius:",
        "upper-trapezius:both",
        "upper-trapezius:midline",
        "external-anal-sphincter:right",
        "no-such-muscle:right",
        "Upper trapezius:right",
        "~:right",
        "~   :right",
    ],
)
def test_a_key_that_names_nothing_is_no_site(key):
    assert read_site_key(key) is None


def test_each_muscle_over_the_lung_is_named_once():
    sites = [make_site(), make_site(side="left"), make_levator(), make_site("soleus", "Soleus")]

    names = over_lung_field({"sites": [*sites, make_site("", SPLENIUS)]})

    assert names == ["Upper trapezius", "Levator scapulae"]


def test_findings_are_told_site_by_site():
    sites = [
        make_site(jump_sign=True, refers_to="temple"),
        make_levator(side="left", taut_band=False),
    ]

    assert trigger_point_findings({"sites": sites}) == (
        "Right upper trapezius: palpable taut band, jump sign, local tenderness,"
        " pain referred to temple. Left levator scapulae: local tenderness."
    )


def test_findings_are_missing_while_one_site_has_none():
    blank = make_levator(taut_band=False, tenderness=False)

    assert trigger_point_findings({"sites": [make_site(), blank]}) == ""


@pytest.mark.parametrize(
    ("rows", "sums"),
    [
        ([], (None, None)),
        ([(3, 3)], (3, 3)),
        ([(3, 3), (4, 2)], (7, 5)),
        ([(0, 0)], (0, 0)),
        ([(3, None), (4, 4)], (7, None)),
        ([(None, None)], (None, None)),
    ],
)
def test_needles_are_summed_when_every_size_is_counted(rows, sums):
    content = {"needle_rows": [{"in": put_in, "out": taken_out} for put_in, taken_out in rows]}

    assert needles_in_and_out(content) == sums


def test_a_new_note_takes_over_what_lasts_but_never_why_today_or_what_was_found():
    last = make_content(sites=[make_site(needles=10, refers_to="temple", rationale="Headache")])

    carried = carried_over(EMPTY, last)

    assert carried == EMPTY | {
        "sites": [
            make_site(needles=10, twitch=None, taut_band=False, jump_sign=False, tenderness=False)
        ],
        "functional_limitation": last["functional_limitation"],
        "goal": last["goal"],
        "diagnoses": last["diagnoses"],
        "position": "Prone",
        "needle_rows": [{"gauge": "0.25", "length": "40", "in": None, "out": None}],
        "copied": [
            "functional_limitation",
            "goal",
            "diagnoses",
            "position",
            "upper-trapezius:right",
        ],
    }


def test_what_was_typed_today_is_not_taken_over():
    today = EMPTY | {"goal": "Sleep through the night", "sites": [make_site(needles=3)]}

    carried = carried_over(today, make_content())

    assert carried["goal"] == "Sleep through the night"
    assert carried["sites"][0] == make_site(needles=3)
    assert [site["key"] for site in carried["sites"]] == [
        "upper-trapezius:right",
        "upper-trapezius:left",
        "levator-scapulae:right",
    ]
