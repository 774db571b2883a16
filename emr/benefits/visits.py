"""Who pays on the day of some visits, and what for; read once for all that looks at one list."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cached_property

from emr.benefits.standing import Benefits, benefits_among
from emr.models import Coverage, Visit
from emr.patients_of_visits import patients_of

# What the chips of a list look at: a day has hundreds of rows, and every column takes its time.
SHOWN = ["patient", "payer", "rank", "plan", "qmb", "starts_on", "ends_on"]


class WhoPays:
    """The coverages of the patients of some visits. A few payers belong to many of them, so they
    are read apart and shared."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self._visits = visits
        rows = Coverage.objects.filter(patient__in=patients_of(visits))
        self.coverages: dict[int, list[Coverage]] = defaultdict(list)
        for row in rows.prefetch_related("payer").only(*SHOWN):
            self.coverages[row.patient_id].append(row)

    def first_on(self, patient_id: int, day: date) -> Coverage | None:
        """Who pays first on the day."""
        primary = Coverage.Rank.PRIMARY
        return next((each for each in self.on(patient_id, day) if each.rank == primary), None)

    def on(self, patient_id: int, day: date) -> list[Coverage]:
        return [each for each in self.coverages.get(patient_id, ()) if each.pays_on(day)]

    @cached_property
    def benefits(self) -> dict[int, Benefits]:
        """By visit, of those that somebody pays for."""
        asked = [
            (visit, coverage, day)
            for visit in self._visits
            for day in [visit.date_of_service]
            if (coverage := self.first_on(visit.patient_id, day))
        ]
        found = benefits_among((coverage, day) for _, coverage, day in asked)
        return {
            visit.pk: benefits.at(visit.start)
            for (visit, _, _), benefits in zip(asked, found, strict=True)
        }


_read: ContextVar[dict[int, WhoPays] | None] = ContextVar("who_pays", default=None)


def who_pays(visits: Sequence[Visit]) -> WhoPays:
    read = _read.get()
    if read is None:
        return WhoPays(visits)
    if id(visits) not in read:
        read[id(visits)] = WhoPays(visits)
    return read[id(visits)]


@contextmanager
def read_once() -> Iterator[None]:
    """Inside, who pays for one and the same list is read once, whichever column asks first."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)
