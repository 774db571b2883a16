"""What is to become of a row: the same word before anything is written and when it is."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

SHOWN_ELSEWHERE = "Line {line} is about the same {what} and says something else. Keep one of them."


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


WRITES = (Outcome.NEW, Outcome.CHANGED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    title: str
    was: str
    becomes: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """`column` is the title of one, or empty where it is about the whole row."""

    column: str
    sentence: str


class Refusal(ValueError):
    """The row cannot be taken, for one reason; `column` is the key of one or empty."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one row says and comes to.

    `record` is the number of the patient or visit that it is about, None for a new one, and
    `patient` that of the patient on record of whom it tells. `facts` are the values as they would
    be written and `keys` what makes it the only one of its file; both are read from the row each
    time, and never kept.
    """

    line: int
    outcome: Outcome
    who: str = ""
    about: str = ""
    record: int | None = None
    patient: int | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: dict = field(default_factory=dict)
    keys: tuple[Hashable, ...] = ()

    @property
    def writes(self) -> bool:
        return self.outcome in WRITES

    @property
    def reason(self) -> str:
        return " ".join(
            f"{each.column}: {each.sentence}" if each.column else each.sentence
            for each in self.problems
        )

    def refused(self, *problems: Problem) -> "Verdict":
        return replace(self, outcome=Outcome.REFUSED, problems=problems, changes=())

    def comes_to(self, other: "Verdict") -> bool:
        """Whether both would write the same to the same record."""
        what = (self.outcome, self.record, self.changes)
        if what != (other.outcome, other.record, other.changes):
            return False
        return self.outcome != Outcome.NEW or self.about == other.about

    def kept(self) -> list:
        """As a preview keeps it."""
        return [
            self.line,
            self.outcome,
            self.who,
            self.about,
            self.record,
            [[each.title, each.was, each.becomes] for each in self.changes],
            [[each.column, each.sentence] for each in self.problems],
            self.patient,
        ]


def from_kept(kept: list) -> Verdict:
    # A preview of before the patient was kept lacks them.
    line, outcome, who, about, record, changes, problems, patient = [*kept, None][:8]
    return Verdict(
        line=line,
        outcome=Outcome(outcome),
        who=who,
        about=about,
        record=record,
        patient=patient,
        changes=tuple(Change(title=t, was=w, becomes=b) for t, w, b in changes),
        problems=tuple(Problem(column=c, sentence=s) for c, s in problems),
    )


def without_repeats(
    verdicts: Iterable[Verdict], *, seen: dict[Hashable, tuple[int, dict]], what: str
) -> list[Verdict]:
    """The second row about one patient or visit is the same if it says nothing else, or refused.

    `seen` goes through all pieces of a file: key → the line that has it, and what that says.
    """
    judged = []
    for verdict in verdicts:
        earlier = next((seen[key] for key in verdict.keys if key in seen), None)
        if verdict.outcome == Outcome.REFUSED or earlier is None:
            if verdict.outcome != Outcome.REFUSED:
                seen.update(dict.fromkeys(verdict.keys, (verdict.line, verdict.facts)))
        elif earlier[1] | verdict.facts == earlier[1]:
            verdict = replace(verdict, outcome=Outcome.SAME, changes=())
        else:
            sentence = SHOWN_ELSEWHERE.format(line=earlier[0], what=what)
            verdict = verdict.refused(Problem(column="", sentence=sentence))
        judged.append(verdict)
    return judged
