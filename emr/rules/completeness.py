"""What a note lacks before it may be signed or billed.

Sources of the elements and our choices: docs/rules/completeness.md
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from emr.rules.findings import Finding, finding
from emr.rules.folding import says_something
from emr.rules.needling import Count
from emr.rules.tolerance import says_nothing

PAGE = "docs/rules/completeness.md"

Reading = str | int | float | Decimal


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something measured before and after, such as a range of motion."""

    name: str = ""
    before: Reading | None = None
    after: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class NoteFacts:
    """What the note of one visit says; None and empty text are not recorded, 0 is."""

    functional_limitation: str = ""
    goal: str = ""
    trigger_point_findings: str = ""
    medical_necessity: str = ""
    technique: str = ""
    tolerance: str = ""
    pain_before: int | None = None
    pain_after: int | None = None
    measures: tuple[Measure, ...] = ()
    needles_in: int | None = None
    needles_out: int | None = None
    twitch_response: bool | None = None  # recorded, either way
    retained_needle_reported: bool = False
    contraindications_screened: bool = False
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Element:
    """One thing an auditor looks for, and the findings that say what it lacks."""

    code: str
    label: str
    met: bool
    finding_codes: tuple[str, ...]


# Each element with the findings that leave it unmet, in the order of the note page.
ELEMENTS = (
    ("muscles", "Muscles and sides", ("no-muscle", "muscle-too-vague", "side-missing")),
    ("functional-limitation", "Functional limitation", ("functional-limitation-missing",)),
    ("trigger-point-findings", "Trigger-point findings", ("trigger-point-findings-missing",)),
    ("medical-necessity", "Medical necessity", ("medical-necessity-missing",)),
    ("technique", "Technique", ("technique-missing",)),
    ("contraindications", "Contraindications screened", ("contraindications-not-screened",)),
    ("needle-count", "Needles in and out", ("needle-count-missing", "needles-unaccounted")),
    ("twitch-response", "Local twitch response", ("twitch-response-missing",)),
    ("tolerance", "Tolerance", ("tolerance-missing", "tolerance-says-nothing")),
    ("pain-response", "Pain before and after", ("pain-response-missing",)),
    ("measure", "Objective measure", ("measure-missing",)),
)

# Field of the note, its finding, and what to do.
REQUIRED_TEXTS = (
    (
        "functional_limitation",
        "functional-limitation-missing",
        "Write what the patient cannot do, or does with difficulty, because of the problem.",
    ),
    (
        "trigger_point_findings",
        "trigger-point-findings-missing",
        "Write what was found at each site, such as a taut band, a jump sign or referred pain.",
    ),
    (
        "medical_necessity",
        "medical-necessity-missing",
        "Write why this patient needed needling at this visit.",
    ),
    (
        "technique",
        "technique-missing",
        "Write how it was done: solid filiform needles, and nothing injected.",
    ),
    (
        "tolerance",
        "tolerance-missing",
        "Write how the patient took the treatment, and any reaction to it.",
    ),
)


def elements(facts: NoteFacts, count: Count) -> tuple[Element, ...]:
    """The elements an auditor looks for, each met or with what it lacks."""
    found = {each.code for each in [*find_gaps(facts), *count.findings]}
    if not count.explanation:
        found.add("no-muscle")
    return tuple(
        Element(
            code=code,
            label=label,
            met=not found.intersection(lacks),
            finding_codes=tuple(lack for lack in lacks if lack in found),
        )
        for code, label, lacks in ELEMENTS
    )


def find_gaps(note: NoteFacts) -> list[Finding]:
    """Everything that the note lacks; the muscles are judged with the count."""
    return [
        *find_missing_texts(note),
        *find_empty_tolerance(note),
        *find_missing_pain(note),
        *find_needles_not_counted(note),
        *find_needles_unaccounted(note),
        *find_missing_screening(note),
        *find_missing_measure(note),
        *find_missing_twitch_response(note),
        *find_missing_signature(note),
    ]


def find_missing_texts(note: NoteFacts) -> list[Finding]:
    """Required texts without a letter or digit in them."""
    return [
        finding(code, subject=field, message=message, source=f"{PAGE}#texts")
        for field, code, message in REQUIRED_TEXTS
        if not says_something(getattr(note, field))
    ]


def find_empty_tolerance(note: NoteFacts) -> list[Finding]:
    return _found_if(
        says_nothing(note.tolerance),
        "tolerance-says-nothing",
        subject="tolerance",
        message="Add what was seen or said, such as soreness, bleeding or dizziness"
        " and how long it lasted; this phrase could stand in any note.",
        anchor="tolerance",
    )


def find_missing_pain(note: NoteFacts) -> list[Finding]:
    missing = _absent(note, "pain_before", "pain_after")
    return _found_if(
        missing,
        "pain-response-missing",
        subject="pain_response",
        message=f"Record the pain {_when(missing)}, from 0 to 10; 0 is an answer.",
        anchor="pain-response",
    )


def find_needles_not_counted(note: NoteFacts) -> list[Finding]:
    missing = _absent(note, "needles_in", "needles_out")
    direction = {"needles_in": "put in", "needles_out": "taken out"}
    return _found_if(
        missing,
        "needle-count-missing",
        subject="needle_count",
        message=f"Count the needles {' and '.join(direction[each] for each in missing)}.",
        anchor="needles",
    )


def find_needles_unaccounted(note: NoteFacts) -> list[Finding]:
    counted = not _absent(note, "needles_in", "needles_out")
    return _found_if(
        counted and note.needles_in != note.needles_out and not note.retained_needle_reported,
        "needles-unaccounted",
        subject="needle_count",
        message=f"Find out why {note.needles_in} needles went in and {note.needles_out} came out:"
        " correct the count or report a retained needle.",
        anchor="needles",
    )


def find_missing_screening(note: NoteFacts) -> list[Finding]:
    return _found_if(
        not note.contraindications_screened,
        "contraindications-not-screened",
        subject="contraindications_screened",
        message="Confirm that contraindications were screened at this visit.",
        anchor="contraindications",
    )


def find_missing_measure(note: NoteFacts) -> list[Finding]:
    return _found_if(
        not any(_is_complete(measure) for measure in note.measures),
        "measure-missing",
        subject="measures",
        message="Record one objective measure before and after, such as a range of motion.",
        anchor="measures",
    )


def find_missing_twitch_response(note: NoteFacts) -> list[Finding]:
    return _found_if(
        note.twitch_response is None,
        "twitch-response-missing",
        subject="twitch_response",
        message="Record whether there was a local twitch response; no is an answer.",
        anchor="twitch-response",
    )


def find_missing_signature(note: NoteFacts) -> list[Finding]:
    return _found_if(
        not note.signed,
        "note-unsigned",
        subject="signed",
        message="Have the author sign the note before the claim goes out.",
        anchor="signature",
    )


def _found_if(
    wrong: object, code: str, *, subject: str, message: str, anchor: str
) -> list[Finding]:
    source = f"{PAGE}#{anchor}"
    return [finding(code, subject=subject, message=message, source=source)] if wrong else []


def _absent(note: NoteFacts, *fields: str) -> list[str]:
    return [field for field in fields if getattr(note, field) is None]


def _when(missing: Iterable[str]) -> str:
    return " and ".join(each.removeprefix("pain_") for each in missing)


def _is_complete(measure: Measure) -> bool:
    read = (measure.name, measure.before, measure.after)
    return all(each is not None and says_something(str(each)) for each in read)
