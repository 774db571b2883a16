"""Every column that we keep is named in docs/privacy.md, with who sees it and for how long."""

import re
from pathlib import Path

from django.apps import apps

PAGE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text()
OURS = {"emr", "consent", "notes", "billing"}


def lines_about_columns():
    lines = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \|$", PAGE, re.MULTILINE)
    return [(column, rest.split(" | ")) for column, rest in lines]


def words_explained_under(heading):
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| (\w+) \| ", section, re.MULTILINE)) - {"word"}


def columns_of_models():
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS
        for field in model._meta.local_concrete_fields
    }


def test_every_column_is_named_and_every_name_is_a_column():
    named = [column for column, _ in lines_about_columns()]

    assert sorted(named) == sorted(columns_of_models())


def test_each_says_what_it_is_whether_it_is_health_data_who_sees_it_and_how_long():
    seen_by = words_explained_under("Who sees what")
    kept = words_explained_under("How long it is kept")

    said = [cells for _, cells in lines_about_columns()]

    assert [cells for cells in said if len(cells) != 4 or not cells[0]] == []
    assert {cells[1] for cells in said} == {"PHI", "no"}
    assert {cells[2] for cells in said} == seen_by
    assert {cells[3] for cells in said} == kept


def test_what_belongs_to_a_patient_is_health_data():
    said = {column: cells[1] for column, cells in lines_about_columns()}
    keys = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_concrete_fields
        if field.name in {"patient", "visit", "note", "addendum"}
    }

    assert {column for column in keys if said[column] != "PHI"} == set()
    assert {c for c in said if c.startswith("emr_patient.") and said[c] != "PHI"} == set()
