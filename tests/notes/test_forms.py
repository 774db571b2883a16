from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from emr.rules import catalogue
from notes.content import EMPTY, MAX_SITES, site_key
from notes.forms import ContentForm
from notes.review import review_content
from tests.factories import SOME_DAY
from tests.notes.posts import make_content, make_levator, make_site, post_of

INJECTIONS = [
    {"muscle": "infraspinatus", "name": "Infraspinatus", "side": "left", "drug": "J3301"},
    {"muscle": "", "name": "Splenius of my own", "side": "", "drug": ""},
]
NOT_FELT = {
    "needles": None,
    "twitch": None,
    "taut_band": False,
    "jump_sign": False,
    "tenderness": False,
    "refers_to": "",
    "rationale": "",
}


def posted(content=EMPTY, **fields):
    """The form as it reads a post of this content, and of further fields."""
    data = QueryDict(urlencode(post_of(content, **fields), doseq=True))
    return ContentForm(data, content=EMPTY, diagnoses=content["diagnoses"])


def read(content=EMPTY, **fields):
    form = posted(content, **fields)
    assert form.is_valid(), form.errors()
    return form.content


def errors(**fields):
    form = posted(**fields)
    assert not form.is_valid()
    return [(error["id"], error["message"]) for error in form.errors()]


@pytest.mark.parametrize(
    "content",
    [
        EMPTY,
        make_content(),
        make_content(injections=INJECTIONS, copied=["goal", "upper-trapezius:left"]),
        make_content(
            sites=[
                make_site(twitch=None, needles=0, refers_to="temple", rationale="Headache"),
                make_levator(side="left", twitch=False, taut_band=False, tenderness=False),
                make_site("", "Splenius of my own", "midline"),
                make_site("", "Splenius / “capitis” & <b>more</b>", "left"),
            ]
        ),
        make_content(current=None, pain_before=None, technique="", reactions=[], measures=[]),
        make_content(
            goal="Two words",
            plan="First line\r\nsecond line\tand more",
            position="“Prone” & <b>on the side</b>",
        ),
        make_content(
            needle_rows=[
                {"gauge": "0.25", "length": "40", "in": 0, "out": None},
                {"gauge": "", "length": "", "in": None, "out": 3},
            ]
        ),
    ],
    ids=["nothing", "whole", "injected", "sites", "unanswered", "text", "needles"],
)
def test_what_the_page_shows_is_what_it_posts(content):
    assert read(content) == content


@pytest.mark.parametrize(
    ("name", "side", "sites"),
    [
        ("Splenius of my own", "right", [("", "Splenius of my own", "right")]),
        ("  Splenius \t of my own ", "left", [("", "Splenius of my own", "left")]),
        ("upper trap", "left", [("upper-trapezius", "Upper trapezius", "left")]),
        (
            "LS",
            "both",
            [
                ("levator-scapulae", "Levator scapulae", "right"),
                ("levator-scapulae", "Levator scapulae", "left"),
            ],
        ),
        (
            "External anal sphincter",
            "both",
            [("external-anal-sphincter", "External anal sphincter", "midline")],
        ),
        ("   ", "right", []),
        ("Splenius of my own", "above", []),
    ],
)
def test_a_muscle_may_be_typed_by_its_name(name, side, sites):
    content = read(other_name=name, other_side=side)

    assert content["sites"] == [
        {
            "key": site_key(muscle or f"~{name}", side),
            "muscle": muscle,
            "name": name,
            "side": side,
        }
        | NOT_FELT
        for muscle, name, side in sites
    ]


def test_a_typed_muscle_that_is_ticked_already_stays_one_site_with_its_needles():
    content = read(make_content(), other_name="UT", other_side="right")

    assert content["sites"] == make_content()["sites"]


@pytest.mark.parametrize(
    ("name", "side", "finding"),
    [
        ("Neck", "right", "muscle-too-vague"),
        ("suboccipitals", "both", "muscle-too-vague"),
        ("???", "right", "muscle-too-vague"),
        ("Upper trapezius", "midline", "side-missing"),
    ],
)
def test_a_typed_region_is_kept_but_not_counted(practice, name, side, finding):
    content = read(other_name=name, other_side=side)

    review = review_content(content, practice=practice, day=SOME_DAY, standing=None)

    assert review.count.muscle_count == 0
    assert {each.code for each in review.stops_signing} >= {finding}
    assert content["sites"][0]["name"] == name


@pytest.mark.parametrize(
    "keys",
    [
        ["no-such-muscle:right"],
        ["upper-trapezius:above"],
        ["upper-trapezius"],
        ["external-anal-sphincter:left"],
        ["", ":", "~:right"],
    ],
)
def test_a_tick_that_names_no_muscle_is_no_site(keys):
    assert read(needled=keys)["sites"] == []


def test_a_muscle_ticked_twice_is_one_site():
    keys = ["soleus:left", "soleus:left", "~SOLEUS:left"]

    assert [site["key"] for site in read(needled=keys)["sites"]] == ["soleus:left"]


def test_a_note_has_room_for_sixty_muscles_and_no_more():
    keys = [site_key(each.id, "right") for each in catalogue.muscles() if each.paired]

    assert len(read(needled=keys[:MAX_SITES])["sites"]) == 60
    assert errors(needled=keys[: MAX_SITES + 1]) == [
        ("muscle-search", "At most 60 muscles fit in one note.")
    ]


CHOICE = "Select a valid choice. {} is not one of the available choices."


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("site-soleus:left-needles", "1.5", "Enter a whole number."),
        ("site-soleus:left-needles", "ten", "Enter a whole number."),
        ("site-soleus:left-needles", "-1", "Ensure this value is greater than or equal to 0."),
        ("site-soleus:left-needles", "100", "Ensure this value is less than or equal to 99."),
        ("site-soleus:left-needles", "9" * 5000, "Enter a whole number."),
        ("needles-0-put_in", "501", "Ensure this value is less than or equal to 500."),
        ("needles-0-taken_out", "1e3", "Enter a whole number."),
        ("service-0-minutes", "481", "Ensure this value is less than or equal to 480."),
        ("service-0-code", "97", "Give a code such as 97110."),
        ("injection-0-drug", "3301J", "Give an HCPCS code such as J3301."),
        ("injection-0-side", "both", CHOICE.format("both")),
        ("measure-5-side", "above", CHOICE.format("above")),
        ("goal", "x" * 241, "Ensure this value has at most 240 characters (it has 241)."),
        ("plan", "x" * 4001, "Ensure this value has at most 4000 characters (it has 4001)."),
        ("tolerance", "a\0b", "Null characters are not allowed."),
        ("site-soleus:left-rationale", "a\0b", "Null characters are not allowed."),
        ("measure-0-name", "a\0b", "Null characters are not allowed."),
        ("reactions", "headache", CHOICE.format("headache")),
        ("pain_before", "11", CHOICE.format("11")),
        ("current", "perhaps", CHOICE.format("perhaps")),
    ],
)
def test_an_impossible_value_is_told_at_its_field(field, value, message):
    assert errors(needled=["soleus:left"], **{field: value}) == [(f"id_{field}", message)]


def test_rows_beyond_those_of_the_page_are_left_out():
    content = read(
        **{
            "needles-TOTAL_FORMS": "1000",
            "needles-4-put_in": "1",
            "needles--1-put_in": "1",
            "needles-x-put_in": "1",
            "measure-6-name": "Grip strength",
            "needles-3-put_in": "2",
        }
    )

    assert content["measures"] == []
    assert content["needle_rows"] == [{"gauge": "", "length": "", "in": 2, "out": None}]


def test_only_what_came_from_the_last_note_can_be_marked_as_copied():
    content = read(make_content(), copied=["goal", "goal", "plan", "password", "soleus:left"])

    assert content["copied"] == ["goal"]


class Ids(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("id", "name")]


def test_the_fields_of_a_muscle_by_name_can_be_pointed_at():
    """An id with a blank in it is two ids for whatever refers to it, such as a label."""
    form = ContentForm(content=make_content(sites=[make_site("", "Splenius “of” my own")]))

    found = Ids("".join(str(field) for each in form.sites.forms.values() for field in each)).found

    assert found
    assert [each for each in found if " " in each or '"' in each] == []
