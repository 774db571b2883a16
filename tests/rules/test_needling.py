from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.catalogue import muscles
from emr.rules.needling import (
    CountingPolicy,
    Injection,
    Needling,
    count_injected,
    count_muscles,
    sentence,
    suggest_code,
    suggest_injection_code,
)

ONCE = CountingPolicy(sides_count_apart=True, divisions="once")
EACH = CountingPolicy(sides_count_apart=True, divisions="each")
ONCE_WITHOUT_SIDES = CountingPolicy(sides_count_apart=False, divisions="once")
EACH_WITHOUT_SIDES = CountingPolicy(sides_count_apart=False, divisions="each")
POLICIES = [ONCE, EACH, ONCE_WITHOUT_SIDES, EACH_WITHOUT_SIDES]


def needled(muscle, side="right", needles=1, rationale=""):
    return Needling(muscle=muscle, side=side, needles=needles, rationale=rationale)


def injected(muscle, side="right"):
    return Injection(muscle=muscle, side=side)


def count(*needlings, policy=ONCE, on=date(2025, 11, 3), injected=()):
    return count_muscles(needlings, policy=policy, date_of_service=on, injected=injected)


def test_what_is_not_said_of_an_entry_is_empty():
    assert Needling() == Needling(muscle="", side="", needles=0, rationale="")
    assert Injection() == Injection(muscle="", side="", drug="")


def codes(counted):
    return [(each.code, each.severity, each.subject) for each in counted.findings]


def reasoned(*rationales):
    """Right upper, middle and lower trapezius with these rationales."""
    parts = ("upper trapezius", "middle trapezius", "lower trapezius")
    return [needled(part, rationale=why) for part, why in zip(parts, rationales, strict=True)]


THREE_PARTS = reasoned("", "", "")


def test_three_muscles_are_counted_whatever_the_needles():
    counted = count(
        needled("upper trapezius", "right", 10),
        needled("upper trapezius", "left", 8),
        needled("levator scapulae", "right", 6),
    )

    assert (counted.muscle_count, counted.needle_count) == (3, 24)
    assert (counted.other_reading, counted.suggested_code) == (3, "20561")
    assert counted.findings == ()


def test_parts_without_rationale_count_once_and_the_other_reading_is_told():
    counted = count(*THREE_PARTS)

    assert (counted.muscle_count, counted.other_reading) == (1, 3)
    assert counted.suggested_code == "20560"
    assert codes(counted) == [("divisions-counted-once", "warn", "right trapezius")]


def test_an_injected_muscle_leaves_the_needling_count_with_all_its_parts():
    counted = count(
        needled("levator scapulae", "left"),
        needled("lower trapezius", "both"),
        injected=[injected("upper trapezius", "right")],
    )

    assert (counted.muscle_count, counted.suggested_code) == (2, "20560")
    assert codes(counted) == [("muscle-injected-and-needled", "stop", "right trapezius")]
    assert [(line.label, line.counted, line.note) for line in counted.explanation] == [
        ("L levator scapulae", True, "counted"),
        ("R lower trapezius", False, "does not count: also injected"),
        ("L lower trapezius", True, "counted"),
    ]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_muscle_both_injected_and_needled_leaves_the_count_under_every_policy(policy):
    counted = count(needled("UT", rationale="x"), policy=policy, injected=[injected("LT")])

    assert (counted.muscle_count, counted.other_reading, counted.suggested_code) == (0, 0, None)


@pytest.mark.parametrize(
    ("policy", "muscle_count", "found"),
    [(ONCE, 1, []), (ONCE_WITHOUT_SIDES, 0, ["muscle-injected-and-needled"])],
)
def test_the_other_side_may_be_injected_where_sides_count_apart(policy, muscle_count, found):
    counted = count(needled("soleus"), policy=policy, injected=[injected("soleus", "left")])

    assert counted.muscle_count == muscle_count
    assert [each.code for each in counted.findings] == found


@pytest.mark.parametrize(
    ("rationales", "muscle_count"),
    [
        (("", "", ""), 1),
        (("headache", "", ""), 1),
        (("headache", "cannot reach", ""), 2),
        (("headache", "cannot reach", "cannot lift"), 3),
        (("headache", "headache", "cannot lift"), 2),
        (("headache", "Head-ache.", " HEADACHE "), 1),
        (("…", "-", "!"), 1),
    ],
)
def test_parts_count_apart_as_far_as_each_has_a_rationale_of_its_own(rationales, muscle_count):
    counted = count(*reasoned(*rationales))

    assert (counted.muscle_count, counted.other_reading) == (muscle_count, 3)


def test_a_part_with_two_rationales_leaves_one_to_the_other_part():
    counted = count(
        needled("lower trapezius", rationale="a"),
        needled("lower trapezius", rationale="b"),
        needled("upper trapezius", rationale="a"),
    )

    assert counted.muscle_count == 2
    assert codes(counted) == []


@pytest.mark.parametrize(("right", "left"), [("a", "b"), ("b", "a")])
def test_where_sides_count_once_a_part_has_the_rationales_of_both_sides(right, left):
    counted = count(
        needled("upper trapezius", "right", rationale=right),
        needled("upper trapezius", "left", rationale=left),
        needled("lower trapezius", "right", rationale="a"),
        policy=ONCE_WITHOUT_SIDES,
    )

    assert counted.muscle_count == 2


def test_rationales_are_handed_on_until_as_many_parts_as_possible_have_one():
    counted = count(
        needled("upper trapezius", rationale="a"),
        needled("upper trapezius", rationale="b"),
        needled("lower trapezius", rationale="a"),
        needled("lower trapezius", rationale="c"),
        needled("middle trapezius", rationale="a"),
    )

    assert counted.muscle_count == 3


@pytest.mark.parametrize("accented", ["Kopf\u00fcber", "Kopfu\u0308ber"])
def test_rationales_in_other_spellings_of_one_letter_are_one(accented):
    counted = count(needled("UT", rationale=accented), needled("LT", rationale="KOPF\u00dcBER!"))

    assert counted.muscle_count == 1


@pytest.mark.parametrize(
    ("policy", "muscle_count", "other_reading"),
    [(ONCE, 1, 3), (EACH, 3, 1), (ONCE_WITHOUT_SIDES, 1, 3), (EACH_WITHOUT_SIDES, 3, 1)],
)
def test_divisions_count_as_the_practice_chose(policy, muscle_count, other_reading):
    counted = count(*THREE_PARTS, policy=policy)

    assert (counted.muscle_count, counted.other_reading) == (muscle_count, other_reading)


@pytest.mark.parametrize("policy", [ONCE, EACH])
@pytest.mark.parametrize(
    ("names", "muscle_count"),
    [(["trapezius"], 1), (["trapezius", "trap"], 1), (["trapezius", "UT"], 1)],
)
def test_the_whole_muscle_counts_only_when_alone(policy, names, muscle_count):
    counted = count(*[needled(name, rationale=name) for name in names], policy=policy)

    assert (counted.muscle_count, counted.findings) == (muscle_count, ())


@pytest.mark.parametrize(
    ("policy", "muscle_count"),
    [(ONCE, 2), (EACH, 2), (ONCE_WITHOUT_SIDES, 1), (EACH_WITHOUT_SIDES, 1)],
)
def test_sides_count_as_the_practice_chose(policy, muscle_count):
    counted = count(needled("soleus", "both", 3), policy=policy)

    assert (counted.muscle_count, counted.needle_count) == (muscle_count, 6)


def test_without_sides_the_line_of_the_other_side_is_merged():
    counted = count(needled("UT", "both"), needled("MT", "left"), policy=EACH_WITHOUT_SIDES)

    assert [(line.label, line.merged_into, line.note) for line in counted.explanation] == [
        ("R upper trapezius", "", "counted"),
        (
            "L upper trapezius",
            "R upper trapezius",
            "merged into R upper trapezius: the same muscle on the other side",
        ),
        ("L middle trapezius", "", "counted"),
    ]


@pytest.mark.parametrize("side", ["right", "left", "midline", "both", ""])
def test_a_muscle_that_exists_once_needs_no_side(side):
    counted = count(needled("external anal sphincter", side))

    assert (counted.muscle_count, counted.findings) == (1, ())
    assert [(line.label, line.side) for line in counted.explanation] == [
        ("external anal sphincter", "midline")
    ]


def test_needles_on_both_sides_of_a_muscle_that_exists_once_are_added():
    counted = count(needled("external anal sphincter", "both", 2))

    assert (counted.muscle_count, counted.needle_count) == (1, 4)


@pytest.mark.parametrize("side", ["midline", ""])
@pytest.mark.parametrize("policy", [ONCE, ONCE_WITHOUT_SIDES])
def test_a_paired_muscle_without_side_does_not_count(side, policy):
    counted = count(needled("soleus", side, 4), policy=policy)

    assert (counted.muscle_count, counted.needle_count, counted.suggested_code) == (0, 4, None)
    assert codes(counted) == [("side-missing", "stop", "soleus")]
    assert counted.explanation[0].note == "does not count: it has no side"


@pytest.mark.parametrize("name", ["hamstrings", "Hamstring muscles", "upper back"])
def test_a_vague_site_does_not_count_and_its_side_is_not_asked(name):
    counted = count(needled(name, ""))

    assert counted.muscle_count == 0
    assert codes(counted) == [("muscle-too-vague", "stop", name)]


def test_a_vague_site_is_answered_with_muscles_to_name():
    assert count(needled("hamstrings", "left")).findings[0].message == (
        "“hamstrings” names a group of muscles: name each muscle, such as biceps femoris"
        " or semimembranosus or semitendinosus."
    )


@pytest.mark.parametrize(
    ("name", "subject", "message"),
    [
        ("", "unnamed site", "Name the muscle that was needled; without a name it does not count."),
        ("sites", "sites", "“sites” names no muscle: name each muscle."),
    ],
)
def test_a_site_without_a_name_is_vague(name, subject, message):
    found = count(needled(name)).findings[0]

    assert (found.code, found.subject, found.message) == ("muscle-too-vague", subject, message)


def test_injected_sites_need_names_and_sides_too():
    counted = count(injected=[injected("glutes"), injected("soleus", "")])

    assert codes(counted) == [
        ("muscle-too-vague", "stop", "glutes"),
        ("side-missing", "stop", "soleus"),
    ]


def test_a_muscle_that_the_catalogue_lacks_counts_by_side():
    counted = count(needled("Plantaris", "both"), needled("plan-taris", "left", 2))

    assert counted.muscle_count == 2
    assert [(line.label, line.muscle, line.needles) for line in counted.explanation] == [
        ("R Plantaris", "", 1),
        ("L Plantaris", "", 3),
    ]


def test_two_parts_with_one_rationale_are_told():
    counted = count(*reasoned("headache", "headache", ""))

    assert codes(counted) == [
        ("rationale-repeated", "warn", "right trapezius"),
        ("divisions-counted-once", "warn", "right trapezius"),
    ]


def test_a_part_without_rationale_repeats_none():
    counted = count(needled("UT", rationale="headache"), needled("LT"))

    assert codes(counted) == [("divisions-counted-once", "info", "right trapezius")]


def test_where_each_part_counts_a_shared_rationale_harms_nothing():
    counted = count(*reasoned("headache", "headache", "headache"), policy=EACH)

    assert codes(counted) == [("divisions-counted-apart", "warn", "right trapezius")]


def test_counting_apart_is_told_only_where_strict_merging_gives_another_code():
    two_parts = [needled("UT", rationale="a"), needled("LT", rationale="b")]

    assert codes(count(*two_parts)) == []
    assert codes(count(*two_parts, needled("soleus"))) == [
        ("divisions-counted-apart", "warn", "right trapezius")
    ]


def test_both_findings_stand_where_some_parts_count_apart_and_some_do_not():
    counted = count(*reasoned("a", "b", ""), needled("soleus"))

    assert (counted.muscle_count, counted.other_reading) == (3, 4)
    assert codes(counted) == [
        ("divisions-counted-apart", "warn", "right trapezius"),
        ("divisions-counted-once", "info", "right trapezius"),
    ]


def test_without_sides_the_finding_names_the_muscle_alone():
    counted = count(*THREE_PARTS, policy=ONCE_WITHOUT_SIDES)

    assert codes(counted) == [("divisions-counted-once", "warn", "trapezius")]


def test_before_the_codes_existed_no_reading_can_change_the_code():
    counted = count(*THREE_PARTS, on=date(2019, 12, 31))

    assert counted.suggested_code is None
    assert codes(counted) == [("divisions-counted-once", "info", "right trapezius")]


@pytest.mark.parametrize(
    ("muscle_count", "code"),
    [(0, None), (1, "20560"), (2, "20560"), (3, "20561"), (9, "20561")],
)
def test_the_code_changes_at_the_third_muscle(muscle_count, code):
    assert suggest_code(muscle_count, date_of_service=date(2020, 1, 1)) == code
    assert suggest_code(muscle_count, date_of_service=date(2019, 12, 31)) is None


@pytest.mark.parametrize(("muscle_count", "code"), [(0, None), (2, "20552"), (3, "20553")])
def test_the_injection_code_changes_at_the_third_muscle(muscle_count, code):
    assert suggest_injection_code(muscle_count) == code


@pytest.mark.parametrize(("policy", "muscle_count"), [(ONCE, 1), (EACH, 2)])
def test_injected_muscles_count_like_needled_ones(policy, muscle_count):
    sites = [injected("UT"), injected("LT"), injected("neck"), injected("soleus", "")]

    assert count_injected(sites, policy=policy) == muscle_count


def test_the_sum_can_be_redone_by_hand():
    counted = count(*reasoned("ache", "ache", ""), needled("trapezius", needles=4))

    assert [(line.label, line.counted, line.note) for line in counted.explanation] == [
        ("R upper trapezius", True, "counted"),
        (
            "R lower trapezius",
            False,
            "merged into R upper trapezius:"
            " parts of one muscle, and this one has no rationale of its own",
        ),
        (
            "R middle trapezius",
            False,
            "merged into R upper trapezius: parts of one muscle with the same rationale",
        ),
        (
            "R trapezius",
            False,
            "merged into R upper trapezius:"
            " the whole muscle counts only when no part of it is named",
        ),
    ]
    assert {line.anatomical_muscle for line in counted.explanation} == {"trapezius"}


@pytest.mark.parametrize(
    ("needlings", "told"),
    [
        ([], "No muscle was needled."),
        (
            [needled("soleus")],
            "Dry needling of right soleus: 1 muscle, CPT 20560, one unit.",
        ),
        (
            [needled("UT", "both"), needled("levator scapulae")],
            "Dry needling of right levator scapulae, right upper trapezius and"
            " left upper trapezius: 3 muscles, CPT 20561, one unit.",
        ),
        (
            [needled("biceps brachii, long head"), needled("external anal sphincter")],
            "Dry needling of right biceps brachii (long head) and external anal sphincter:"
            " 2 muscles, CPT 20560, one unit.",
        ),
        (
            THREE_PARTS,
            "Dry needling of right upper trapezius, right lower trapezius and"
            " right middle trapezius: 1 muscle, CPT 20560, one unit.",
        ),
        ([needled("hamstrings", "")], "Dry needling of hamstrings: 0 muscles, no code."),
    ],
)
def test_the_sentence_for_the_record_names_every_muscle(needlings, told):
    assert sentence(count(*needlings)) == told


NAMES = [m.id for m in muscles() if "trapezius" in m.id or m.id in ("soleus", "deltoid")]
ODD_NAMES = ["external anal sphincter", "anterior deltoid", "hamstrings", "plantaris", "", "…"]
SIDES = st.sampled_from(["right", "left", "both", "midline", ""])
NEEDLINGS = st.builds(
    Needling,
    muscle=st.sampled_from(NAMES + ODD_NAMES) | st.text(max_size=8),
    side=SIDES,
    needles=st.integers(0, 40),
    rationale=st.sampled_from(["", "a", "b", "A.", "c"]) | st.text(max_size=3),
)
INJECTIONS = st.builds(Injection, muscle=st.sampled_from(NAMES), side=SIDES)
LISTS = st.lists(NEEDLINGS, max_size=7)


@given(LISTS, st.lists(INJECTIONS, max_size=2), st.sampled_from(POLICIES), st.randoms())
def test_the_order_of_entries_never_matters(needlings, injections, policy, random):
    shuffled, other_injections = needlings[:], injections[:]
    random.shuffle(shuffled)
    random.shuffle(other_injections)

    assert count(*shuffled, policy=policy, injected=other_injections) == count(
        *needlings, policy=policy, injected=injections
    )


@given(LISTS, NEEDLINGS, st.sampled_from(POLICIES))
def test_one_more_entry_never_lowers_the_count(needlings, added, policy):
    before, after = count(*needlings, policy=policy), count(*needlings, added, policy=policy)

    assert after.muscle_count >= before.muscle_count
    assert after.other_reading >= before.other_reading


@given(LISTS, st.sampled_from(POLICIES), st.integers(0, 9))
def test_needles_never_change_the_count(needlings, policy, needles):
    others = [needled(each.muscle, each.side, needles, each.rationale) for each in needlings]
    before, after = count(*needlings, policy=policy), count(*others, policy=policy)

    assert (after.muscle_count, codes(after)) == (before.muscle_count, codes(before))


@given(LISTS, st.lists(INJECTIONS, max_size=2), st.sampled_from(POLICIES))
def test_the_counted_lines_are_the_count_and_their_needles_all_needles(
    needlings, injections, policy
):
    counted = count(*needlings, policy=policy, injected=injections)

    assert sum(line.counted for line in counted.explanation) == counted.muscle_count
    assert sum(line.needles for line in counted.explanation) == counted.needle_count


@given(LISTS)
def test_the_two_readings_enclose_the_count(needlings):
    once, each = count(*needlings, policy=ONCE), count(*needlings, policy=EACH)

    assert each.other_reading <= once.muscle_count <= each.muscle_count
    assert once.other_reading == each.muscle_count
