"""What the page says beyond the contract: each caution at its edge."""

import pytest

from notes.cautions import find_cautions
from notes.content import EMPTY
from tests.notes.posts import make_content, make_levator, make_site

SORE = [{"kind": "soreness", "label": "Soreness"}]
LUNG = [{"kind": "pneumothorax", "label": "Suspected pneumothorax"}]
ROW = {"gauge": "0.25", "length": "40", "in": 10, "out": 10}


def whole(**fields):
    base = make_content(sites=[make_levator(needles=10)], needle_rows=[ROW], lung_precaution=True)
    return EMPTY | base | fields


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"sites": [make_levator(needles=None)]}, [("site-needles-missing", "sign")]),
        ({"sites": [make_levator(needles=0)]}, [("site-needles-missing", "sign")]),
        ({"needle_rows": [ROW | {"in": 24, "out": 24}]}, [("needles-differ", None)]),
        ({"needle_rows": [ROW | {"in": None}]}, []),
        ({"reactions": SORE}, []),
        ({"reactions": LUNG, "reaction_detail": " "}, [("reaction-detail-missing", "sign")]),
        ({"reactions": LUNG, "reaction_detail": "Sent to the emergency department."}, []),
        ({"lung_precaution": False}, [("lung-precaution-missing", None)]),
        ({"copied": ["goal"]}, [("copied-untouched", None)]),
    ],
    ids=[
        "nothing to say of a whole note",
        "a site whose needles were not counted",
        "a site without a needle",
        "a ledger that differs from its sites",
        "a ledger not filled in yet is another finding",
        "soreness needs no more words",
        "a suspected pneumothorax asks what was done",
        "and is content when told",
        "over the lung field",
        "what was copied and not looked at",
    ],
)
def test_a_caution_is_given_when_it_should(fields, found):
    cautions = find_cautions(whole(**fields))

    assert [(each.code, each.stops) for each in cautions] == found


def test_a_caution_names_the_sites():
    content = whole(sites=[make_site(needles=None), make_levator(needles=10)])

    [caution] = find_cautions(content)

    assert caution.message == "Count the needles at each site: right upper trapezius."
