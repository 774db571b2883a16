import csv
from datetime import date

import pytest

from emr.rules.plan_modifiers import plan_modifier_for
from emr.rules.tables import DATA, day_in

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("coverage_kind", "profession", "modifier"),
    [
        ("medicare", "PT", "GP"),
        ("medicare", "PTA", "GP"),
        ("medicare", "OT", "GO"),
        ("medicare", "OTA", "GO"),
        ("medicare", "DC", ""),
        ("medicare", "MD", ""),
        ("medicare", "student", ""),
        ("medicare", "", ""),
        ("medicare_advantage", "PT", ""),
        ("commercial", "PT", ""),
        ("self_pay", "PT", ""),
        ("", "PT", ""),
    ],
)
def test_therapy_under_a_plan_of_care_says_so_where_medicare_asks(
    coverage_kind, profession, modifier
):
    found = plan_modifier_for(coverage_kind=coverage_kind, profession=profession, on=DAY)

    assert found == modifier


def test_the_table_of_plan_modifiers_is_well_formed():
    with (DATA / "plan_modifiers.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert {row["modifier"] for row in rows} == {"GP", "GO"}
    assert [row for row in rows if not row["source"]] == []
    keys = {(row["coverage_kind"], row["profession"], row["effective_from"]) for row in rows}
    assert len(keys) == len(rows)
    for row in rows:
        first, last = day_in(row["effective_from"]), day_in(row["effective_to"])
        assert first is None or last is None or first <= last
