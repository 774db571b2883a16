"""Chips: one fact about a visit in colour, sign and word.

The today list shows one column of them for each app that registers here at start, so that nothing
below imports what is above.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from emr.models import User, Visit


class Tone(StrEnum):
    OK = "ok"
    WARN = "warn"
    STOP = "stop"
    INFO = "info"
    MUTE = "mute"


SIGNS = {Tone.OK: "✓", Tone.WARN: "!", Tone.STOP: "✕", Tone.INFO: "i", Tone.MUTE: "–"}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """`needs` says that somebody must still do something; `url` leads to where.

    `detail` stands under the chip in small type, where the word alone would say too little.
    `undo_url` leads to where what was begun is given up, for whoever may do so.
    """

    tone: Tone
    word: str
    detail: str = ""
    sign: str = ""
    url: str = ""
    undo_url: str = ""
    needs: bool = False

    @property
    def mark(self) -> str:
        return self.sign or SIGNS[self.tone]


ChipsOfVisits = Callable[[Sequence[Visit], User], dict[int, Chip]]

_columns: dict[str, tuple[int, ChipsOfVisits]] = {}


def register(title: str, chips: ChipsOfVisits, *, order: int) -> None:
    """`chips(visits, user)` answers visit id → Chip for all the visits in one query."""
    _columns[title] = (order, chips)


def columns() -> list[tuple[str, ChipsOfVisits]]:
    return [
        (title, chips)
        for title, (order, chips) in sorted(_columns.items(), key=lambda item: item[1][0])
    ]
