"""The words of the room: everything in both languages, and nothing that nobody says."""

import re
from pathlib import Path

import pytest

from consent.models import PatientSignature
from consent.words.room import ENGLISH, PHRASES, SPANISH
from emr.rules.ink import InkProblem

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "templates/consent/signing").glob("*.html"),
    ROOT / "consent/room.py",
    *(ROOT / "consent/forms").glob("*.py"),
    *(ROOT / "consent/views").glob("*.py"),
]
# Put together from parts: intent_<document>_<answer>, <answer>_<document>.
COMPOSED = re.compile(r"(intent|agree|decline)_\w+")


def test_what_is_said_in_english_is_said_in_spanish():
    assert list(SPANISH) == list(ENGLISH)
    assert [len(SPANISH[name]) for name in ("grounds", "electronic")] == [
        len(ENGLISH[name]) for name in ("grounds", "electronic")
    ]


def test_everything_wrong_with_a_drawing_can_be_said():
    assert [problem for problem in InkProblem if problem not in ENGLISH] == []


def test_no_phrase_is_left_that_nobody_says():
    said = "".join(path.read_text() for path in SOURCES)
    names = [name for name in ENGLISH if not isinstance(name, InkProblem)]

    unsaid = [
        name
        for name in names
        if not re.search(rf"say\.{name}\b|say\[\"{name}\"\]", said) and not COMPOSED.match(name)
    ]

    assert unsaid == []


@pytest.mark.parametrize("language", PHRASES)
def test_what_a_signature_means_fits_where_it_is_kept(language):
    longest = PatientSignature._meta.get_field("intent").max_length
    meanings = {name: len(words) for name, words in PHRASES[language].items() if "intent" in name}

    assert {name: size for name, size in meanings.items() if size > longest} == {}
