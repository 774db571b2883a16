"""Rows that are visits: which are new, which are to be elsewhere, and which are planned already."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from emr import actions
from emr.forms import treating
from emr.imports.columns import SCHEDULE_COLUMNS
from emr.imports.patients import SURPLUS
from emr.imports.people import NAMED_BY, KnownPatients, name_of, person_key, read_person
from emr.imports.reading import SheetRow
from emr.imports.values import Misread, moment_of, read_day, read_start, read_time
from emr.imports.verdicts import Change, Outcome, Problem, Refusal, Verdict
from emr.models import Patient, Provider, User, Visit, VisitState
from emr.models.visit import GONE
from emr.search import fold

COLUMNS = SCHEDULE_COLUMNS
NEEDED = (
    ("record_number", "day", "time", "provider"),
    ("record_number", "start", "provider"),
    (*NAMED_BY, "day", "time", "provider"),
    (*NAMED_BY, "start", "provider"),
)
WHAT = "visit"
TITLES = {column.key: column.title for column in COLUMNS}
AHEAD = timedelta(days=731)
DAY = timedelta(days=1)
ALREADY_PLANNED = (
    "This patient already comes to {who} that day. If that visit was moved, cancel the one at {clock}"
    " and upload this row again; if they come twice, add this visit by hand."
)
ALREADY_BEGUN = (
    "This patient already came to {who} that day. If it is that visit, leave this row out; if they"
    " come twice, add this visit by hand."
)
LONGEST_PLACE = Visit._meta.get_field("place").max_length


def judge(
    rows: Sequence[SheetRow], *, file: Sequence[SheetRow], lock: bool = False
) -> list[Verdict]:
    """What each row comes to; repeats within the file are not looked at here.

    `file` are all its rows: a visit that one of them names is not one that was moved.
    """
    said = [read_person(row) for row in rows]
    known = KnownPatients(said, lock=lock)
    read = [_read(row, person, known) for row, person in zip(rows, said, strict=True)]
    providers = KnownProviders()
    wanted = [(each["patient"], each["start"]) for each in read if isinstance(each, dict)]
    visits = KnownVisits(wanted, file=file, lock=lock)
    return [
        each if isinstance(each, Verdict) else _judge(row, each, providers, visits)
        for row, each in zip(rows, read, strict=True)
    ]


def _read(row: SheetRow, person: dict, known: KnownPatients) -> dict | Verdict:
    """The patient, start and place that a row says; or what is wrong with them."""
    verdict = Verdict(line=row.line, outcome=Outcome.REFUSED, who=name_of(person))
    if row.surplus:
        return verdict.refused(Problem(column="", sentence=SURPLUS))
    try:
        _check_birth_date(row)
        patient = known.find(person)
        if patient is None:
            raise Refusal("", "No such patient is on record. Import or register them first.")
        start = _start(row)
        place = row.cells.get("place", "")
        if len(place) > LONGEST_PLACE:
            raise Refusal("place", f"At most {LONGEST_PLACE} letters.")
    except Refusal as refusal:
        problem = Problem(column=TITLES.get(refusal.column, ""), sentence=refusal.sentence)
        return verdict.refused(problem)
    return {"patient": patient, "start": start, "place": place}


def _check_birth_date(row: SheetRow) -> None:
    if row.cells.get("birth_date"):
        _as("birth_date", read_day, row.cells["birth_date"])


def _start(row: SheetRow) -> datetime:
    """From the one column or the two; both may stand there if they agree."""
    cells = {key: row.cells.get(key, "") for key in ("start", "day", "time")}
    if cells["start"]:
        day, clock = _as("start", read_start, cells["start"])
    for key in ("day", "time"):
        if not cells[key] and not cells["start"]:
            raise Refusal(key, "Say when the visit is.")
    said = {
        key: _as(key, read, cells[key])
        for key, read in (("day", read_day), ("time", read_time))
        if cells[key]
    }
    if cells["start"] and said.items() - {"day": day, "time": clock}.items():
        raise Refusal("start", "This does not agree with the date or time beside it.")
    day, clock = (day, clock) if cells["start"] else (said["day"], said["time"])
    if not date(2000, 1, 1) <= day <= timezone.localdate() + AHEAD:
        raise Refusal("start" if cells["start"] else "day", "Check the year.")
    column = "start" if cells["start"] else "time"
    return _as(column, lambda _: moment_of(day, clock, zone=timezone.get_current_timezone()), "")


def _as(column: str, read, cell: str):
    try:
        return read(cell)
    except Misread as error:
        raise Refusal(column, str(error)) from error


class KnownProviders:
    """Who treats here, by user name, NPI or name in either order."""

    def __init__(self) -> None:
        self.by_word = defaultdict(set)
        for provider in treating():
            user = provider.user
            names = (f"{user.first_name} {user.last_name}", f"{user.last_name} {user.first_name}")
            words = (user.username, provider.npi, *names)
            for word in (*words, f"{names[0]} {provider.credentials}"):
                self.by_word[fold(word)].add(provider)

    def find(self, cell: str) -> Provider:
        found = self.by_word.get(fold(cell), set())
        if not found:
            raise Refusal("provider", "Nobody who treats here has this name, user name or NPI.")
        if len(found) > 1:
            raise Refusal("provider", "This can be several people. Give the user name.")
        return next(iter(found))


class KnownVisits:
    """The visits of some patients around the days that rows are about, found in one question."""

    def __init__(
        self,
        wanted: Sequence[tuple[Patient, datetime]],
        *,
        file: Sequence[SheetRow],
        lock: bool = False,
    ) -> None:
        self.file = file
        self.at: dict[tuple[int, datetime], Visit] = {}
        self.of_day: dict[tuple[int, date], list[Visit]] = defaultdict(list)
        if not wanted:
            return
        starts = [start for _, start in wanted]
        visits = Visit.objects.filter(
            patient__in={patient.pk for patient, _ in wanted},
            start__range=(min(starts) - DAY, max(starts) + DAY),
        )
        visits = visits.order_by("pk").select_related("provider__user")
        if lock:
            visits = visits.select_for_update(of=("self",))
        # The later of two replaces the earlier, so that those that take place come last.
        for visit in sorted(visits, key=lambda visit: visit.state not in GONE):
            self.at[visit.patient_id, visit.start] = visit
            if visit.state not in GONE:
                self.of_day[visit.patient_id, timezone.localdate(visit.start)].append(visit)

    def begun_early(self, patient: Patient, provider: Provider, start: datetime) -> Visit | None:
        """The visit that was planned for this start and has begun before it.

        Whoever starts a note early moves the start. Of several rows it is the first one after.
        """
        for visit in self._unnamed(patient, provider, start):
            if visit.state != VisitState.PLANNED and visit.start < start:
                later = [each for each in self._named(patient) if each > visit.start]
                if min(each for each in later if (patient.pk, each) not in self.at) == start:
                    return visit
        return None

    def in_the_way(self, patient: Patient, provider: Provider, start: datetime) -> Visit | None:
        """One with the same therapist that day, of which the file knows nothing."""
        others = self._unnamed(patient, provider, start)
        planned_or_later = (
            each for each in others if each.state == VisitState.PLANNED or each.start > start
        )
        return next(planned_or_later, None)

    def _unnamed(self, patient: Patient, provider: Provider, start: datetime) -> list[Visit]:
        that_day = self.of_day.get((patient.pk, timezone.localdate(start)), [])
        with_them = [visit for visit in that_day if visit.provider_id == provider.pk]
        return [visit for visit in with_them if visit.start not in self._named(patient)]

    def _named(self, patient: Patient) -> set[datetime]:
        """Every start at which the file has this patient come."""
        by_number = self._starts.get(patient.record_number, set())
        return by_number | self._starts.get(person_key(vars(patient)), set())

    @cached_property
    def _starts(self) -> dict[Hashable, set[datetime]]:
        """By record number, and by names and birth date; read only where it matters."""
        starts = defaultdict(set)
        for row in self.file:
            with suppress(Refusal):
                start, person = _start(row), read_person(row)
                starts[person["record_number"]].add(start)
                starts[person_key(person)].add(start)
        return starts


def _judge(row: SheetRow, said: dict, providers: KnownProviders, visits: KnownVisits) -> Verdict:
    patient, start, place = said["patient"], said["start"], said["place"]
    visit = visits.at.get((patient.pk, start))
    try:
        given = row.cells.get("provider", "")
        provider = providers.find(given) if given else visit and visit.provider
        if provider is None:
            raise Refusal("provider", "Say who treats.")
        visit = visit or visits.begun_early(patient, provider, start)
        outcome, changes = _compare(visit, provider, place)
        if visit is None:
            _refuse_second(visits.in_the_way(patient, provider, start), start)
    except Refusal as refusal:
        verdict = Verdict(
            line=row.line, outcome=Outcome.REFUSED, who=str(patient), patient=patient.pk
        )
        problem = Problem(column=TITLES.get(refusal.column, ""), sentence=refusal.sentence)
        return verdict.refused(problem)
    when = timezone.localtime(start)
    about = f"{when:%Y-%m-%d %H:%M} · {provider.user}" + (f" · {place}" if place else "")
    if visit and visit.start != start:
        about += f" · began early, at {_clock(visit)}"
    return Verdict(
        line=row.line,
        outcome=outcome,
        who=str(patient),
        about=about,
        record=visit and visit.pk,
        patient=patient.pk,
        changes=changes,
        facts={"patient": patient, "start": start, "provider": provider}
        | ({"place": place} if place else {}),
        keys=(("visit", patient.pk, start),),
    )


def _refuse_second(other: Visit | None, start: datetime) -> None:
    """A visit is not planned for a day that is over, nor beside one that was only moved."""
    if timezone.localdate(start) < timezone.localdate():
        raise Refusal("", "This day is over: only visits to come are planned.")
    if other is None:
        return
    who = f"{other.provider.user} at {_clock(other)}"
    if other.state == VisitState.PLANNED:
        raise Refusal("", ALREADY_PLANNED.format(who=who, clock=_clock(other)))
    raise Refusal("", ALREADY_BEGUN.format(who=who))


def _clock(visit: Visit) -> str:
    return f"{timezone.localtime(visit.start):%H:%M}"


def _compare(
    visit: Visit | None, provider: Provider, place: str
) -> tuple[Outcome, tuple[Change, ...]]:
    if visit is None:
        return Outcome.NEW, ()
    if visit.state in GONE:
        word = visit.get_state_display().lower()
        raise Refusal(
            "", f"This visit is on record as “{word}”. Plan it by hand if it is on again."
        )
    changes = []
    if visit.provider_id != provider.pk:
        change = Change(
            title=TITLES["provider"], was=str(visit.provider.user), becomes=str(provider.user)
        )
        changes.append(change)
    if place and fold(place) != fold(visit.place):
        changes.append(Change(title=TITLES["place"], was=visit.place, becomes=place))
    if changes and visit.state != VisitState.PLANNED:
        word = visit.get_state_display().lower()
        raise Refusal("", f"This visit is “{word}” and stays as it is.")
    return (Outcome.CHANGED if changes else Outcome.SAME), tuple(changes)


# Writing


def write(verdict: Verdict, *, by: User) -> None:
    if verdict.outcome == Outcome.NEW:
        actions.add_visit(by=by, **verdict.facts)
        return
    changed = {change.title for change in verdict.changes}
    facts = {key: verdict.facts[key] for key in ("provider", "place") if TITLES[key] in changed}
    actions.edit_visit(visit=Visit(pk=verdict.record), by=by, **facts)
