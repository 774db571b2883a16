import csv
from datetime import date
from typing import get_args

import pytest

from emr.rules.liability_modifiers import NoticeState, liability_modifiers
from emr.rules.tables import DATA, day_in

DAY = date(2026, 11, 23)


def found(coverage_kind, profession, notice, **choice):
    on = choice.pop("on", DAY)
    rows = liability_modifiers(
        coverage_kind=coverage_kind, profession=profession, notice=notice, on=on, **choice
    )
    return [each.modifier for each in rows]


@pytest.mark.parametrize(
    ("coverage_kind", "profession", "notice", "modifiers"),
    [
        ("medicare", "PT", "option_1", ["GA"]),
        ("medicare", "PT", "refused", ["GA"]),
        ("medicare", "PT", "none", ["GZ"]),
        ("medicare", "MD", "option_1", ["GA"]),
        ("medicare", "", "none", ["GZ"]),
        ("medicare", "PT", "voluntary", []),
        # rows for a profession go before those for anybody
        ("medicare", "DC", "voluntary", ["GX", "GY"]),
        ("medicare", "DC", "none", ["GY"]),
        ("medicare_advantage", "PT", "none", []),
        ("commercial", "DC", "none", []),
        ("", "", "none", []),
    ],
)
def test_coverage_clinician_and_notice_decide(coverage_kind, profession, notice, modifiers):
    assert found(coverage_kind, profession, notice) == modifiers


@pytest.mark.parametrize(
    ("on", "modifiers"), [(date(2019, 12, 31), []), (date(2020, 1, 1), ["GA"])]
)
def test_a_modifier_is_put_from_its_first_day(on, modifiers):
    assert found("medicare", "PT", "option_1", on=on) == modifiers


@pytest.mark.parametrize(
    ("profession", "notice", "choice", "modifiers"),
    [
        ("PT", "option_1", "", ["GA"]),
        ("PT", "option_1", "GA", ["GA"]),
        ("PT", "option_1", "GX", ["GX"]),
        ("PT", "refused", "GX", ["GX"]),
        # nothing but GA is chosen otherwise
        ("PT", "none", "GX", ["GZ"]),
        ("DC", "none", "GX", ["GY"]),
        ("DC", "voluntary", "GX", ["GX", "GY"]),
    ],
)
def test_a_practice_may_choose_another_modifier_than_ga(profession, notice, choice, modifiers):
    assert found("medicare", profession, notice, instead_of_ga=choice) == modifiers


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ("", "A valid ABN is on file and the patient chose option 1, so the patient pays what"
         " Medicare does not."),
        ("GX", "A valid ABN is on file and the patient chose option 1, so the patient pays what"
         " Medicare does not. The practice's policy for this payer puts GX for GA."),
    ],
)  # fmt: skip
def test_a_modifier_says_why_it_is_put(choice, why):
    (row,) = liability_modifiers(
        coverage_kind="medicare", profession="PT", notice="option_1", on=DAY, instead_of_ga=choice
    )

    assert row.why == why


def test_the_table_of_liability_modifiers_is_well_formed():
    with (DATA / "liability_modifiers.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert {row["notice"] for row in rows} == set(get_args(NoticeState))
    assert {row["modifier"] for row in rows} == {"GA", "GX", "GY", "GZ"}
    assert [row for row in rows if not row["source"] or not row["why"].endswith(".")] == []
    keys = {
        (row["coverage_kind"], row["profession"], row["notice"], row["modifier"]) for row in rows
    }
    assert len(keys) == len(rows)
    for row in rows:
        first, last = day_in(row["effective_from"]), day_in(row["effective_to"])
        assert first is None or last is None or first <= last
