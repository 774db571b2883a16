import subprocess
import sys
import warnings
from datetime import date

import pytest

from emr.rules.diagnoses import LeafProblem, find_diagnosis_problems, leaf_problem
from emr.rules.facts import Visit
from emr.rules.icd_release import (
    FIRST_DAY,
    LAST_DAY,
    code_list,
    codes_of_category,
    dotted,
    is_in_release,
    leaves_below,
    plain_code,
)
from emr.rules.tables import rows_of

DAY = date(2026, 3, 2)


def codes(*diagnoses, on=DAY, has_lines=True):
    visit = Visit(date_of_service=on, diagnoses=diagnoses)
    return [
        (each.code, each.subject) for each in find_diagnosis_problems(visit, has_lines=has_lines)
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("M54.50", "M5450"),
        ("m5450", "M5450"),
        (" m54.50 ", "M5450"),
        ("S16.1xxa", "S161XXA"),
        ("M54.", "M54"),
        ("M54", "M54"),
        ("QA0.8", "QA08"),
        ("M5.450", ""),
        ("M54.5.0", ""),
        ("M54.50000", ""),
        ("54.50", ""),
        ("M00-M99", ""),
        ("ſ16.1", "S161"),
        ("", ""),
        ("\u0662\u0663\u0664", ""),
    ],
)
def test_a_code_is_read_with_or_without_its_dot(text, plain):
    assert plain_code(text) == plain


@pytest.mark.parametrize(
    ("plain", "written"), [("M5450", "M54.50"), ("M54", "M54"), ("S161XXA", "S16.1XXA")]
)
def test_a_code_is_written_with_its_dot(plain, written):
    assert dotted(plain) == written


@pytest.mark.parametrize(
    ("plain", "leaves"),
    [
        ("M545", ["M5450", "M5451", "M5459"]),
        ("M791", ["M7910", "M7911", "M7912", "M7918"]),
        ("R51", ["R510", "R519"]),
        ("S161", ["S161XXA", "S161XXD", "S161XXS"]),
        ("S161XX", ["S161XXA", "S161XXD", "S161XXS"]),
        ("M5450", []),
        ("B20", []),  # the list has it twice: as a section and as a code
        ("ZZZ", []),
        ("", []),
    ],
)
def test_leaves_lie_below_a_header_and_none_below_a_leaf(plain, leaves):
    assert leaves_below(plain) == leaves


def test_codes_and_leaves_are_those_of_the_library():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how it opens its own files
        import simple_icd_10_cm as icd  # noqa: PLC0415 -- takes 1.5 s, and only here

    theirs = {
        code
        for code in icd.get_all_codes(with_dots=False)
        if not icd.is_chapter(code) and "-" not in code
    }
    categories = {code[:3] for code in theirs}
    ours = {code for category in categories for code in codes_of_category(category)}

    assert ours == theirs
    assert {leaf for category in categories for leaf in leaves_below(category) or [category]} == {
        code for code in theirs if icd.is_leaf(code)
    }


def test_the_list_is_the_installed_one_and_of_the_year_that_we_say():
    assert code_list().exists()
    assert (date(2025, 10, 1), date(2026, 9, 30)) == (FIRST_DAY, LAST_DAY)
    assert code_list().stem == "code-list-April-2026"


def test_reading_the_list_does_not_import_the_library():
    script = (
        "import sys; from emr.rules.icd_release import is_in_release;"
        " assert is_in_release('M5450'); assert 'simple_icd_10_cm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_lines_without_a_diagnosis_hold_the_claim():
    found = find_diagnosis_problems(Visit(date_of_service=DAY), has_lines=True)

    assert [each.as_dict() for each in found] == [
        {
            "code": "diagnosis-missing",
            "severity": "stop",
            "stops": "claim",
            "subject": "diagnosis",
            "message": "Choose a diagnosis: without one no claim can go out.",
            "source": "docs/rules/diagnoses.md#missing",
        }
    ]


@pytest.mark.parametrize(
    ("diagnoses", "has_lines", "expected"),
    [
        ((), False, []),
        (("", " . "), True, [("diagnosis-missing", "diagnosis")]),
        (("", "M54.2"), True, []),
        (("M54.2",), False, []),
        (("M54.5",), False, [("diagnosis-header", "M54.5")]),
    ],
)
def test_a_diagnosis_is_missing_only_beside_lines(diagnoses, has_lines, expected):
    assert codes(*diagnoses, has_lines=has_lines) == expected


HEADERS = [
    "M79.1 M54.5 M79.6 M25.5 M25.51 M62.83 M51.36 M51.37 M75.10 M26.62 M99.0 R51 R10.2 S16.1",
    "S39.012 G44.2 M54 S82 S16.1XX m545",
]
LEAVES = [
    "M79.10 M79.18 M79.7 M54.2 M54.50 M54.51 M54.59 M54.12 M54.81 G44.86 R51.9 M62.830 M26.621",
    "S16.1XXA S16.1xxd S39.012A M25.511 M51.360 M51.379 R10.20 B20 s161xxs",
]
UNKNOWN = ["G44.841 S16.1A M54.52 M54.500 ZZZ 1 A00-B99 123 M5450.0 J2001"]


@pytest.mark.parametrize("code", " ".join(HEADERS).split())
def test_a_header_may_stand_on_no_claim(code):
    assert [found for found, _ in codes(code)] == ["diagnosis-header"]


@pytest.mark.parametrize("code", " ".join(LEAVES).split())
def test_a_leaf_of_the_release_may_stand(code):
    assert codes(code) == []
    assert leaf_problem(code, DAY) is None


@pytest.mark.parametrize("code", " ".join(UNKNOWN).split())
def test_what_the_release_does_not_have_is_unknown(code):
    assert [found for found, _ in codes(code)] == ["diagnosis-unknown"]


def test_a_header_offers_its_leaves():
    assert leaf_problem("m54.5", DAY) == LeafProblem(
        code="diagnosis-header",
        message="Choose a code below M54.5, which no claim may carry: M54.50, M54.51 or M54.59.",
        offered=("M54.50", "M54.51", "M54.59"),
        more=0,
    )


def test_of_many_leaves_those_common_in_needling_are_offered_and_the_others_counted():
    problem = leaf_problem("M25.5", DAY)

    assert problem.offered == ("M25.511", "M25.512", "M25.551", "M25.552", "M25.561", "M25.562")
    assert problem.more == 17
    assert problem.message == (
        "Choose a code below M25.5, which no claim may carry: M25.511, M25.512, M25.551, M25.552,"
        " M25.561, M25.562 or one of 17 more."
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("g44.841", "G44.841"),
        (" low  back\tpain ", "low back pain"),
        ("pain in the lower back of Odette", "pain in the lower ba…"),
    ],
)
def test_an_unknown_code_is_shown_as_typed_and_cut_short(typed, shown):
    found = find_diagnosis_problems(Visit(date_of_service=DAY, diagnoses=(typed,)), has_lines=True)

    assert [(each.subject, each.message) for each in found] == [
        (
            shown,
            f"Choose another diagnosis: {shown} is no code of the installed ICD-10-CM list.",
        )
    ]


@pytest.mark.parametrize(
    ("on", "header", "leaf"),
    [
        (date(2021, 9, 30), None, "diagnosis-unknown"),
        (date(2021, 10, 1), "diagnosis-header", None),
    ],
)
def test_a_header_was_billable_until_it_was_divided(on, header, leaf):
    problems = [leaf_problem(code, on) for code in ("M54.5", "M54.59")]

    assert [problem and problem.code for problem in problems] == [header, leaf]


def test_a_leaf_before_its_first_day_points_to_its_header():
    assert leaf_problem("M51.362", date(2024, 9, 30)) == LeafProblem(
        code="diagnosis-unknown",
        message="Use M51.36: M51.362 was no code before 2024-10-01.",
        offered=("M51.36",),
    )


@pytest.mark.parametrize(
    ("code", "on", "problem"),
    [
        ("M54", date(2020, 1, 1), "diagnosis-header"),  # what lies above a split never was whole
        ("M54.52", date(2020, 1, 1), "diagnosis-unknown"),  # below a split, and no code
        ("R51", date(2020, 9, 30), None),
        ("R51", date(2020, 10, 1), "diagnosis-header"),
        ("R51.9", date(1, 1, 1), "diagnosis-unknown"),
        ("M54.2", date(1, 1, 1), None),
        ("M54.2", date(9999, 12, 31), None),
    ],
)
def test_a_split_reaches_its_header_and_its_leaves_alone(code, on, problem):
    found = leaf_problem(code, on)

    assert (found and found.code) == problem


@pytest.mark.parametrize(
    ("on", "old"),
    [
        (date(2025, 9, 30), True),
        (date(2025, 10, 1), False),
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
    ],
)
def test_a_visit_outside_the_year_of_the_release_is_told_once(on, old):
    expected = [("diagnosis-release-old", "diagnosis")] if old else []

    assert codes("M54.2", "M54.6", on=on) == expected
    assert codes(on=on, has_lines=False) == []


def test_the_age_of_the_list_is_an_information():
    found = find_diagnosis_problems(
        Visit(date_of_service=date(2026, 11, 23), diagnoses=("M54.2",)), has_lines=True
    )

    assert [(each.severity, each.message, each.source) for each in found] == [
        (
            "info",
            "Check the diagnoses against the list of 2026-11-23: the installed one holds from"
            " 2025-10-01 to 2026-09-30.",
            "docs/rules/diagnoses.md#release",
        )
    ]


def test_a_diagnosis_given_twice_is_judged_once():
    assert codes("M54.5", "M54.5", "M54.2") == [("diagnosis-header", "M54.5")]


def test_every_split_is_a_header_of_the_release_with_a_first_of_october_and_a_source():
    rows = rows_of("diagnosis_splits.csv")

    assert len({row["header"] for row in rows}) == len(rows) >= 9
    assert [row for row in rows if not leaves_below(plain_code(row["header"]))] == []
    assert [row for row in rows if not is_in_release(plain_code(row["header"]))] == []
    assert {row["first_day"][4:] for row in rows} == {"-10-01"}
    assert [row for row in rows if not row["source"]] == []
    assert {row["confidence"] for row in rows} == {"secondary", "unverified"}


def test_no_split_lies_below_another():
    headers = sorted(plain_code(row["header"]) for row in rows_of("diagnosis_splits.csv"))

    assert [
        one for one in headers for other in headers if one != other and other.startswith(one)
    ] == []
