import pytest

from notes.charted import policy_of
from notes.content import EMPTY
from notes.review import review_content
from tests.factories import SOME_DAY
from tests.notes.posts import make_content, make_levator, make_site, trapezius, worked_example


def review(practice, **changes):
    return review_content(make_content(**changes), practice=practice, day=SOME_DAY, standing=None)


def counted(review):
    return review.count.muscle_count, review.count.suggested_code


def codes(findings):
    return [each.code for each in findings]


def test_right_and_left_upper_trapezius_and_right_levator_are_three_muscles(practice):
    found = review(practice, sites=worked_example())

    assert counted(found) == (3, "20561")
    assert found.count.needle_count == 24
    assert not found.straddles
    assert found.sentence == (
        "Dry needling of right levator scapulae, right upper trapezius and left upper trapezius:"
        " 3 muscles, CPT 20561, one unit."
    )
    assert [codes(found.stops_signing), codes(found.stops_claim), codes(found.advice)] == [[]] * 3
    assert found.met == len(found.items) == 12


@pytest.mark.parametrize(
    ("rationales", "count", "code", "other_reading", "straddles"),
    [
        (("", "", ""), 1, "20560", 3, True),
        (("Headache", "Winging", "Posture"), 3, "20561", 3, False),
        (("Headache", "Posture", "Posture"), 2, "20560", 3, True),
        (("Headache", "", ""), 1, "20560", 3, True),
    ],
    ids=["none", "three", "two equal", "one"],
)
def test_divisions_count_once_for_each_rationale(
    practice, rationales, count, code, other_reading, straddles
):
    found = review(practice, sites=trapezius(*rationales))

    assert counted(found) == (count, code)
    assert found.count.other_reading == other_reading
    assert found.straddles == straddles


@pytest.mark.parametrize(
    ("sides_count_apart", "divisions", "expected"),
    [
        (True, "once", (3, "20561")),
        (False, "once", (2, "20560")),
        (True, "each", (5, "20561")),
        (False, "each", (4, "20561")),
    ],
)
def test_the_practice_says_what_counts_apart(practice, sides_count_apart, divisions, expected):
    practice.sides_count_apart, practice.divisions = sides_count_apart, divisions
    sites = [*trapezius(), make_site(side="left"), make_levator()]

    assert counted(review(practice, sites=sites)) == expected
    assert policy_of(practice).sides_count_apart == sides_count_apart


def test_a_muscle_that_was_also_injected_leaves_the_count_and_holds_the_claim(practice):
    injected = {"muscle": "levator-scapulae", "name": "Levator scapulae", "side": "right"}

    found = review(practice, injections=[injected | {"drug": "J3301"}])

    assert counted(found) == (2, "20560")
    assert codes(found.stops_claim) == ["muscle-injected-and-needled"]
    assert found.stops_signing == []


def test_a_muscle_over_the_lung_asks_for_its_precaution(practice):
    found = review(practice, lung_precaution=False)

    assert codes(found.advice) == ["lung-precaution-missing"]
    assert found.advice[0].message == (
        "Confirm the precaution for the lung field: Upper trapezius, Levator scapulae."
    )
    assert [(item.label, item.anchor) for item in found.items if not item.met] == [
        ("Lung field", "id_lung_precaution")
    ]


def test_no_precaution_is_asked_for_away_from_the_lung(practice):
    found = review(practice, sites=[make_site("soleus", "Soleus")], lung_precaution=False)

    assert "lung-precaution-missing" not in codes(found.advice)


def test_what_came_from_the_last_note_is_pointed_at_until_somebody_looks(practice):
    found = review(practice, copied=["medical_necessity", "upper-trapezius:left"])

    assert codes(found.advice) == ["copied-untouched"]
    assert found.advice[0].message == (
        "Look at what came from the last note: medical necessity, left upper trapezius."
    )


def test_an_empty_note_says_of_every_element_what_to_do_and_where(practice):
    found = review_content(EMPTY, practice=practice, day=SOME_DAY, standing=None)

    assert counted(found) == (0, None)
    assert found.sentence == "No muscle was needled."
    assert [(item.label, item.anchor) for item in found.items if not item.met] == [
        ("Muscles and sides", "muscle-search"),
        ("Functional limitation", "id_functional_limitation"),
        ("Trigger-point findings", "sites"),
        ("Medical necessity", "id_medical_necessity"),
        ("Contraindications screened", "id_contraindications_screened"),
        ("Needles in and out", "needles"),
        ("Local twitch response", "sites"),
        ("Tolerance", "id_tolerance"),
        ("Pain before and after", "response"),
        ("Objective measure", "measures"),
        ("Diagnosis", "diagnosis_query"),
    ]
    assert all(item.todo for item in found.items if not item.met)


def test_a_note_without_a_muscle_asks_for_one_also_beside_another_service(practice):
    found = review(practice, sites=[])

    assert codes(found.stops_signing) == ["trigger-point-findings-missing"]
    assert [(item.label, item.anchor) for item in found.items if not item.met] == [
        ("Muscles and sides", "muscle-search"),
        ("Trigger-point findings", "sites"),
        ("Local twitch response", "sites"),
    ]
    assert all(item.todo for item in found.items if not item.met)


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"sites": [], "services": []}, ["no-muscle", "trigger-point-findings-missing"]),
        ({"sites": [make_levator(), make_site("", "Neck")]}, ["muscle-too-vague"]),
        ({"sites": [make_site("", "Upper trapezius", "midline")]}, ["side-missing"]),
        ({"functional_limitation": " "}, ["functional-limitation-missing"]),
        (
            {"sites": [make_site(taut_band=False, tenderness=False)]},
            ["trigger-point-findings-missing"],
        ),
        ({"medical_necessity": "–"}, ["medical-necessity-missing"]),
        ({"technique": ""}, ["technique-missing"]),
        ({"contraindications_screened": False}, ["contraindications-not-screened"]),
        ({"needle_rows": []}, ["needle-count-missing"]),
        (
            {"needle_rows": [{"gauge": "", "length": "", "in": 24, "out": 23}]},
            ["needles-unaccounted"],
        ),
        ({"tolerance": ""}, ["tolerance-missing"]),
        ({"tolerance": "Tolerated well."}, ["tolerance-says-nothing"]),
        ({"pain_after": None}, ["pain-response-missing"]),
    ],
)
def test_each_gap_that_stops_signing_stands_among_what_is_missing(practice, changes, stops):
    found = review(practice, **changes)

    assert codes(found.stops_signing) == stops
    missing = {item.todo for item in found.items if not item.met}
    assert {each.message for each in found.stops_signing} <= missing


def test_a_retained_needle_explains_why_one_did_not_come_out(practice):
    found = review(
        practice,
        needle_rows=[{"gauge": "", "length": "", "in": 24, "out": 23}],
        reactions=[{"kind": "retained_needle", "label": "Retained or broken needle"}],
    )

    assert found.stops_signing == []
