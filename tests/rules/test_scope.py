from dataclasses import replace
from datetime import date, timedelta

import pytest

from emr.rules.facts import Provider, Visit
from emr.rules.scope import (
    Minimum,
    ScopeRequirements,
    find_scope_problems,
    problems_by_row,
    reaches,
    requirements_of,
)
from emr.rules.scope_table import scope_row
from emr.rules.tables import rows_of

DAY = date(2026, 3, 2)
LONG_AGO = date(2001, 1, 1)
TRAINED = {
    "licensed_on": LONG_AGO,
    "training_hours": 500,
    "in_person_hours": 500,
    "supervised_sessions": 500,
}
UNTRAINED = dict.fromkeys(TRAINED)


def problems(state, profession="PT", *, on=DAY, **facts):
    provider = Provider(**{"profession": profession, "state": state} | TRAINED | facts)
    return find_scope_problems(Visit(date_of_service=on, provider=provider))


def found(*args, **facts):
    return [(each.code, each.severity, each.subject) for each in problems(*args, **facts)]


PROHIBITED = [("scope-prohibited", "stop", "scope")]
PENDING = [("scope-pending", "stop", "scope")]
SILENT = [("scope-silent", "warn", "scope")]


def test_an_absent_provider_is_not_judged():
    assert find_scope_problems(Visit(date_of_service=DAY)) == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("AK AL AR AZ CO DC DE FL GA IA ID IL IN KS KY LA MD ME MS MT NC ND NE NH NJ NM NV", []),
        ("OH RI SC SD TN TX UT VA VT WI WV WY co", []),
        ("CA HI NY ny", PROHIBITED),
        ("OR", PENDING),
        ("CT MA MI MN MO OK PA", SILENT),
        ("ZZ Colorado", SILENT),
    ],
)
def test_a_physical_therapist_may_needle_by_the_state(states, expected):
    assert {state: found(state) for state in states.split()} == dict.fromkeys(
        states.split(), expected
    )


@pytest.mark.parametrize(
    ("state", "profession", "expected"),
    [
        ("MT", "DC", []),
        ("OR", "DC", PROHIBITED),
        ("NV", "DC", SILENT),
        ("CO", "DC", SILENT),
        ("MD", "AT", []),
        ("CO", "AT", SILENT),
        ("TN", "OT", SILENT),
        ("IL", "OTA", [*SILENT, ("delegation-not-allowed", "warn", "delegation")]),
        ("CO", "OTA", SILENT),
        ("CA", "MD", []),
        ("CA", "DO", []),
        ("NY", "NP", []),
        ("ZZ", "PA", []),
        ("", "MD", []),
        ("", "PT", SILENT),
        ("CO", "", SILENT),
        ("", "", SILENT),
    ],
)
def test_other_professions_have_rows_of_their_own_or_none(state, profession, expected):
    assert found(state, profession) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(1, 1, 1), PROHIBITED),
        (date(2024, 6, 21), PROHIBITED),
        (date(2024, 6, 22), []),
        (date(9999, 12, 31), []),
    ],
)
def test_the_row_in_force_on_the_date_of_service_counts(on, expected):
    assert found("WA", on=on, endorsed=True) == expected


def test_an_endorsement_that_the_state_asks_for_must_be_on_record():
    assert found("WA") == [("endorsement-missing", "stop", "endorsement")]
    assert found("WA", endorsed=True) == []
    assert found("CO", endorsed=False) == []


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        ("CO", {"training_hours": 50, "in_person_hours": 40}, []),
        ("CO", {"training_hours": 49}, [("stop", "hours of training")]),
        ("CO", {"in_person_hours": 39}, [("stop", "hours of training in person")]),
        ("CO", {"training_hours": 0}, [("stop", "hours of training")]),
        (
            "CO",
            UNTRAINED,
            [("warn", "hours of training"), ("warn", "hours of training in person")],
        ),
        (
            "CO",
            {"training_hours": 49, "in_person_hours": None},
            [("stop", "hours of training"), ("warn", "hours of training in person")],
        ),
        ("FL", {"supervised_sessions": 25}, []),
        ("FL", {"supervised_sessions": 24}, [("stop", "supervised sessions")]),
        ("FL", {"supervised_sessions": None}, [("warn", "supervised sessions")]),
        ("FL", {"licensed_on": date(2024, 3, 2)}, []),
        ("FL", {"licensed_on": date(2024, 3, 3)}, [("stop", "years of licence")]),
        ("FL", {"licensed_on": None}, [("warn", "years of licence")]),
        ("FL", {"licensed_on": date(9999, 1, 1)}, [("stop", "years of licence")]),
        ("TN", {"training_hours": 24}, []),
        ("TN", {"training_hours": 23}, [("warn", "hours of training")]),
        ("TN", {"licensed_on": DAY}, [("warn", "years of licence")]),
        ("VA", {"training_hours": 53}, [("warn", "hours of training")]),
        ("AK", UNTRAINED, []),
    ],
)
def test_training_is_held_against_the_minima_of_the_state(state, facts, expected):
    assert found(state, **facts) == [
        ("training-short", severity, subject) for severity, subject in expected
    ]


def test_a_minimum_is_asked_of_another_profession_too():
    assert found("MD", "AT", training_hours=79) == [("training-short", "stop", "hours of training")]
    assert found("TX", "DC", training_hours=99) == [
        *SILENT,
        ("training-short", "stop", "hours of training"),
    ]


@pytest.mark.parametrize(
    ("known", "least", "on", "enough"),
    [
        (2, 2, DAY, True),
        (1, 2, DAY, False),
        (10**18, 2, DAY, True),
        (date(2024, 2, 29), 2, date(2026, 2, 27), False),
        (date(2024, 2, 29), 2, date(2026, 2, 28), True),
        (date(9998, 6, 1), 1, date(9999, 6, 1), True),
        (date(9998, 6, 1), 2, date(9999, 12, 31), False),
    ],
)
def test_years_are_over_on_the_same_day(known, least, on, enough):
    assert reaches(known, least, on=on) is enough


@pytest.mark.parametrize("profession", ["PTA", "student"])
@pytest.mark.parametrize(
    ("state", "severities"),
    [("FL", ["stop"]), ("NJ", ["stop"]), ("TN", ["stop"]), ("CO", ["warn"]), ("ZZ", [])],
)
def test_needling_may_be_left_to_an_assistant_only_where_the_state_says_so(
    state, severities, profession
):
    delegation = [
        each
        for each in found(state, profession, supervised_sessions=25)
        if each[0] == "delegation-not-allowed"
    ]

    assert delegation == [("delegation-not-allowed", each, "delegation") for each in severities]


def test_a_state_that_lets_assistants_needle_has_nothing_against_it():
    row = replace(scope_row("AK", profession="PT", on=DAY), delegation_allowed=True)

    assert problems_by_row(row, Provider(profession="PTA", state="AK"), DAY) == []


def test_in_a_closed_state_an_assistant_hears_both():
    assert found("CA", "PTA") == [*PROHIBITED, ("delegation-not-allowed", "warn", "delegation")]


@pytest.mark.parametrize(
    ("state", "profession", "facts", "messages"),
    [
        ("CA", "PT", {}, ["Do not needle or sign: CA does not let a PT needle."]),
        (
            "OR",
            "student",
            {},
            [
                "Do not needle or sign yet: OR will let a PT needle only once its rules are out.",
                "Ask the board of OR whether needling may be left to a student.",
            ],
        ),
        ("CT", "PT", {}, ["Ask the board of CT whether a PT may needle: the law does not say."]),
        (
            "ME",
            "OT",
            {},
            ["Ask the board of ME whether an OT may needle: what we know is not verified."],
        ),
        (
            "zz",
            "AT",
            {},
            ["Ask the board of ZZ whether an AT may needle: our table has no row for it."],
        ),
        (
            "",
            "PT",
            {},
            ["Record the clinician's state and profession: the law on needling hangs on both."],
        ),
        (
            "WA",
            "PT",
            {},
            ["Do not sign before the endorsement is on record: WA asks a PT for one."],
        ),
        (
            "FL",
            "PTA",
            {},
            ["Do not sign: in FL needling may not be left to a PTA."],
        ),
        (
            "CO",
            "PT",
            {"training_hours": 1, "in_person_hours": None},
            [
                "Do not sign before the training is done: CO asks a PT for 50 hours of training, and"
                " 1 is on record.",
                "Put the clinician's hours of training in person on record: CO asks a PT for 40.",
            ],
        ),
        (
            "TN",
            "PT",
            {"training_hours": 20, "licensed_on": DAY},
            [
                "Look up the rule, not verified here: TN asks a PT for 24 hours of training, and 20"
                " are on record.",
                "Look up the rule, not verified here: TN asks a PT for 1 year of licence, and this"
                " one began on 2026-03-02.",
            ],
        ),
    ],
)
def test_a_finding_says_what_to_do(state, profession, facts, messages):
    assert [each.message for each in problems(state, profession, **facts)] == messages


@pytest.mark.parametrize(
    ("state", "profession", "facts", "stops", "anchor"),
    [
        ("CA", "PT", {}, "sign", "status"),
        ("OR", "PT", {}, "sign", "status"),
        ("ZZ", "PT", {}, None, "status"),
        ("WA", "PT", {}, "sign", "endorsement"),
        ("FL", "PTA", {}, "sign", "delegation"),
        ("AK", "PTA", {}, None, "delegation"),
        ("AZ", "PT", {"training_hours": 23}, "sign", "training"),
        ("AZ", "PT", {"training_hours": None}, None, "training"),
    ],
)
def test_a_stop_here_stops_the_signature_and_names_its_source(
    state, profession, facts, stops, anchor
):
    assert [(each.stops, each.source) for each in problems(state, profession, **facts)] == [
        (stops, f"docs/rules/scope.md#{anchor}")
    ]


def test_requirements_tell_all_that_is_known_of_a_state():
    assert requirements_of(" fl ", "PTA", DAY) == ScopeRequirements(
        state="FL",
        profession="PT",
        status="allowed",
        minima=(
            Minimum(kind="training_hours", least=50),
            Minimum(kind="in_person_hours", least=50),
            Minimum(kind="years_licensed", least=2),
            Minimum(kind="supervised_sessions", least=25),
        ),
        endorsement_required=None,
        delegation_allowed=False,
        other_requirements="The patient consents; needling stands in the plan of care; adverse"
        " incidents are reported",
        citation="Fla. Stat. 486.117; Fla. Admin. Code 64B17-6.008",
        as_of=date(2026, 1, 1),
        confidence="primary",
    )


@pytest.mark.parametrize(
    ("state", "profession", "status"),
    [
        ("CO", "PT", "allowed"),
        ("CA", "PT", "prohibited"),
        ("OR", "PT", "pending"),
        ("PA", "PT", "silent"),
        ("ME", "OTA", "verify"),
        ("ZZ", "PT", "unknown"),
        ("CO", "DC", "unknown"),
        ("", "", "unknown"),
        ("CA", "MD", "not_checked"),
    ],
)
def test_requirements_say_the_status(state, profession, status):
    assert requirements_of(state, profession, DAY).status == status


def test_what_is_not_known_of_a_state_is_empty():
    assert requirements_of("zz", "student", DAY) == ScopeRequirements(
        state="ZZ", profession="PT", status="unknown"
    )


@pytest.mark.parametrize(
    ("kind", "least", "words", "label"),
    [
        ("training_hours", 50, "50 hours of training", "hours of training"),
        ("in_person_hours", 1, "1 hour of training in person", "hours of training in person"),
        ("years_licensed", 1, "1 year of licence", "years of licence"),
        ("supervised_sessions", 25, "25 supervised sessions", "supervised sessions"),
    ],
)
def test_a_minimum_is_told_in_words(kind, least, words, label):
    minimum = Minimum(kind=kind, least=least)

    assert (str(minimum), minimum.label) == (words, label)


@pytest.mark.parametrize(
    ("state", "profession", "on", "status"),
    [
        ("WA", "PT", date(2024, 6, 21), "prohibited"),
        ("WA", "PT", date(2024, 6, 22), "allowed"),
        (" wa ", "PTA", date(2024, 6, 22), "allowed"),
        ("CO", "PT", LONG_AGO, "allowed"),
        ("ME", "OTA", DAY, "verify"),
    ],
)
def test_the_row_in_force_on_the_day_answers(state, profession, on, status):
    assert scope_row(state, profession=profession, on=on).status == status


def test_a_state_without_a_row_has_none():
    assert scope_row("ZZ", profession="PT", on=DAY) is None


def test_the_days_of_the_rows_of_a_state_and_profession_do_not_overlap():
    rows = rows_of("scope_of_practice.csv")
    edges = {
        date.fromisoformat(row[column])
        for row in rows
        for column in ("effective_from", "effective_to")
        if row[column]
    }

    for day in {DAY, *edges, *(edge + timedelta(days=1) for edge in edges)}:
        in_force = [
            (row["state"], row["profession"])
            for row in rows
            if (row["effective_from"] or "0") <= day.isoformat() <= (row["effective_to"] or "9")
        ]
        assert len(set(in_force)) == len(in_force)


def test_every_cell_of_the_table_is_well_formed():
    rows = rows_of("scope_of_practice.csv")

    assert {row["status"] for row in rows} == {
        "allowed",
        "prohibited",
        "pending",
        "silent",
        "verify",
    }
    assert {row["profession"] for row in rows} == {"PT", "OT", "AT", "DC"}
    assert {row["confidence"] for row in rows} == {"primary", "secondary", "unverified"}
    assert [row for row in rows if len(row["state"]) != 2 or not row["state"].isupper()] == []
    assert [row for row in rows if not row["source"]] == []
    assert len({row["state"] for row in rows if row["profession"] == "PT"}) == 51
    yes_or_no = ("endorsement_required", "delegation_allowed", "consent_written", "copy_to_patient")
    assert {row[column] for row in rows for column in yes_or_no} == {"yes", "no", ""}
    minima = [column for column in rows[0] if column.startswith("min_")]
    assert len(minima) == 4
    assert [row for row in rows for column in minima if row[column] == "0"] == []
