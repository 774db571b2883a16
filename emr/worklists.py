"""The day's visits as a list to work through: chips, what is still needed, the next step."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from emr import chips
from emr.access import DESK
from emr.benefits.visits import read_once
from emr.chips import Chip, Tone
from emr.models import Provider, User, Visit, VisitState
from emr.models.visit import GONE

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

# The states whose next step is a button in the row.
STEP_STATES = (VisitState.PLANNED, VisitState.IN_PROGRESS)

# What a row shows: a day has hundreds of rows, and every column of theirs takes its time.
SHOWN = [
    "start",
    "state",
    "done_at",
    "place",
    "patient__last_name",
    "patient__first_name",
    "patient__middle_name",
    "patient__birth_date",
    "provider",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRow:
    """One line of the list.

    `start_word` asks for the note to be started, `step` for a move; `menu` holds the other moves.
    `before_leaving` says what comes before a patient in treatment can be put down as gone.
    """

    visit: Visit
    time: str
    late: bool
    gone: bool
    chips: tuple[tuple[str, Chip | None], ...]
    lacks: frozenset[str]  # the titles of the chips that ask for something
    note_url: str
    start_word: str
    step: tuple[VisitState, str] | None
    menu: tuple[tuple[VisitState, str], ...]
    before_leaving: str = ""
    discard_url: str = ""

    @property
    def has_menu(self) -> bool:
        return bool(self.menu or self.before_leaving)

    @property
    def face(self) -> tuple:
        """All that a reader sees of it; two rows with one face look alike."""
        visit, patient = self.visit, self.visit.patient
        shown = (str(patient), patient.birth_date.isoformat(), visit.payer_name, visit.place)
        chips = [
            chip and (chip.tone.value, chip.mark, chip.word, chip.detail, chip.url)
            for _, chip in self.chips
        ]
        moves = (
            self.start_word,
            self.step and self.step[1],
            [word for _, word in self.menu],
            self.before_leaving,
        )
        return (
            visit.pk,
            visit.state,
            self.time,
            visit.provider_id,
            self.late,
            *shown,
            chips,
            moves,
        )


def may_edit(user: User) -> bool:
    """Who registers people and moves visits; billers and compliance read."""
    return user.has_role(*DESK)


def rows_of_day(day: date, user: User) -> list[VisitRow]:
    """All visits of the day, in one query, one for who treats and one for each column of chips."""
    visits = Visit.objects.starting_on(day).with_payer(day).select_related("patient").only(*SHOWN)
    # A few therapists treat them all: joined to every visit, each would be made anew each time.
    providers = Provider.objects.select_related("user")
    return rows_of(visits.prefetch_related(Prefetch("provider", providers)), user)


def rows_of(visits, user: User) -> list[VisitRow]:
    visits = list(visits)
    with read_once():  # two columns ask who pays
        columns = [(title, chips_of(visits, user)) for title, chips_of in chips.columns()]
    now = timezone.localtime()
    edits = may_edit(user)
    rows = []
    for visit in visits:
        row_chips = tuple((title, found.get(visit.pk)) for title, found in columns)
        start = visit.start.astimezone(now.tzinfo)
        gone = visit.state in GONE
        rows.append(
            VisitRow(
                visit=visit,
                time=f"{start.hour:02}:{start.minute:02}",
                late=visit.state == VisitState.PLANNED and start + LATE_AFTER < now,
                gone=gone,
                chips=row_chips,
                lacks=frozenset(t for t, chip in row_chips if chip and chip.needs and not gone),
                **_steps(visit, dict(row_chips).get(NOTE), user, edits, start.date() > now.date()),
            )
        )
    return rows


def was_charted(visit: Visit, user: User) -> bool:
    """Whether a note was begun for the visit, as far as the notes app says."""
    found = dict(chips.columns()).get(NOTE)
    chip = found([visit], user).get(visit.pk) if found else None
    return _charted(chip)


def _charted(chip: Chip | None) -> bool:
    return chip is not None and (bool(chip.url) or chip.tone in (Tone.OK, Tone.WARN))


def _steps(visit: Visit, note: Chip | None, user: User, edits: bool, ahead: bool) -> dict:
    """What may be done about the visit: the note, the next step, and the others for the menu."""
    state = VisitState(visit.state)
    charted = _charted(note)
    moves = MENU[state] if edits else []
    if charted and state == VisitState.IN_PROGRESS:
        moves = [move for move in moves if move[0] != VisitState.ARRIVED]
    if ahead:
        moves = [move for move in moves if move[0] in (VisitState.PLANNED, VisitState.CANCELLED)]

    note_url = note.url if note else ""
    start_word = "" if note_url or ahead else _start_word(visit, user, note, charted)
    step = None
    if moves and not (start_word or note_url or ahead) and state in STEP_STATES:
        step, *moves = moves
    return {
        "note_url": note_url,
        "start_word": start_word,
        "step": step,
        "menu": tuple(moves),
        **_before_leaving(visit, note, edits and not ahead),
    }


def _before_leaving(visit: Visit, note: Chip | None, edits: bool) -> dict[str, str]:
    """A visit with a draft ends by its note: who treats signs it, or discards it first."""
    drafted = note is not None and note.tone == Tone.WARN
    if not (edits and drafted and visit.state == VisitState.IN_PROGRESS):
        return {}
    if note.undo_url:
        return {"before_leaving": "Discard the draft", "discard_url": note.undo_url}
    author = visit.provider.user
    who = author if author.is_active else "The owner"
    return {"before_leaving": f"{who} discards the draft"}


def _start_word(visit: Visit, user: User, note: Chip | None, charted: bool) -> str:
    """What the visit's own therapist presses to write the note; empty for everybody else."""
    if not user.is_therapist or visit.provider.user_id != user.pk or charted:
        return ""
    if visit.state in (VisitState.PLANNED, VisitState.ARRIVED):
        return "Start"
    unwritten = visit.state == VisitState.DONE and note is not None and note.needs
    return "Write note" if unwritten or visit.state == VisitState.IN_PROGRESS else ""
