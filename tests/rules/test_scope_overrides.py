from datetime import date

import pytest

from emr.rules.findings import USUAL_WEIGHT, WARN, finding, in_order
from emr.rules.scope_overrides import KIND_OF_FINDING, Override, with_overrides


def found(code, *, subject="x", weight=None):
    return finding(code, subject=subject, message="Do not sign.", source="docs", weight=weight)


def override(kind, **facts):
    usual = {"reason": "Waiver of the board.", "by": "Olive Owner", "since": date(2026, 1, 5)}
    return Override(kind=kind, **usual | facts)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("scope-prohibited", "scope"),
        ("scope-pending", "scope"),
        ("endorsement-missing", "endorsement"),
        ("training-short", "training"),
        ("delegation-not-allowed", "delegation"),
    ],
)
def test_an_overridden_stop_is_a_warning_that_says_by_whom_since_when_and_why(code, kind):
    (told,) = with_overrides([found(code)], [override(kind)])

    assert told.as_dict() == {
        "code": code,
        "severity": "warn",
        "stops": None,
        "subject": "x",
        "message": "Overridden by Olive Owner since 2026-01-05: Waiver of the board."
        " Without that: Do not sign.",
        "source": "docs",
    }


def test_an_override_reaches_its_own_kind_alone():
    findings = [found(code) for code in (*KIND_OF_FINDING, "consent-missing", "note-unsigned")]

    told = with_overrides(findings, [override("training")])

    assert [each.code for each in told if each.severity == "warn"] == ["training-short"]


def test_without_an_override_nothing_changes():
    findings = [found("scope-prohibited"), found("consent-missing")]

    assert with_overrides(findings, []) == in_order(findings)


def test_a_warning_stays_as_it_was():
    warning = found("training-short", weight=WARN)

    assert with_overrides([warning], [override("training")]) == (warning,)


def test_a_question_that_the_law_leaves_open_is_answered_by_the_owner():
    silent = found("scope-silent")

    (told,) = with_overrides([silent], [override("scope")])
    (untold,) = with_overrides([silent], [override("training")])

    assert (told.code, told.severity, told.stops) == ("scope-silent", "info", None)
    assert told.message == (
        "Decided by Olive Owner since 2026-01-05: Waiver of the board. Without that: Do not sign."
    )
    assert untold == silent


def test_each_stop_of_a_kind_is_overridden():
    findings = [found("training-short", subject=subject) for subject in ("hours", "years")]

    told = with_overrides(findings, [override("training")])

    assert [(each.subject, each.severity) for each in told] == [
        ("hours", "warn"),
        ("years", "warn"),
    ]


def test_of_two_overrides_the_latest_speaks():
    both = [
        override("scope", reason="Newer", since=date(2026, 2, 1)),
        override("scope", reason="Older", since=date(2026, 1, 1)),
    ]

    (told,) = with_overrides([found("scope-pending")], both)

    assert told.message == (
        "Overridden by Olive Owner since 2026-02-01: Newer. Without that: Do not sign."
    )


def test_what_was_overridden_moves_behind_the_stops():
    findings = [found("scope-prohibited"), found("note-unsigned"), found("measure-missing")]

    told = with_overrides(findings, [override("scope")])

    assert [each.code for each in told] == ["note-unsigned", "scope-prohibited", "measure-missing"]


def test_every_code_that_may_be_overridden_is_in_the_contract():
    assert set(KIND_OF_FINDING) <= set(USUAL_WEIGHT)
