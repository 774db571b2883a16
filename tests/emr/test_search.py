"""Finding people by the beginnings of words, alike and fast on both databases."""

from datetime import date
from itertools import pairwise

import pytest
from django.db import connection

from emr.models import Diagnosis, Patient, PatientSearchWord
from emr.search import fold, words_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Marlow", "marlow"),
        ("NÚÑEZ", "nunez"),
        ("Nu\u0301n\u0303ez", "nunez"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Weiß", "weiss"),
        ("C5/6", "c56"),
        ("①", "1"),
        ("Мария", "мария"),
        ("%_*?[]\\", ""),
        ("", ""),
    ],
)
def test_a_word_is_folded_to_plain_letters_and_digits(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Marlow, Odette", ["marlow", "odette"]),
        ("  mar   ode ", ["mar", "ode"]),
        ("Smith-Jones", ["smith", "jones"]),
        ("O'Brien", ["o", "brien"]),
        ("St. Clair", ["st", "clair"]),
        ("mar mar MAR", ["mar"]),
        ("a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"]),
        ("low back/neck; head", ["low", "back", "neck", "head"]),
        ("-- ' , /", []),
        ("", []),
        ("x" * 90, ["x" * 80]),
    ],
)
def test_a_text_is_taken_apart_where_people_would(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1951-03-08", ["1951-03-08"]),
        ("1951-03", ["1951-03"]),
        ("1951", ["1951"]),
        ("marlow 1951-03-08", ["marlow", "1951-03-08"]),
        ("1951-", ["1951"]),
    ],
)
def test_a_date_stays_whole_where_dates_are_looked_for(text, words):
    assert words_of(text, dates=True) == words


AWKWARD = ["a*b", "axb", "a?b", "a[b", "a[c]d", "acd", "a%b", "a_b", "a\\b", "a^b", "a-b", "a]b"]
AWKWARD += ["A*b", "äb", "a'b", 'a"b', "a", "ab", "abc"]


def beginnings():
    return sorted({word[:length] for word in AWKWARD for length in range(1, len(word) + 1)})


@pytest.mark.parametrize("start", beginnings())
def test_a_beginning_means_its_own_letters_and_nothing_else(start):
    patient = factories.make_patient()
    PatientSearchWord.objects.filter(patient=patient).delete()
    PatientSearchWord.objects.bulk_create(
        PatientSearchWord(patient=patient, word=word) for word in AWKWARD
    )

    found = PatientSearchWord.objects.filter(word__starts=start).values_list("word", flat=True)

    assert sorted(found) == sorted(word for word in AWKWARD if word.startswith(start))


@pytest.mark.parametrize(
    ("found", "table", "column"),
    [
        (PatientSearchWord.objects.filter(word__starts="mar"), "emr_patientsearchword", "word"),
        (Patient.objects.search("mar ode"), "emr_patientsearchword", "word"),
        (Diagnosis.objects.filter(plain_code__starts="M79"), "emr_diagnosis", "plain_code"),
    ],
    ids=["word", "patient", "code"],
)
def test_a_search_looks_into_an_index_and_never_through_the_whole_table(found, table, column):
    plan = explain(found)

    assert any(looks_up(step, following, table, column) for step, following in pairwise(plan)), plan


def explain(found):
    """The plan, one line a step; on PostgreSQL as if the table were large, and known to be."""
    if connection.vendor == "postgresql":
        patient = factories.make_patient()
        PatientSearchWord.objects.bulk_create(
            PatientSearchWord(patient=patient, word=f"word{number}") for number in range(500)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE emr_patient, emr_patientsearchword")
            cursor.execute("SET LOCAL enable_seqscan = off")
    return [*found.explain().splitlines(), ""]


def looks_up(step, following, table, column):
    """Whether a step of a plan goes to a range of the column's index."""
    if connection.vendor == "sqlite":
        return "SEARCH" in step and f"({column}>? AND {column}<?)" in step
    return f"{table}_{column}" in step and "_like" in step and "Index Cond" in following


PEOPLE = [
    ("HL-10117", "Marlow", "Odette", "", "", date(1951, 3, 8)),
    ("HL-10118", "Marlow", "Otis", "Ray", "", date(1984, 12, 1)),
    ("HL-20001", "Núñez-O'Brien", "Marisol", "", "Sol", date(1951, 11, 30)),
    ("HL-20002", "de la Cruz", "Ana María", "José", "", date(1990, 3, 8)),
    ("7-0042", "Weiß", "Jürgen", "", "", date(1962, 1, 2)),
]


@pytest.fixture
def people(db):
    for number, last, first, middle, preferred, birth in PEOPLE:
        factories.make_patient(
            record_number=number,
            last_name=last,
            first_name=first,
            middle_name=middle,
            preferred_name=preferred,
            birth_date=birth,
        )


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("marlow", ["HL-10117", "HL-10118"]),
        ("MAR", ["HL-10117", "HL-10118", "HL-20001", "HL-20002"]),
        ("mar ode", ["HL-10117"]),
        ("ode mar", ["HL-10117"]),
        ("Marlow, Otis", ["HL-10118"]),
        ("otis ray marlow", ["HL-10118"]),
        ("arlow", []),
        ("marlow marisol", []),
        ("nunez", ["HL-20001"]),
        ("Núñez", ["HL-20001"]),
        ("nunez-obrien", []),
        ("nunez-o'brien", ["HL-20001"]),
        ("nunez o’brien", ["HL-20001"]),
        ("brien", ["HL-20001"]),
        ("sol", ["HL-20001"]),
        ("cruz", ["HL-20002"]),
        ("maria jose", ["HL-20002"]),
        ("weiss", ["7-0042"]),
        ("Weiß", ["7-0042"]),
        ("jurgen", ["7-0042"]),
        ("HL-10117", ["HL-10117"]),
        ("hl10117", ["HL-10117"]),
        ("10117", ["HL-10117"]),
        ("HL-101", ["HL-10117", "HL-10118"]),
        ("7-0042", ["7-0042"]),
        ("1951-03-08", ["HL-10117"]),
        ("1951", ["HL-10117", "HL-20001"]),
        ("1951-11", ["HL-20001"]),
        ("mar 1951", ["HL-10117", "HL-20001"]),
        ("", []),
        ("   ", []),
        ("-", []),
        ("'", []),
        ("%", []),
        ("_", []),
        ("*", []),
        ("[a-z]", []),
    ],
)
def test_a_patient_is_found_by_what_somebody_would_type(people, query, numbers):
    found = Patient.objects.search(query).order_by("record_number")

    assert [patient.record_number for patient in found] == sorted(numbers)


def test_a_search_keeps_to_the_patients_it_was_asked_of(people):
    elsewhere = Patient.objects.exclude(first_name="Otis")

    assert [patient.first_name for patient in elsewhere.search("marlow")] == ["Odette"]
