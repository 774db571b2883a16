"""The day's visits as a list to work through: chips, what is still needed, the next step."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from emr import chips
from emr.chips import Chip, Tone
from emr.models import Role, User, Visit, VisitState

LATE_AFTER = timedelta(minutes=10)

# The column of the notes app, whose chip also leads to the note.
NOTE = "Note"

# What the menu of a row offers, by state: the step and its words. Starting goes through the note.
MENU = {
    VisitState.PLANNED: [
        (VisitState.ARRIVED, "Arrived"),
        (VisitState.NO_SHOW, "Did not come"),
        (VisitState.CANCELLED, "Cancel the visit"),
    ],
    VisitState.ARRIVED: [
        (VisitState.PLANNED, "Not here yet"),
        (VisitState.NO_SHOW, "Left without treatment"),
    ],
    VisitState.IN_PROGRESS: [
        (VisitState.DONE, "Done"),
        (VisitState.ARRIVED, "Back to waiting"),
    ],
    VisitState.DONE: [],
    VisitState.CANCELLED: [(VisitState.PLANNED, "Undo: planned again")],
    VisitState.NO_SHOW: [
        (VisitState.ARRIVED, "Came after all"),
        (VisitState.PLANNED, "Undo: planned again"),
    ],
}

GONE = {VisitState.CANCELLED, VisitState.NO_SHOW}


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """One line of the list. `start_word` asks for the note to be started, `step` for a move."""

    visit: Visit
    chips: tuple[tuple[str, Chip | None], ...]
    late: bool
    start_word: str
    note_url: str
    step: tuple[VisitState, str] | None
    menu: tuple[tuple[VisitState, str], ...]

    @property
    def gone(self) -> bool:
        return self.visit.state in GONE

    @property
    def needs(self) -> bool:
        return any(self.lacks(title) for title, _ in self.chips)

    def lacks(self, title: str) -> bool:
        chip = dict(self.chips)[title]
        return not self.gone and chip is not None and chip.needs

    @property
    def face(self) -> tuple:
        """All that a reader sees of it; two rows with one face look alike."""
        visit = self.visit
        shown = (visit.patient.birth_date, visit.provider_id, visit.payer_name, visit.place)
        moves = (self.late, self.start_word, self.step, self.menu, self.chips)
        return (visit.pk, visit.state, visit.start, str(visit.patient), *shown, *moves)


def may_edit(user: User) -> bool:
    """Who registers people and moves visits; billers and compliance read."""
    return user.has_role(Role.FRONT_DESK, Role.OWNER, Role.THERAPIST)


def rows_of_day(day: date, user: User) -> list[VisitRow]:
    """All visits of the day, in one query and one more for each column of chips."""
    visits = Visit.objects.starting_on(day).with_payer(day)
    return rows_of(visits.select_related("patient", "provider__user"), user)


def rows_of(visits, user: User) -> list[VisitRow]:
    visits = list(visits)
    columns = [(title, chips_of(visits, user)) for title, chips_of in chips.columns()]
    now = timezone.now()
    return [
        _row(visit, tuple((title, found.get(visit.pk)) for title, found in columns), user, now)
        for visit in visits
    ]


def was_charted(visit: Visit, user: User) -> bool:
    """Whether a note was begun for the visit, as far as the notes app says."""
    found = dict(chips.columns()).get(NOTE)
    chip = found([visit], user).get(visit.pk) if found else None
    return _charted(chip)


def _charted(chip: Chip | None) -> bool:
    return chip is not None and (bool(chip.url) or chip.tone in (Tone.OK, Tone.WARN))


def _row(visit: Visit, row_chips, user: User, now) -> VisitRow:
    state = VisitState(visit.state)
    note = dict(row_chips).get(NOTE)
    charted = _charted(note)
    moves = MENU[state] if may_edit(user) else []
    if charted and state == VisitState.IN_PROGRESS:
        moves = [move for move in moves if move[0] != VisitState.ARRIVED]

    ahead = visit.date_of_service > timezone.localdate(now)
    if ahead:
        moves = [move for move in moves if move[0] in (VisitState.PLANNED, VisitState.CANCELLED)]

    note_url = note.url if note else ""
    start_word = "" if note_url or ahead else _start_word(visit, user, note, charted)
    step = None
    if not start_word and not note_url and state in (VisitState.PLANNED, VisitState.IN_PROGRESS):
        step, moves = (moves[0], moves[1:]) if moves and not ahead else (None, moves)
    return VisitRow(
        visit=visit,
        chips=row_chips,
        late=state == VisitState.PLANNED and visit.start + LATE_AFTER < now,
        start_word=start_word,
        note_url=note_url,
        step=step,
        menu=tuple(moves),
    )


def _start_word(visit: Visit, user: User, note: Chip | None, charted: bool) -> str:
    """What the visit's own therapist presses to write the note; empty for everybody else."""
    if not user.is_therapist or visit.provider.user_id != user.pk or charted:
        return ""
    if visit.state in (VisitState.PLANNED, VisitState.ARRIVED):
        return "Start"
    unwritten = visit.state == VisitState.DONE and note is not None and note.needs
    return "Write note" if unwritten or visit.state == VisitState.IN_PROGRESS else ""
