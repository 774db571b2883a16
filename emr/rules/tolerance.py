"""Whether a text on how the patient took the treatment tells anything.

What counts as a stock phrase, and why: docs/rules/completeness.md#tolerance
"""

import re

from emr.rules.folding import words

_ABBREVIATIONS = {
    re.compile(r"\bc\s*/\s*o\b", re.IGNORECASE): "complaints",
    re.compile(r"\bw\s*/\s*o(?:ut)?\b", re.IGNORECASE): "without",
    re.compile(r"\bn\s*/\s*a\b", re.IGNORECASE): "none",
}

# A text of these words alone could stand in any note, so it says nothing of this visit. No number,
# place, time, sensation or reaction by name is among them, nor a word that denies tolerance.
_IDLE_WORDS_BY_USE = {
    "who and what": (
        "patient patients pt rx muscle muscles client he she they him her them his their this "
        "that it its dry needling needle needles dn treatment treatments tx procedure "
        "procedures session sessions therapy intervention interventions visit service services "
        "technique response responses reaction reactions effect effects side event events "
        "outcome"
    ),
    "how it was taken": (
        "tolerate tolerates tolerated tolerating tolerance tol toleration well good fine ok "
        "okay great excellent very quite extremely overall generally satisfactory "
        "satisfactorily adequate adequately acceptable appropriate appropriately normal "
        "normally usual as expected positive favorable favourable wnl wfl nad within limit "
        "limits functional unremarkable uneventful uneventfully stable successful successfully "
        "completed complete finished performed"
    ),
    "that nothing happened": (
        "no none nil without any issue issues complaint complaints complication complications "
        "problem problems concern concerns difficulty difficulties adverse untoward incident "
        "incidents acute distress new significant apparent immediate nothing sign signs symptom "
        "symptoms s"
    ),
    "how it was told": (
        "report reported reports note noted observed stated states denied denies voiced "
        "verbalized given demonstrated demonstrates had has have having there were was is are "
        "be been"
    ),
    "between words": (
        "did does so far end will continue a an and all at by during in of on or the throughout "
        "to today todays with for from after post same before last time again see above"
    ),
}
_IDLE_WORDS = frozenset(" ".join(_IDLE_WORDS_BY_USE.values()).split())


def says_nothing(text: str) -> bool:
    """Whether a text is a stock phrase and no more; an empty one is absent, not a phrase."""
    for abbreviation, meaning in _ABBREVIATIONS.items():
        text = abbreviation.sub(f" {meaning} ", text)
    said = words(text)
    return bool(said) and all(word in _IDLE_WORDS for word in said)
