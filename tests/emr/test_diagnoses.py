import csv
from io import StringIO

import pytest
from django.core.management import call_command

from emr.management.commands.load_diagnoses import COMMON, Entry, replace_diagnoses
from emr.models import Diagnosis, DiagnosisRelease

# A few of the release, with the labels of it and of ours.
ENTRIES = [
    Entry("G56.01", "Carpal tunnel syndrome, right upper limb", True),
    Entry("M53.1", "Cervicobrachial syndrome", True, "Neck and arm pain syndrome"),
    Entry("M54.12", "Radiculopathy, cervical region", True, "Pinched nerve root, neck"),
    Entry("M54.2", "Cervicalgia", True, "Neck pain"),
    Entry("M54.5", "Low back pain", False, "Low back pain"),
    Entry("M54.50", "Low back pain, unspecified", True, "Low back pain, type not stated"),
    Entry("M54.59", "Other low back pain", True, "Low back pain, other type"),
    Entry("M54.9", "Dorsalgia, unspecified", True),
    Entry("M75.01", "Adhesive capsulitis of right shoulder", True, "", frozenset(["frozen"])),
    Entry("M77.01", "Medial epicondylitis, right elbow", True, "Golfer's elbow, right"),
    Entry("QA0.8", "Other neurodevelopmental disorders", True),
    Entry("R10.2", "Pelvic and perineal pain", True),
    Entry("R68.84", "Jaw pain", True),
]


@pytest.fixture
def diagnoses(db):
    replace_diagnoses(ENTRIES)


def found(query: str) -> list[str]:
    return [diagnosis.code for diagnosis in Diagnosis.objects.search(query)]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("M54.2", ["M54.2"]),
        ("m542", ["M54.2"]),
        ("M54.5", ["M54.50", "M54.59"]),
        ("m545", ["M54.50", "M54.59"]),
        ("M54.", ["M54.2", "M54.12", "M54.50", "M54.59", "M54.9"]),
        ("m7", ["M77.01", "M75.01"]),
        ("g", ["M77.01", "G56.01"]),
        ("qa0.8", ["QA0.8"]),
        ("M54.21", []),
        ("m54 radic", ["M54.12"]),
        ("other M54.5", ["M54.59"]),
    ],
)
def test_the_beginning_of_a_code_offers_the_billable_codes_that_begin_so(diagnoses, typed, codes):
    assert found(typed) == codes


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("cerv rad", ["M54.12"]),
        ("rad cerv", ["M54.12"]),
        ("Radiculopathy, CERVICAL region", ["M54.12"]),
        ("cervicalgia", ["M54.2"]),
        ("pinched", ["M54.12"]),
        ("frozen shoulder", ["M75.01"]),
        ("golfer's", ["M77.01"]),
        ("golfers elbow", ["M77.01"]),
        ("pain in the neck", ["M54.2", "M53.1"]),
        ("ervical", []),
        ("carpal elbow", []),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_order(diagnoses, typed, codes):
    assert found(typed) == codes


def test_common_codes_come_first_by_the_plainest_name_then_musculoskeletal_ones(diagnoses):
    assert found("pain") == ["M54.2", "M54.50", "M54.59", "M53.1", "R10.2", "R68.84"]
    assert found("right") == ["M77.01", "M75.01", "G56.01"]


def test_words_that_nobody_looks_for_exclude_nothing_but_may_still_be_begun(diagnoses):
    assert found("the capsulitis of") == ["M75.01"]
    assert found("other") == found("other with a")
    assert found("an") == []
    assert found("on") == []


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        "- ,",
        "\x00",
        "%",
        "_",
        "*",
        "[a",
        "\\",
        "'",
        '"',
        "\ud800",
        "💉",
        "²",
        "Ｍ５４",
        "M54.2.2",
        "ß",
        "İ",
        "٣",
        "a" * 10_000,
        "a " * 10_000,
        "m54 " * 50,
        "1" * 400,
    ],
)
def test_any_text_may_be_typed(diagnoses, typed):
    assert isinstance(found(typed), list)


@pytest.mark.parametrize("typed", ["", " ", ".", "%", "\x00", "💉"])
def test_without_a_letter_or_digit_nothing_is_found(diagnoses, typed):
    assert found(typed) == []


@pytest.mark.parametrize(("typed", "statements"), [("neck pain", 2), ("M54", 2), ("M54.2", 3)])
def test_a_search_costs_the_same_statements_however_much_it_finds(
    diagnoses, django_assert_num_queries, typed, statements
):
    with django_assert_num_queries(statements):
        found(typed)


def test_a_search_offers_no_more_than_a_hundred_codes(db):
    replace_diagnoses([Entry(f"S52.{n}", "Fracture of ulna", True) for n in range(100, 300)])

    assert found("ulna") == [f"S52.{n}" for n in range(100, 200)]
    assert len(Diagnosis.objects.search("s52")[:20]) == 20


def test_what_is_loaded_takes_the_place_of_what_was(diagnoses):
    replace_diagnoses([Entry("M54.2", "Cervicalgia", True)])

    assert found("neck") == []
    assert found("cerv") == ["M54.2"]
    assert Diagnosis.objects.count() == 1


def test_a_full_label_adds_our_words_where_they_differ():
    assert Diagnosis(label="Cervicalgia", common_label="Neck pain").full_label == (
        "Cervicalgia (Neck pain)"
    )
    assert Diagnosis(label="Fibromyalgia", common_label="Fibromyalgia").full_label == (
        "Fibromyalgia"
    )
    assert Diagnosis(label="Dorsalgia").full_label == "Dorsalgia"


def test_the_installed_release_is_loaded_whole_and_once(db, django_assert_num_queries):
    DiagnosisRelease.objects.create(
        pk=1, name="an older one", fingerprint="", codes=1, billable_codes=1
    )

    assert load() == (
        "Diagnosis codes … reading, storing, simple-icd-10-cm 1.5.0 is in,"
        " with 74,719 billable codes\n"
    )

    release = DiagnosisRelease.objects.get()
    assert (release.name, release.codes, release.billable_codes) == (
        "simple-icd-10-cm 1.5.0",
        98_186,
        74_719,
    )
    assert Diagnosis.objects.count() == 98_186
    assert Diagnosis.objects.billable().count() == 74_719
    check_common_codes()
    assert found("neck pain")[:3] == ["M54.2", "M79.12", "M53.0"]
    assert found("low back pain")[:2] == ["M54.50", "M54.59"]
    assert found("frozen shoulder") == ["M75.00", "M75.01", "M75.02"]
    assert found("tmj pain") == ["M26.621", "M26.622", "M26.623", "M26.629"]
    assert found("M79.1") == ["M79.10", "M79.11", "M79.12", "M79.18"]
    assert found("r99") == ["R99"]
    with django_assert_num_queries(2):
        assert load() == "Diagnosis codes … simple-icd-10-cm 1.5.0 is in\n"


def check_common_codes():
    """Our list of common codes and the release agree on what is billable, and on headers' leaves."""
    with COMMON.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    listed = {row["code"]: row["billable"] == "yes" for row in rows}
    released = dict(Diagnosis.objects.filter(code__in=listed).values_list("code", "billable"))
    assert len(listed) == len(rows)
    assert released == listed
    for row in rows:
        if not listed[row["code"]]:
            leaves = Diagnosis.objects.billable().filter(code__startswith=row["code"])
            assert list(leaves.values_list("code", flat=True)) == row["replaced_by"].split(";")


def load() -> str:
    output = StringIO()
    call_command("load_diagnoses", stdout=output)
    return output.getvalue()
