import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.code_labels import codes, family_of
from emr.rules.code_pairs import codes_together, pairs_between
from emr.rules.facts import Charge, Visit
from emr.rules.tables import DATA, day_in

DAY = date(2026, 11, 23)
KNOWN = [each.code for each in codes()]


def pairs(*together, on=DAY):
    return [
        (each.column_1, each.column_2, each.indicator) for each in pairs_between(together, on=on)
    ]


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        (("20552", "20560"), [("20552", "20560", "1")]),
        (("20560", "20552"), [("20552", "20560", "1")]),
        (("20561", "97811"), [("20561", "97811", "0")]),
        (("20561", "20560"), [("20561", "20560", "0")]),
        (("99213", "20561"), [("99213", "20561", "1")]),
        (("20561", "99211"), [("20561", "99211", "1")]),  # the other way round
        (("97140", "97124"), [("97140", "97124", "0")]),
        (
            ("20553", "20561", "97140", "97750"),
            [("20553", "20561", "1"), ("97140", "97750", "1")],
        ),
        # none on record
        (("20561", "97140"), []),
        (("20561", "97110"), []),
        (("20561", "99203"), []),
        (("20561", "98941"), []),
        (("97140",), []),
        (("97140", "97140"), []),
        ((), []),
        # a code that is not on record is in no pair
        (("20561", "64450", "", "x"), []),
    ],
)
def test_pairs_in_force_are_found_whatever_the_order(together, expected):
    assert pairs(*together) == expected


def test_a_pair_counts_to_its_last_day_and_without_one_for_good():
    assert pairs("97530", "97535", on=date(2021, 12, 31)) == [("97530", "97535", "1")]
    assert pairs("97530", "97535", on=date(2022, 1, 1)) == []
    assert pairs("97022", "97018", on=date.max) == [("97018", "97022", "1")]
    assert pairs("97022", "97018", on=date.min) == [("97018", "97022", "1")]


def test_a_pair_that_was_withdrawn_on_its_first_day_never_counts():
    withdrawn = [
        (row["column_1"], row["column_2"], day_in(row["effective_from"]))
        for row in rows()
        if row["modifier_indicator"] == "9"
    ]
    standing = {
        (row["column_1"], row["column_2"]) for row in rows() if row["modifier_indicator"] != "9"
    }

    never = [each for each in withdrawn if each[:2] not in standing and each[1::-1] not in standing]

    assert len(withdrawn) == 113
    assert [each for each in never if pairs(*each[:2], on=each[2])] == []


def test_a_pair_with_two_rows_in_force_is_one_pair():
    assert pairs("20552", "99213", on=date(2019, 6, 1)) == [("20552", "99213", "1")]


def charged(*lines):
    return tuple(Charge(code=code, units=units) for code, units in lines)


@pytest.mark.parametrize(
    ("charges", "suggested", "expected"),
    [
        ((), ["97140", "20561"], {"97140", "20561"}),
        ([("97124", 1)], ["97140", "20561"], {"97124", "97140", "20561"}),
        # one of a kind stands for another
        ([("20560", 1)], ["97140", "20561"], {"97140", "20560"}),
        ([("20553", 1)], ["20552", "20561"], {"20553", "20561"}),
        ([("97162", 1)], ["97161", "20561"], {"97162", "20561"}),
        ([("99214", 1)], ["99213", "20561"], {"99214", "20561"}),
        # nothing is billed by a line without units or without a code
        ([("20560", 0)], ["20561"], {"20561"}),
        ([(" ", 1)], ["20561"], {"20561"}),
        ([(" 20560 ", 1)], [], {"20560"}),
    ],
)
def test_what_was_charged_stands_beside_what_is_left_of_the_suggestion(
    charges, suggested, expected
):
    visit = Visit(date_of_service=DAY, charged=charged(*charges))

    assert codes_together(visit, suggested) == expected


def rows():
    with (DATA / "ncci_pairs.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_of_pairs_is_well_formed():
    listed = rows()

    assert {row["column_1"] for row in listed} | {row["column_2"] for row in listed} <= set(KNOWN)
    assert [row for row in listed if row["column_1"] == row["column_2"]] == []
    assert {row["modifier_indicator"] for row in listed} == {"0", "1", "9"}
    assert [row for row in listed if not row["rationale"] or not row["source"]] == []
    for row in listed:
        first, last = day_in(row["effective_from"]), day_in(row["effective_to"])
        assert first is None or last is None or first <= last
    distinct = {
        tuple(row[key] for key in row if key not in ("rationale", "source")) for row in listed
    }
    assert len(distinct) == len(listed)


def test_a_withdrawn_pair_ends_on_its_first_day():
    ends = {
        row["effective_from"] == row["effective_to"] != ""
        for row in rows()
        if row["modifier_indicator"] == "9"
    }

    assert ends == {True}


def test_two_codes_have_one_direction_and_one_indicator_at_a_time():
    said = {}
    for row in rows():
        if row["modifier_indicator"] != "9":
            key = frozenset((row["column_1"], row["column_2"]))
            said.setdefault(key, set()).add((row["column_1"], row["modifier_indicator"]))

    assert [key for key, answers in said.items() if len(answers) > 1] == []


def test_needling_is_the_second_column_of_every_injection():
    """The modifier of distinct muscles is put on the needling line, which must be column 2."""
    injections = [row for row in rows() if family_of(row["column_1"]) == "trigger_point_injection"]
    needled = {
        row["column_2"] for row in injections if family_of(row["column_2"]) == "dry_needling"
    }

    assert needled == {"20560", "20561"}
    assert [
        row
        for row in rows()
        if family_of(row["column_1"]) == "dry_needling"
        and family_of(row["column_2"]) == "trigger_point_injection"
    ] == []


@given(st.lists(st.sampled_from(KNOWN) | st.text(max_size=6), max_size=30), st.dates())
def test_pairs_are_those_of_any_two_of_the_codes(together, on):
    found = pairs_between(together, on=on)

    assert len({each.names for each in found}) == len(found)
    for each in found:
        assert pairs_between((each.column_2, each.column_1), on=on) == (each,)
