import pytest
from django.http import QueryDict

from notes import page
from notes.content import EMPTY
from notes.models import Muscle
from tests import factories
from tests.notes.posts import make_content, make_levator, make_site


def told(mine, theirs):
    return [tuple(each.values()) for each in page.differences(EMPTY | mine, EMPTY | theirs)]


@pytest.mark.parametrize(
    ("mine", "theirs", "label", "here", "there"),
    [
        ({"goal": "Drive"}, {"goal": "Sleep"}, "Goal it serves", "Drive", "Sleep"),
        ({"goal": "Drive"}, {}, "Goal it serves", "Drive", "nothing"),
        ({"pain_before": 0}, {"pain_before": 1}, "Pain before", "0", "1"),
        ({"pain_before": None}, {"pain_before": 10}, "Pain before", "nothing", "10"),
        ({"skin_prepared": True}, {}, "Skin prepared", "yes", "no"),
        (
            {"diagnoses": [{"code": "M54.2", "label": "Cervicalgia"}]},
            {},
            "Diagnoses",
            "code M54.2, label Cervicalgia",
            "nothing",
        ),
        (
            {"sites": [make_levator(), make_site(needles=0, twitch=None, refers_to="temple")]},
            {"sites": [make_levator()]},
            "Muscles and sites",
            "name Upper trapezius, side right, needles 0, taut band yes, jump sign no,"
            " tenderness yes, refers to temple",
            "nothing",
        ),
        (
            {"needle_rows": [{"gauge": "0.25", "length": "40", "in": 0, "out": 1}]},
            {"needle_rows": [{"gauge": "0.25", "length": "40", "in": 0, "out": 0}]},
            "Needle count",
            "gauge 0.25, length 40, in 0, out 1",
            "gauge 0.25, length 40, in 0, out 0",
        ),
    ],
)
def test_two_versions_are_told_apart_in_words(mine, theirs, label, here, there):
    assert told(mine, theirs) == [(label, here, there)]


def test_what_both_versions_say_is_not_told():
    assert told(make_content(), make_content()) == []


@pytest.mark.parametrize(
    ("ticked", "chosen"),
    [
        (["M54.59", "M54.2"], ["M54.59", "M54.2"]),
        (["M54.2", "M54.2"], ["M54.2"]),
        (["M54.5", "M79.1"], []),
        (["m54.2", "M54.2 ", "M54.2\0", "", "nothing", "M54.2; drop"], []),
    ],
    ids=["as ticked", "once", "headers", "no codes"],
)
@pytest.mark.django_db
def test_only_billable_diagnoses_can_be_chosen(ticked, chosen):
    data = QueryDict(mutable=True)
    data.setlist("diagnosis", ticked)

    assert [each["code"] for each in page.chosen_diagnoses(data)] == chosen


def shown_first(user):
    form = page.ContentForm(content=EMPTY)
    regions = page.checklist(user, form.sites)["regions"]
    return {row["muscle"].id for *_, rows in regions for row in rows if row["first"]}


def test_common_muscles_come_first_until_there_are_favourites(dana):
    common = shown_first(dana)

    factories.make_favourite(clinician=dana, muscle=Muscle.objects.get(pk="soleus"))

    assert {"upper-trapezius", "levator-scapulae"} <= common
    assert shown_first(dana) == {"soleus"}


def test_a_colleagues_favourites_are_not_mine(dana, lee):
    common = shown_first(dana)

    factories.make_favourite(clinician=lee, muscle=Muscle.objects.get(pk="soleus"))

    assert shown_first(dana) == common
