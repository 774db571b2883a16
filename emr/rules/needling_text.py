"""Whether a text tells of needling that was done, and not of one refused, planned or long past.

How it reads, and what it cannot: docs/rules/hidden_needling.md#reading
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from emr.rules.tables import rows_of

FARTHEST = 300  # letters from the mention to a word that takes it back

_SPELLED_OUT = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"[^\S\n]+", " "),
        (r"[\u2018\u2019]", "'"),
        (r" ?[\u2013\u2014] ?| -+ ", ", "),
        (r"n't\b", " not"),
        (r"\bw/o(?:ut)?\b", "without"),
        (r"\bw/\s*", "with "),
        (r"\b[hp]/o\b", "history of"),
        (r"\bp?hx(?: of)?\b(?!\s*:)", "history of"),
        (r"\bs/p\b", "status post"),
        (r"\bn/a\b", "none"),
        (r"\b(dr|pt|vs|approx)\.", r"\1"),
        (r": ?\n\s*", ": "),
    )
)
_SENTENCE_END = re.compile(
    r"[;!?\n\r•]|\.(?=\s|$)|\b(?:but|however|although|though|whereas)\b", re.IGNORECASE
)
_HEADING = re.compile(r"\s*[-*]?\s*([a-z][a-z ]{0,30}?)\s*:")
_WORD = re.compile(r"[a-z0-9][a-z0-9'/-]*")
# What follows when a site or a dose is named: to the left upper trapezius, x 3.
_SITE = re.compile(
    r"\s*(?:performed |done |applied )?"
    r"(?:to|of|at|into|in|x|r|l|rt|lt|right|left|b|bil|bilat|bilateral|\d+)\b(?! be\b)"
)
_AND = re.compile(r",|\b(?:and|then)\b")
_AND_WAS_DONE = re.compile(r"\s*(?:was |were )?(?:performed|completed|applied|administered)\b")
# A short answer after the name of the service: "Dry needling: no".
_ANSWERED_NO = re.compile(
    r"[\s:=-]*(?:was |were |is )?(?:no|none|nil|not today|not this visit|held|0|x)[\s.]*"
)
_NOT_DONE = re.compile(
    r"\bnot\b(?: [a-z]+){0,2}? (?:performed|done|given|provided|used|utilized|applied|completed"
    r"|indicated|needed|necessary|required|appropriate|warranted|attempted|received|included"
    r"|started|initiated|tried|billed|today|at this time|this visit|this session)\b"
)


def tells_of_needling(text: str, *, bare_needle: bool = True) -> bool:
    """Whether the text says that needling was done.

    Without `bare_needle` a needle by itself, put in or taken out, is not taken for dry needling.
    """
    mentions = _mentions() if bare_needle else _names()
    if not mentions.search(text):
        return False
    below_heading = False
    for sentence in _sentences(text):
        heading = _HEADING.match(sentence.lower())
        if heading:
            below_heading = bool(_pattern("heading").fullmatch(heading[1].strip()))
        if not below_heading and _tells(sentence, bare_needle=bare_needle):
            return True
    return False


def _tells(sentence: str, *, bare_needle: bool) -> bool:
    lower = sentence.lower()
    if any(_was_done(lower, *found.span()) for found in _names().finditer(sentence)):
        return True
    if not bare_needle or _pattern("injected").search(lower):
        return False
    if not _pattern("needle done").search(lower):
        return False
    return any(_was_done(lower, *found.span()) for found in _pattern("needle").finditer(lower))


def _was_done(sentence: str, start: int, end: int) -> bool:
    """Whether nothing around the mention takes it back."""
    before = sentence[max(0, start - FARTHEST) : start]
    after = sentence[end : end + FARTHEST]
    return not (
        _is_denied_before(before)
        or _is_denied_after(after)
        or _is_only_spoken_of(before, sentence[start:end], after)
        or _is_put_off(before, after)
    )


def _is_denied_before(before: str) -> bool:
    """A no, with nothing behind it but words that lead on to the needling."""
    denials = list(_pattern("not").finditer(before))
    if not denials:
        return False
    between = _WORD.findall(before[denials[-1].end() :])
    return _words("bridge").issuperset(between)


def _is_denied_after(after: str) -> bool:
    answer = after.split(",")[0]
    return bool(
        _ANSWERED_NO.fullmatch(answer)
        or _NOT_DONE.search(answer)
        or _pattern("refused").search(after)
    )


def _is_only_spoken_of(before: str, name: str, after: str) -> bool:
    """A word ahead that speaks of needling not done, and no word of doing behind it."""
    cues = [
        found
        for use in ("refused", "planned", "next", "past", "past before")
        for found in _pattern(use).finditer(before)
    ]
    if not cues:
        return False
    between = before[max(found.end() for found in cues) :]
    if _pattern("done").search(between):
        return False
    # "Consent signed, dry needling to the left soleus" goes on to what was done.
    if "," in between and _SITE.match(after):
        return False
    was_done = name.endswith("ed") or _AND_WAS_DONE.match(after)
    return not (was_done and _AND.search(between))


def _is_put_off(before: str, after: str) -> bool:
    """Words behind the mention that put it on another day or leave it at talk."""
    here = after.split(",")[0]
    if _pattern("past").search(here):
        return True
    uses = ["next"] if _SITE.match(here) else ["next", "planned"]
    cue = min(
        (found.start() for use in uses if (found := _pattern(use).search(here))), default=None
    )
    if cue is None:
        return False
    said = f"{before} {here[:cue]}"
    return not (_pattern("done").search(said) or _pattern("done after").search(said))


def _sentences(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    for pattern, spelled_out in _SPELLED_OUT:
        plain = pattern.sub(spelled_out, plain)
    plain = _pattern("other").sub(" ", plain)
    plain = _pattern("as before").sub(" ", plain)
    return filter(None, _SENTENCE_END.split(plain))


@cache
def _words(use: str) -> frozenset[str]:
    return frozenset(_words_by_use()[use])


@cache
def _pattern(use: str) -> re.Pattern[str]:
    """Finds any of the words of a use, the longest first, in text of any case."""
    return re.compile(_either(_words_by_use()[use]), re.IGNORECASE)


@cache
def _names() -> re.Pattern[str]:
    """Finds needling by its names; of two letters only where they are capitals."""
    small = _either(_words_by_use()["needling"])
    return re.compile(f"(?i:{small})|{_either(_words_by_use()['needling capitals'])}")


@cache
def _mentions() -> re.Pattern[str]:
    return re.compile(f"{_names().pattern}|(?i:{_either(_words_by_use()['needle'])})")


def _either(words: list[str]) -> str:
    """One of the words, whole: neither needless nor microneedling is needle or needling."""
    longest_first = sorted(words, key=len, reverse=True)
    spaced = (re.escape(each).replace(r"\ ", r"[\s-]+") for each in longest_first)
    return rf"(?<![\w-])(?:{'|'.join(spaced)})(?![\w])"


@cache
def _words_by_use() -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for row in rows_of("needling_words.csv"):
        words[row["use"]].append(row["words"])
    return dict(words)
