from datetime import date

import pytest

from emr.rules.state_packs import CLAUSES, StatePack, missing_clauses, pack_of
from emr.rules.tables import rows_of

DAY = date(2026, 11, 23)


def asked(state, profession="PT", on=DAY):
    pack = pack_of(state, profession=profession, on=on)
    return [each.clause for each in pack.clauses], pack.written, pack.copy_owed, pack.unknown


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("CO", ([], True, True, False)),
        ("NJ", (["benefits", "risks", "alternatives", "training"], True, True, False)),
        ("VA", (["not_acupuncture"], None, None, False)),
        ("TN", (["what_it_is", "training"], None, None, False)),
        ("FL", ([], None, None, True)),
        ("AK", ([], None, None, True)),
        ("ZZ", ([], None, None, True)),
    ],
)
def test_a_state_asks_for_its_clauses_for_writing_and_for_a_copy(state, expected):
    assert asked(state) == expected


@pytest.mark.parametrize(
    ("state", "profession"), [("nj", "PT"), (" NJ ", "PT"), ("NJ", "PTA"), ("NJ", "student")]
)
def test_assistants_and_students_follow_the_profession_that_supervises_them(state, profession):
    assert asked(state, profession) == asked("NJ")


@pytest.mark.parametrize("profession", ["DC", "OT", "MD", ""])
def test_what_is_asked_of_one_profession_says_nothing_of_another(profession):
    assert asked("NJ", profession) == ([], None, None, True)


def test_a_state_without_a_row_has_no_answer():
    assert pack_of("ZZ", profession="PT", on=DAY) == StatePack(state="ZZ")


@pytest.mark.parametrize(
    ("state", "profession", "source", "confidence"),
    [
        ("NJ", "PT", "N.J.S.A. 45:9-37.34k; P.L.2021 c.382", "primary"),
        ("IL", "OTA", "Physician-acupuncture society newsletter, June 2021", "unverified"),
        ("ZZ", "PT", "", "unverified"),
    ],
)
def test_a_pack_says_where_it_comes_from_and_how_sure_it_is(state, profession, source, confidence):
    pack = pack_of(state, profession=profession, on=DAY)

    assert (pack.source, pack.confidence) == (source, confidence)


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ([], ["benefits", "risks", "alternatives", "training"]),
        (["risks", "training", "right_to_stop"], ["benefits", "alternatives"]),
        (CLAUSES, []),
    ],
)
def test_a_text_that_lacks_a_clause_is_told_which(present, missing):
    lacking = missing_clauses(present, pack_of("NJ", profession="PT", on=DAY))

    assert [each.clause for each in lacking] == missing


def test_a_missing_clause_is_told_by_name_and_source():
    lacking = missing_clauses([], pack_of("VA", profession="PT", on=DAY))

    assert [(each.label, each.confidence) for each in lacking] == [
        ("Not acupuncture", "unverified")
    ]
    assert "2003" in lacking[0].source


def test_every_row_of_the_tables_can_be_read():
    clauses, scope = rows_of("consent_clauses.csv"), rows_of("scope_of_practice.csv")

    assert {row["clause"] for row in clauses} <= set(CLAUSES)
    assert [row for row in (*clauses, *scope) if not row["source"]] == []
    assert {row["confidence"] for row in (*clauses, *scope)} == {
        "primary",
        "secondary",
        "unverified",
    }
    known = {(row["state"], row["profession"]) for row in scope}
    assert [row for row in clauses if (row["state"], row["profession"]) not in known] == []
