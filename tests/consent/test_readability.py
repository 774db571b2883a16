import pytest

from consent.readability import english_syllables, reading_of, spanish_syllables
from consent.shipped import shipped_text

ENGLISH = {
    "the": 1,
    "used": 1,
    "times": 1,
    "tired": 1,
    "stopped": 1,
    "sea": 1,
    "any": 2,
    "about": 2,
    "muscles": 2,
    "needle": 2,
    "treated": 2,
    "changes": 2,
    "doing": 2,
    "people": 2,
    "patient": 2,
    "special": 2,
    "idea": 3,
    "radio": 3,
    "medium": 3,
    "medicine": 3,
    "infection": 3,
    "acupuncture": 4,
    "pneumothorax": 4,
}
SPANISH = {
    "y": 1,
    "que": 1,
    "muy": 1,
    "día": 2,
    "leer": 2,
    "país": 2,
    "ciudad": 2,
    "punción": 2,
    "idea": 3,
    "aguja": 3,
    "aérea": 4,
    "neumotórax": 4,
    "profesional": 4,
}


@pytest.mark.parametrize(("word", "count"), ENGLISH.items())
def test_english_syllables_are_counted_as_they_are_spoken(word, count):
    assert english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), SPANISH.items())
def test_spanish_syllables_are_counted_as_they_are_spoken(word, count):
    assert spanish_syllables(word) == count


def test_the_school_grade_follows_from_words_and_syllables():
    # Ten words of one syllable in two sentences: 0.39 × 5 + 11.8 × 1 − 15.59 is below the first grade.
    reading = reading_of("The cat sat on it. The dog ran past it.", language="en")

    assert (reading.words, reading.is_plain) == ("US grade 1, Flesch-Kincaid", True)


def test_a_text_of_long_words_is_not_plain():
    text = "Practitioners administer percutaneous intramuscular stimulation therapeutically."

    reading = reading_of(text, language="en")

    assert reading.is_plain is False


def test_spanish_ease_follows_from_words_and_syllables():
    # Four words, seven syllables, one sentence: 206.84 − 60 × 7/4 − 1.02 × 4 = 97.76.
    reading = reading_of("La aguja entra bien.", language="es")

    assert (reading.words, reading.is_plain) == ("very easy, 98 of 100, Fernández Huerta", True)


@pytest.mark.parametrize("text", ["", "  \n", "911 … 24"])
def test_a_text_without_words_has_no_level(text):
    reading = reading_of(text, language="en")

    assert (reading.words, reading.is_plain) == ("nothing to read yet", False)


def test_a_line_ends_a_sentence_even_without_a_full_stop():
    apart, joined = "Sore muscles\nA small bruise", "Sore muscles. A small bruise."

    assert reading_of(apart, language="en") == reading_of(joined, language="en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_we_ship_can_be_read_by_most_patients(language):
    text = "\n".join(section["text"] for section in shipped_text(language)["sections"])

    assert reading_of(text, language=language).is_plain is True
