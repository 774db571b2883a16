"""How easy a text is to read, by the two formulas that are known for its language.

English: the US school grade after Flesch and Kincaid. Spanish: the ease from 0 to 100 after
Fernández Huerta. Syllables are counted by the vowels that are spoken. A hyphenation dictionary
would count fewer: it knows where a line may be broken, and nobody breaks a-bout.
"""

import re
from dataclasses import dataclass

from consent.models import Language

PLAIN_GRADE = 8  # what a US reader of the eighth grade understands, and below
PLAIN_EASE = 60  # "normal" on the scale of Fernández Huerta, and easier

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n")

_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeiouy](?:e|(?<![td])ed|(?<![szxcg])(?<![cs]h)es)$")
_SPOKEN_END = re.compile(r"[^aeiouy]les?$")  # nee-dle
_TWO_VOWELS = re.compile(
    r"iu[ms]|(?<![tscg])i(?:a|o|ent|et)|(?<!p)eo|(?<=[aeiouy][^aeiouy])ea$|[aeiou]ing$"
)

_SPANISH_VOWELS = re.compile(r"[aeiouáéíóúü]+")
_STRONG = re.compile(r"[aeoáéíóú]")
# Upper bounds of the ease, hardest first.
_EASE = [(30, "very hard"), (50, "hard"), (60, "rather hard"), (70, "normal"), (80, "rather easy")]
_EASE += [(90, "easy"), (float("inf"), "very easy")]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was measured, in words, and whether most patients will follow."""

    words: str
    is_plain: bool


def reading_of(text: str, *, language: str) -> Reading:
    """The measure of a text; one without a single word is told so and is not plain."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return Reading(words="nothing to read yet", is_plain=False)
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    per_sentence = len(words) / sentences
    if language == Language.SPANISH:
        ease = fernandez_huerta(sum(map(spanish_syllables, words)) / len(words), per_sentence)
        named = next(name for most, name in _EASE if ease < most)
        return Reading(
            words=f"{named}, {ease} of 100, Fernández Huerta", is_plain=ease >= PLAIN_EASE
        )
    grade = flesch_kincaid(sum(map(english_syllables, words)) / len(words), per_sentence)
    return Reading(words=f"US grade {grade}, Flesch-Kincaid", is_plain=grade <= PLAIN_GRADE)


def flesch_kincaid(per_word: float, per_sentence: float) -> int:
    """The school grade, in whole years and never below the first."""
    return max(1, round(0.39 * per_sentence + 11.8 * per_word - 15.59))


def fernandez_huerta(per_word: float, per_sentence: float) -> int:
    """The ease, from 0 to 100; per word and per sentence, as the formula was corrected later."""
    return min(100, max(0, round(206.84 - 60 * per_word - 1.02 * per_sentence)))


def english_syllables(word: str) -> int:
    count = len(_ENGLISH_VOWELS.findall(word)) + len(_TWO_VOWELS.findall(word))
    if _SILENT_END.search(word) and not _SPOKEN_END.search(word):
        count -= 1
    return max(1, count)


def spanish_syllables(word: str) -> int:
    """Each strong vowel is one; weak ones join it, and together are one where there is none."""
    groups = _SPANISH_VOWELS.findall(word)
    return max(1, sum(max(1, len(_STRONG.findall(group))) for group in groups))
