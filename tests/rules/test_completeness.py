from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.completeness import ELEMENTS, Measure, NoteFacts, elements, find_gaps
from emr.rules.findings import USUAL_WEIGHT
from emr.rules.needling import CountingPolicy, Needling, count_muscles
from emr.rules.tolerance import says_nothing

COMPLETE = NoteFacts(
    functional_limitation="Cannot turn the head to drive.",
    goal="Drive to work.",
    trigger_point_findings="Taut band in the right upper trapezius, refers to the temple.",
    medical_necessity="Exercise alone did not restore rotation.",
    technique="Solid filiform needles, nothing injected.",
    tolerance="Tolerated well, mild soreness 2/10 at the site for 5 min.",
    pain_before=6,
    pain_after=3,
    measures=(Measure(name="Rotation", before="45 degrees", after=60),),
    needles_in=24,
    needles_out=24,
    twitch_response=True,
    contraindications_screened=True,
    signed=True,
)


def counted(*muscles):
    return count_muscles(
        [Needling(muscle=muscle, side="right") for muscle in muscles],
        policy=CountingPolicy(sides_count_apart=True, divisions="once"),
        date_of_service=date(2025, 11, 3),
    )


def gaps(**changes):
    return [each.code for each in find_gaps(replace(COMPLETE, **changes))]


def test_a_complete_note_lacks_nothing():
    assert gaps() == []


def test_an_empty_note_lacks_everything_in_the_order_of_the_table():
    codes = list(USUAL_WEIGHT)
    found = [each.code for each in find_gaps(NoteFacts())]

    assert sorted(found, key=codes.index) == [
        "functional-limitation-missing",
        "trigger-point-findings-missing",
        "medical-necessity-missing",
        "technique-missing",
        "tolerance-missing",
        "pain-response-missing",
        "needle-count-missing",
        "contraindications-not-screened",
        "measure-missing",
        "twitch-response-missing",
        "note-unsigned",
    ]


@pytest.mark.parametrize("nothing", ["", "  \n\t", "...", "-", "—", "?!"])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("functional_limitation", "functional-limitation-missing"),
        ("trigger_point_findings", "trigger-point-findings-missing"),
        ("medical_necessity", "medical-necessity-missing"),
        ("technique", "technique-missing"),
        ("tolerance", "tolerance-missing"),
    ],
)
def test_a_text_without_a_letter_or_digit_is_absent(field, code, nothing):
    assert gaps(**{field: nothing}) == [code]


@pytest.mark.parametrize(
    ("changes", "found", "message"),
    [
        ({"pain_before": 0}, [], None),
        ({"pain_after": 0}, [], None),
        (
            {"pain_before": None},
            ["pain-response-missing"],
            "Record the pain before, from 0 to 10; 0 is an answer.",
        ),
        (
            {"pain_after": None},
            ["pain-response-missing"],
            "Record the pain after, from 0 to 10; 0 is an answer.",
        ),
        (
            {"pain_before": None, "pain_after": None},
            ["pain-response-missing"],
            "Record the pain before and after, from 0 to 10; 0 is an answer.",
        ),
        ({"needles_in": 0, "needles_out": 0}, [], None),
        ({"needles_in": None}, ["needle-count-missing"], "Count the needles put in."),
        ({"needles_out": None}, ["needle-count-missing"], "Count the needles taken out."),
        (
            {"needles_out": 23},
            ["needles-unaccounted"],
            "Find out why 24 needles went in and 23 came out:"
            " correct the count or report a retained needle.",
        ),
        ({"needles_out": 23, "retained_needle_reported": True}, [], None),
        (
            {"contraindications_screened": False},
            ["contraindications-not-screened"],
            "Confirm that contraindications were screened at this visit.",
        ),
        ({"twitch_response": False}, [], None),
        (
            {"twitch_response": None},
            ["twitch-response-missing"],
            "Record whether there was a local twitch response; no is an answer.",
        ),
        (
            {"signed": False},
            ["note-unsigned"],
            "Have the author sign the note before the claim goes out.",
        ),
    ],
)
def test_what_is_missing_is_told_and_zero_and_no_are_answers(changes, found, message):
    findings = find_gaps(replace(COMPLETE, **changes))

    assert [each.code for each in findings] == found
    assert [each.message for each in findings] == ([message] if message else [])


@pytest.mark.parametrize(
    ("measures", "found"),
    [
        ([], ["measure-missing"]),
        ([Measure()], ["measure-missing"]),
        ([Measure(name="Rotation", before=45)], ["measure-missing"]),
        ([Measure(name=" ", before=45, after=60)], ["measure-missing"]),
        ([Measure(name="Rotation", before="", after="60")], ["measure-missing"]),
        ([Measure(name="Rotation", before=0, after=0.5)], []),
        ([Measure(), Measure(name="Grip", before="4/5", after="5/5")], []),
    ],
)
def test_one_measure_with_name_before_and_after_is_enough(measures, found):
    assert gaps(measures=tuple(measures)) == found


@pytest.mark.parametrize(
    "phrase",
    [
        "Tolerated well.",
        "tolerated well",
        "TOLERATED WELL!!",
        "pt tolerated treatment well",
        "Pt. tolerated tx well",
        "Patient tolerated the procedure well.",
        "The patient tolerated today's treatment well.",
        "He tolerated dry needling very well",
        "tolerated procedure well without complications",
        "Tolerated well w/o complications",
        "tolerated well with no adverse reactions",
        "no adverse events noted",
        "Good tolerance",
        "tolerance: good",
        "Good tolerance to treatment",
        "WNL",
        "within normal limits",
        "No issues",
        "no complaints",
        "No c/o",
        "no problems reported",
        "Well",
        "good",
        "OK",
        "fine",
        "N/A",
        "none",
        "As expected",
        "unremarkable",
        "uneventful",
        "NAD",
        "Patient did well",
        "No s/s of adverse reaction",
        "Tolerated DN to all muscles well, will continue",
    ],
)
def test_a_stock_phrase_says_nothing(phrase):
    assert says_nothing(phrase)
    assert gaps(tolerance=phrase) == ["tolerance-says-nothing"]


@pytest.mark.parametrize(
    "text",
    [
        "tolerated well, mild soreness 2/10 at the site for 5 min",
        "Tolerated well; slight bruising.",
        "Well tolerated, no dizziness",
        "Not tolerated",
        "Did not tolerate the treatment well",
        "no pain",
        "Brief light-headedness, resolved lying down.",
        "Stopped after two needles at her wish.",
        "Good, sore afterwards",
        "Schmerz",
    ],
)
def test_one_word_of_substance_is_enough(text):
    assert not says_nothing(text)
    assert gaps(tolerance=text) == []


@given(st.text())
def test_any_tolerance_text_can_be_judged(text):
    assert gaps(tolerance=text) in ([], ["tolerance-missing"], ["tolerance-says-nothing"])


def test_an_auditor_looks_for_eleven_elements_and_a_good_note_meets_them_all():
    found = elements(COMPLETE, counted("soleus"))

    assert [(each.met, each.finding_codes) for each in found] == [(True, ())] * 11


def test_unmet_elements_say_what_they_lack():
    note = replace(COMPLETE, tolerance="Tolerated well.", measures=(), signed=False)
    found = elements(note, counted("hamstrings"))

    assert [(each.code, each.finding_codes) for each in found if not each.met] == [
        ("muscles", ("muscle-too-vague",)),
        ("tolerance", ("tolerance-says-nothing",)),
        ("measure", ("measure-missing",)),
    ]


def test_a_note_without_muscles_lacks_them():
    muscles, *others = elements(COMPLETE, counted())

    assert (muscles.met, muscles.finding_codes) == (False, ("no-muscle",))
    assert all(each.met for each in others)


def test_every_gap_but_the_signature_belongs_to_one_element():
    lacks = [code for _, _, codes in ELEMENTS for code in codes]
    gaps_known = list(USUAL_WEIGHT)[list(USUAL_WEIGHT).index("functional-limitation-missing") :]

    assert len(lacks) == len(set(lacks))
    assert [code for code in gaps_known if code not in lacks] == ["note-unsigned"]
