"""Past visits with needling, as authorizations and limits count them.

They are known from signed notes, which stand above: the notes app registers here at start, so that
nothing below imports what is above. Until it does, nobody was needled.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone


@dataclass(frozen=True, kw_only=True)
class NeedledVisit:
    """A visit whose signed note in force has needling; regions of the body, if they are known."""

    start: datetime
    regions: frozenset[str] = frozenset()

    @property
    def day(self) -> date:
        """In the practice's zone."""
        return timezone.localdate(self.start)


NeedledVisits = Callable[[Collection[int]], Mapping[int, Sequence[NeedledVisit]]]

_registered: list[NeedledVisits] = []


def register(found: NeedledVisits) -> None:
    """`found(patient_ids)` answers patient id → their needled visits, in a fixed number of queries."""
    _registered[:] = [found]


def needled_visits(patient_ids: Collection[int]) -> Mapping[int, Sequence[NeedledVisit]]:
    """By patient, in any order; a patient without any may be missing."""
    return _registered[0](patient_ids) if _registered and patient_ids else {}
