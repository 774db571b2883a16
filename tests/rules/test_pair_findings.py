from datetime import date

import pytest

from emr.rules.code_pairs import pairs_between
from emr.rules.facts import Charge, Coverage, Practice, Visit
from emr.rules.needling import CountingPolicy, Injection, Needling, count_muscles
from emr.rules.pair_findings import find_acupuncture, find_modifiers_without_pair, find_pairs

DAY = date(2026, 11, 23)
POLICY = CountingPolicy(sides_count_apart=True, divisions="once")

NEEDLED = (Needling(muscle="soleus", side="right"), Needling(muscle="gracilis", side="right"))
INJECTED = (Injection(muscle="popliteus", side="right"),)
THE_SAME = (
    Injection(muscle="soleus", side="right"),
    Injection(muscle="gracilis", side="right"),
)


def found(*codes, **facts):
    visit = Visit(**{"date_of_service": DAY} | facts)
    count = count_muscles(
        visit.needled, policy=POLICY, date_of_service=DAY, injected=visit.injected
    )
    pairs = pairs_between(codes, on=visit.date_of_service)
    return [
        *find_acupuncture(visit, codes),
        *find_pairs(visit, count, codes=codes, pairs=pairs),
        *find_modifiers_without_pair(visit, codes=codes, pairs=pairs),
    ]


def told(*codes, **facts):
    return [(each.code, each.severity, each.subject) for each in found(*codes, **facts)]


def message(*codes, **facts):
    (only,) = found(*codes, **facts)
    return only.message


@pytest.mark.parametrize(
    ("codes", "facts", "subjects"),
    [
        (("20561", "97810"), {}, ["97810"]),
        (("20560", "97814"), {}, ["97814"]),
        (("20561", "97810", "97811"), {}, ["97810", "97811"]),
        (("20560", "20561", "97813"), {}, ["97813"]),
        # needling that was done and not billed
        (("97810",), {"needled": NEEDLED}, ["97810"]),
        (("97810",), {}, []),
        (("20561",), {"needled": NEEDLED}, []),
        # the biller took the needling off the bill, or another code
        (("97810",), {"needled": NEEDLED, "left_off": ("20560",)}, []),
        (("97810",), {"needled": NEEDLED, "left_off": ("20561", "97110")}, []),
        (("97810",), {"needled": NEEDLED, "left_off": ("97110",)}, ["97810"]),
        (("97810", "20560"), {"needled": NEEDLED, "left_off": ("20561",)}, ["97810"]),
    ],
)
def test_acupuncture_on_a_day_of_needling_stops_the_claim(codes, facts, subjects):
    assert told(*codes, **facts) == [
        ("acupuncture-same-day", "stop", subject) for subject in subjects
    ]


def test_acupuncture_is_told_with_what_to_do():
    assert message("20561", "97810") == (
        "Bill the needling or 97810, not both: no modifier lets needling and acupuncture stand on"
        " one day."
    )


@pytest.mark.parametrize(
    ("codes", "subjects"),
    [
        (("97140", "97124"), ["97140 and 97124"]),
        (("20552", "20553"), ["20553 and 20552"]),
        (("98941", "97161"), ["98941 and 97161"]),
        (("97161", "97164", "97750"), ["97161 and 97164", "97161 and 97750", "97164 and 97750"]),
        (("97140", "97110"), []),
        # said by both-needling-codes
        (("20560", "20561"), []),
    ],
)
def test_a_pair_that_is_never_paid_together_stops_the_claim(codes, subjects):
    assert told(*codes) == [("pair-not-allowed", "stop", subject) for subject in subjects]


def test_the_second_code_of_a_pair_is_the_one_to_take_off():
    assert message("97124", "97140") == (
        "Take 97124 off the bill: it is never paid beside 97140 on one day, whatever the modifier."
    )


@pytest.mark.parametrize(
    ("needled", "injected", "expected"),
    [
        (NEEDLED, INJECTED, [("pair-needs-modifier", "info", "20552 and 20560")]),
        # of the muscles that got both, one is left that was needled alone
        (NEEDLED, THE_SAME[:1], [("pair-needs-modifier", "info", "20552 and 20560")]),
        # none is left: muscle-injected-and-needled says it
        (NEEDLED, THE_SAME, []),
        # nobody can tell whether muscles were distinct
        (NEEDLED, (), [("pair-needs-a-decision", "warn", "20552 and 20560")]),
        ((), INJECTED, [("pair-needs-a-decision", "warn", "20552 and 20560")]),
        ((), (), [("pair-needs-a-decision", "warn", "20552 and 20560")]),
    ],
)
def test_injection_and_needling_need_distinct_muscles(needled, injected, expected):
    assert told("20552", "20560", needled=needled, injected=injected) == expected


@pytest.mark.parametrize(
    ("practice", "coverage", "codes", "modifier"),
    [
        (Practice(), None, (), "XS"),
        (Practice(modifier_for_distinct_muscles="59"), None, (), "59"),
        (Practice(), Coverage(needling_with_97140="59"), ("97140",), "59"),
        (Practice(), Coverage(needling_with_97140="59"), (), "XS"),
        (Practice(), Coverage(), ("97140",), "XS"),
    ],
)
def test_the_modifier_of_distinct_muscles_is_the_payers_or_the_practices(
    practice, coverage, codes, modifier
):
    said = message(
        "20553",
        "20561",
        *codes,
        needled=NEEDLED,
        injected=INJECTED,
        practice=practice,
        coverage=coverage,
    )

    assert said == (
        f"Bill 20561 with {modifier}: other muscles were needled than injected, and the note must"
        " show it."
    )


@pytest.mark.parametrize(
    ("visit_code", "expected"),
    [
        ("99211", [("pair-needs-25", "info", "20561 and 99211")]),
        ("99212", [("pair-needs-25", "info", "99212 and 20561")]),
        ("99215", [("pair-needs-25", "info", "99215 and 20561")]),
        ("99203", []),
        ("97161", []),
    ],
)
def test_a_visit_code_beside_needling_needs_25(visit_code, expected):
    assert told(visit_code, "20561") == expected


@pytest.mark.parametrize("visit_code", ["99211", "99213"])
def test_25_goes_on_the_visit_code_in_either_column(visit_code):
    assert message("20561", visit_code) == (
        f"Bill {visit_code} with 25, and keep a note of an evaluation that went beyond the needling."
    )


@pytest.mark.parametrize(
    ("codes", "subject"),
    [
        (("97140", "97750"), "97140 and 97750"),
        (("98940", "97140"), "98940 and 97140"),
        (("20552", "99213"), "20552 and 99213"),
        (("20610", "20561"), "20610 and 20561"),
        (("20561", "J2001"), "20561 and J2001"),
    ],
)
def test_any_other_pair_with_a_modifier_is_for_a_person_to_decide(codes, subject):
    assert told(*codes) == [("pair-needs-a-decision", "warn", subject)]


def test_a_person_is_told_what_to_decide():
    assert message("97140", "98940") == (
        "Decide whether 97140 was distinct from 98940: if the note shows it, add the modifier that"
        " says why; if not, take 97140 off."
    )


def charge(code, *modifiers, units=1):
    return Charge(code=code, units=units, modifiers=modifiers)


WITHOUT_PAIR = ("modifier-without-pair", "warn")


@pytest.mark.parametrize(
    ("charged", "coverage", "subjects"),
    [
        ([charge("20561", "59"), charge("97140")], None, ["20561"]),
        ([charge("20561", "XS"), charge("97140")], None, ["20561"]),
        ([charge("20561", "XE")], None, ["20561"]),
        ([charge("20561", "XP")], None, ["20561"]),
        ([charge("20561", " xu ")], None, ["20561"]),
        ([charge("20561"), charge("97140", "59")], None, ["97140"]),
        ([charge("20561", "GP", "GA"), charge("97140")], None, []),
        ([charge("20561", "59", units=0), charge("97140")], None, []),
        ([charge("", "59"), charge("97140")], None, []),
        # on either side of a pair
        ([charge("98940"), charge("97140", "59")], None, []),
        ([charge("98940", "59"), charge("97140")], None, []),
        # the payer asks for it on needling, beside manual therapy
        ([charge("20561", "59"), charge("97140")], Coverage(needling_with_97140="59"), []),
        ([charge("20561", "59")], Coverage(needling_with_97140="59"), ["20561"]),
        ([charge("20561"), charge("97140", "59")], Coverage(needling_with_97140="59"), ["97140"]),
        ([charge("20561", "59"), charge("97140")], Coverage(), ["20561"]),
    ],
)
def test_a_modifier_of_distinct_services_needs_a_pair_or_the_payers_wish(
    charged, coverage, subjects
):
    codes = tuple(each.code for each in charged if each.units)
    said = [
        each for each in told(*codes, charged=tuple(charged), coverage=coverage)
        if each[0] != "pair-needs-a-decision"
    ]  # fmt: skip

    assert said == [(*WITHOUT_PAIR, subject) for subject in subjects]


def test_a_modifier_without_a_pair_is_named():
    assert message("20561", charged=(charge("20561", "XS", "59"),)) == (
        "Take 59 and XS off 20561: no pair on record asks for it beside the other codes of the day,"
        " and neither does the payer's policy."
    )
