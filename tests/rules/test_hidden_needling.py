import time
from datetime import date

import pytest

from emr.rules.facts import Charge, Service, Visit
from emr.rules.hidden_needling import find_hidden_needling
from emr.rules.needling import Injection, Needling
from emr.rules.needling_text import tells_of_needling
from emr.rules.tables import rows_of

DONE = [
    "Dry needling to the left upper trapezius.",
    "dry needled R levator scap",
    "Dry-needling of both glute med, good LTR",
    "DRY NEEDLING BILAT UT",
    "STM and DN to the right infraspinatus",
    "TDN R UT x 3",
    "tdn to the calf",
    "IMS to the paraspinals",
    "Intramuscular stimulation of the piriformis",
    "Trigger point needling, left soleus",
    "Trigger-point dry-needling, left soleus",
    "TrP needling L infraspinatus",
    "Manual therapy including needling of the gastrocnemius",
    "0.30 x 40 mm filiform needles, pistoned, twitch x 4",
    "Solid filament needles to the multifidi",
    "Three needles inserted into the upper trapezius",
    "Needles placed in the left gluteus medius and left in situ 10 min",
    "40 mm needle, local twitch",
    "All needles removed and counted.",
    "E-stim through needles placed at L4 and L5",
    "Dry needling performed without complications.",
    "Patient tolerated dry needling well with no adverse effects.",
    "No adverse response to dry needling.",
    "No bruising after needling.",
    "Reviewed risks and benefits; dry needling to the left UT.",
    "Discussed HEP, then performed dry needling to the left UT.",
    "Consent signed, dry needling to bilateral UT x 6",
    "Verbal consent obtained and dry needling performed to the R piriformis",
    "Prior to dry needling heat was applied.",
    "Plan was to stretch only, but dry needling was added.",
    "Dry needling performed, plan to repeat next visit.",
    "Dry needling to the right UT, will reassess next session.",
    "DN completed today with education on soreness.",
    "DN to L UT with education on aftercare.",
    "Dry needling performed to the same muscles as last visit.",
    "Same as last visit: dry needling to R UT.",
    "Since last visit pain is less, dry needling to the R UT again.",
    "No cupping today. Dry needling to the calf.",
    "No contraindications, dry needling to the left soleus",
    "Plan: continue stretching.\nTreatment: dry needling L UT.",
    "Soft tissue mobilization followed by dry needling",
    "Declined taping; received dry needling to the calf",
    "DN: L UT, L levator",
    "Dry needling: done",
    "Dry needling w/ estim to VMO",
    "Functional dry needling (FDN) of the quadriceps",
    "Needling R UT. Pt. tolerated well.",
    "Pt consented to and received dry needling to B UT",
    "Manual: STM, TPR, DN R QL",
    "Therapist used dry needling to address trigger points in the L infraspinatus",
    "Dry needling to upper trap with pt in prone; no adverse effects",
    "TDN to gastroc with winding",
    "Needling x 10 min to lumbar multifidus L3-5",
    "Performed IASTM and DN.",
    "dry needling R VMO; pt declined taping",
    "Dry needling 3 sites",
    "JM grade III C5-6, dry needling C5 multifidi",
    "Patient received needling of L3-L5 multifidi as part of manual therapy",
    "needles inserted into R UT, LTR elicited, removed after 5 min",
    "Trigger point dry needling (TPDN) performed to R lateral gastroc using 0.25x40mm needle",
    "Dry needling R rhomboid per plan of care",
    "Dry needling as per POC to bilateral QL",
    "Pt. reports relief from DN last visit. DN to R UT again today.",
    "After informed consent, R UT was needled",
    "Risks explained and questions answered. Needled R piriformis 50mm.",
    "Continued with dry needling to R UT",
    "Resumed DN to lumbar paraspinals",
    "Dry needling repeated to R UT",
    "Used needles on both sides of the neck",
    "Not only STM but also dry needling to the UT",
    "Dry needling of upper trapezius, patient will ice at home",
    "Dry needling for 10 minutes",
    "Dry needling, 4 needles, 10 min",
    "No twitch with needling of UT",
    "Needling of UT without twitch response",
    "Dry needling was well tolerated; next visit re-assess",
    "Included 8 min of dry needling",
    "manual therapy/dry needling to L UT",
    "DN/STM to UT",
    "Pt not ready for strengthening, dry needling to UT",
    "Pain 3/10 not changed. DN R UT",
]

NOT_DONE = [
    "",
    "Soft tissue mobilization to the upper trapezius.",
    "No needling today.",
    "No dry needling.",
    "No DN this visit",
    "Manual therapy without needling.",
    "Manual therapy w/o DN",
    "STM without the use of dry needling",
    "No cupping, taping or needling",
    "Did not perform dry needling.",
    "Didn't do dry needling",
    "Dry needling was not performed.",
    "Dry needling not done today",
    "Dry needling not indicated.",
    "Dry needling: no",
    "DN: none",
    "DN: n/a",
    "DN - deferred",
    "Declined dry needling.",
    "Patient refused needling, STM instead.",
    "Dry needling declined",
    "Dry needling deferred due to anticoagulants.",
    "Dry needling, declined today",
    "DN held.",
    "Dry needling on hold until INR is known.",
    "Dry needling contraindicated.",
    "No contraindications to dry needling.",
    "STM rather than dry needling",
    "STM instead of DN",
    "Discussed dry needling.",
    "Dry needling discussed.",
    "Discussed HEP, posture and dry needling",
    "Educated on dry needling.",
    "Dry needling education and handout given",
    "Plan: DN next visit.",
    "Plan to add dry needling",
    "P: dry needling",
    "Plan:\nContinue HEP. Add dry needling to the R UT.",
    "Dry needling next visit.",
    "DN to the right UT next session.",
    "Dry needling to be performed next visit",
    "Will consider dry needling.",
    "Consider TDN if no change",
    "May benefit from dry needling to the piriformis",
    "Would benefit from needling",
    "Good candidate for dry needling",
    "Not a candidate for dry needling",
    "Recommended dry needling",
    "Patient asked about dry needling",
    "Patient is interested in dry needling",
    "Consent for dry needling signed",
    "Referred for dry needling",
    "History of dry needling.",
    "Hx of dry needling with good effect",
    "h/o DN",
    "Previous dry needling helped.",
    "Dry needling last visit helped.",
    "Soreness after dry needling last session resolved.",
    "Pain is down since dry needling",
    "Had dry needling in the past",
    "Dry needling performed last week elsewhere",
    "Dry needling 2 weeks ago",
    "Had dry needling at another clinic",
    "Needling by Dr. Vega in May",
    "Fear of needles.",
    "Fearful of needling",
    "Pins and needles in the left hand.",
    "Needless to say, no change",
    "Needle-shaped osteophyte",
    "Microneedling of a scar",
    "Micro-needling of a scar placed last year",
    "Wet needling",
    "Needle EMG of the deltoid was used",
    "Knitting needles used for grip training",
    "Needlepoint for fine motor work",
    "Injection with a 25 gauge needle placed in the bursa",
    "Acupuncture needles placed by the acupuncturist",
    "No needles were used.",
    "Needles were not used.",
    "Going up and down stairs",
    "GOING DN STAIRS with a rail",
    "sit to stand, up and dn x 10",
    "Goals: tolerate dry needling",
    "Precautions: needling over the lung",
    "Sewing needle held in pinch, placed in a box",
    "Patient would like to try dry needling",
    "Patient not interested in DN",
    "Dry needling would be beneficial",
    "Dry needling is contraindicated due to pregnancy",
    "DN not tolerated last time so not repeated",
    "Reviewed dry needling FAQ handout",
    "PT certified in dry needling",
    "Patient hates needles",
    "Patient scared of needles so used cupping",
    "patient is needle phobic",
    "Neg for needle marks",
    "Pt received dry needling from another provider yesterday",
    "Dry needling scheduled for Friday",
    "Awaiting authorization for dry needling",
    "Insurance does not cover dry needling",
    "Insurance denied dry needling",
    "Dry needling not covered",
    "Benefits and risks of dry needling reviewed",
    "Reviewed benefits of dry needling",
    "Trial dry needling if no better",
    "Next: dry needling",
    "Hold dry needling",
    "Held DN today",
    "Skip DN",
    "STM in place of dry needling",
    "Wants to wait on dry needling",
    "Add DN next visit",
    "Needle and thread for fine motor task",
    "Threading needle placed in pegboard",
    "Physician performed dry needling",
    "Dry needling performed by MD last month",
    "Consider dry needling to R UT",
    "Possible dry needling",
    "Potential dry needling at follow up",
    "Dry needling vs cupping discussed",
    "Awaiting MD order for dry needling",
    "Needs order for dry needling",
]


def visit(text, code="97140", **facts):
    services = (Service(code=code, minutes=15, text=text),)
    return Visit(**{"date_of_service": date(2026, 3, 2), "services": services} | facts)


@pytest.mark.parametrize("text", DONE)
def test_a_text_tells_of_needling_done(text):
    assert tells_of_needling(text) is True


@pytest.mark.parametrize("text", NOT_DONE)
def test_a_text_that_denies_plans_or_remembers_needling_tells_of_none(text):
    assert tells_of_needling(text) is False


@pytest.mark.parametrize("text", ["Patient states needling made it sore.", "Better since Monday."])
def test_what_the_patient_tells_is_read_as_done_only_where_it_names_needling(text):
    assert tells_of_needling(text) is ("needling" in text)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Needle advanced into the trigger point.", False),
        ("Needles placed in the left soleus.", False),
        ("Dry needling to the left soleus.", True),
    ],
)
def test_a_service_with_a_needle_of_its_own_tells_of_needling_only_by_name(text, tells):
    assert tells_of_needling(text, bare_needle=False) is tells
    assert tells_of_needling(text) is True


def test_a_heading_holds_until_the_next_one():
    text = "Plan:\nDry needling to the R UT.\nHEP: as before.\nDry needling to the L UT."

    assert tells_of_needling(text) is True
    assert tells_of_needling(text.partition("HEP")[0]) is False


def test_a_word_far_away_takes_nothing_back():
    far = "stretching " * 30

    assert tells_of_needling(f"Discussed {far} dry needling") is True
    assert tells_of_needling(f"Discussed {far[:200]} dry needling") is False


def test_a_long_text_is_read_in_a_blink():
    texts = [
        "no needling " * 5000,
        " " * 100_000 + "DN",
        "a:" * 30_000 + "DN",
        "needle " * 20_000 + "inserted",
    ]

    started = time.perf_counter()
    answers = [tells_of_needling(text) for text in texts]

    assert answers == [False, True, True, True]
    assert time.perf_counter() - started < 10


def test_hidden_needling_stops_the_claim_and_names_the_service():
    found = find_hidden_needling(visit("Dry needling to the left soleus", code=" 97140 "))

    assert [each.as_dict() for each in found] == [
        {
            "code": "needling-inside-other-code",
            "severity": "stop",
            "stops": "claim",
            "subject": "97140",
            "message": "Chart the needled muscles and bill needling under its own code: the text of"
            " 97140 tells of needling, which no other code may hide.",
            "source": "docs/rules/hidden_needling.md#why",
        }
    ]


def test_a_service_without_a_code_is_named_too():
    found = find_hidden_needling(visit("Dry needling to the left soleus", code=""))

    assert [(each.subject, "the text of a service tells" in each.message) for each in found] == [
        ("services", True)
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, True),
        ({"needled": (Needling(muscle="soleus", side="left"),)}, False),
        ({"charged": (Charge(code="20560"),)}, False),
        ({"charged": (Charge(code="20561", units=0),)}, True),
        ({"charged": (Charge(code="97140"),)}, True),
        ({"injected": (Injection(muscle="soleus", side="left"),)}, True),
        ({"services": ()}, False),
    ],
)
def test_needling_that_is_charted_or_billed_is_not_hidden(facts, told):
    found = find_hidden_needling(visit("Dry needling to the left soleus", **facts))

    assert [each.code for each in found] == (["needling-inside-other-code"] if told else [])


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        ("97140", "Needles inserted into the soleus", True),
        ("97110", "Needles inserted into the soleus", True),
        ("99999", "Needles inserted into the soleus", True),
        ("97810", "Dry needling to the soleus", False),
        ("20560", "Dry needling to the soleus", False),
        ("20552", "Needle inserted into the soleus", False),
        ("20552", "Dry needling to the soleus", True),
        ("20610", "Needle inserted into the bursa", False),
    ],
)
def test_a_service_that_needles_by_name_hides_nothing(code, text, told):
    found = find_hidden_needling(visit(text, code=code))

    assert [each.subject for each in found] == ([code] if told else [])


def test_each_service_is_told_by_itself():
    services = tuple(
        Service(code=code, text=text)
        for code, text in [("97140", "DN to R UT"), ("97110", "squats"), ("97112", "tdn to L UT")]
    )

    assert [each.subject for each in find_hidden_needling(visit("", services=services))] == [
        "97140",
        "97112",
    ]


def test_every_word_of_the_list_has_a_use_and_a_reason():
    rows = rows_of("needling_words.csv")

    assert {row["use"] for row in rows} == {
        "needling",
        "needling capitals",
        "needle",
        "needle done",
        "injected",
        "other",
        "not",
        "bridge",
        "refused",
        "planned",
        "next",
        "past",
        "past before",
        "as before",
        "done",
        "done after",
        "heading",
    }
    assert [row for row in rows if not row["words"] or not row["why"]] == []
    assert len({(row["use"], row["words"]) for row in rows}) == len(rows)
    assert [
        row["words"]
        for row in rows
        if row["words"] != row["words"].strip()
        or (row["use"] != "needling capitals" and row["words"] != row["words"].lower())
    ] == []


def test_a_service_that_was_taken_off_the_bill_hides_nothing():
    services = (Service(code="97140", text="DN to R UT"), Service(code="97112", text="tdn, L UT"))
    told = visit("", services=services, left_off=("97140",))

    assert [each.subject for each in find_hidden_needling(told)] == ["97112"]
