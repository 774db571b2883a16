"""The clinic at work: each step is taken by the person whose it is, at its time."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from billing.demo import patients
from billing.demo.charting import chart, half_charted
from billing.demo.clock import Clock
from billing.demo.complaints import COMPLAINTS
from billing.demo.patients import PATIENTS, Invented
from emr import actions
from emr.accounts import DEMO_PEOPLE
from emr.models import FunctionalGoal, Patient, Payer, Practice, User, Visit, VisitState
from notes.actions import save_draft, sign_note, start_note
from notes.models import Note, ReactionKind
from notes.snapshot import digest_for_review

ROOMS = {"dana": ["Room 1", "Room 2"], "oke": ["Room 3"]}


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


class Clinic:
    """Who is there, and the clock that all of them look at; `now` is when the story is told."""

    def __init__(self, *, practice: Practice, clock: Clock, now: datetime, random: Random) -> None:
        self.practice = practice
        self.clock = clock
        self.now = now
        self.random = random
        usernames = [person.username for person in DEMO_PEOPLE]
        self.people = {user.username: user for user in User.objects.filter(username__in=usernames)}
        self.patients = Patient.objects.in_bulk(
            [str(who.number) for who in PATIENTS], field_name="record_number"
        )

    @property
    def desk(self) -> User:
        return self.people["fran"]

    @property
    def biller(self) -> User:
        return self.people["bo"]

    def therapist(self, who: Invented) -> User:
        return self.people[who.sees]

    def patient(self, who: Invented) -> Patient:
        return self.patients[str(who.number)]

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of day at the practice."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.practice.zone)

    def today(self) -> date:
        """The day that the clock shows."""
        return timezone.localdate(self.clock.now, self.practice.zone)

    def pass_minutes(self, number: int) -> None:
        """Nothing is told that has not happened yet."""
        self.clock.now = min(self.clock.now + minutes(number), self.now)

    def register(self, who: Invented, *, at: datetime) -> None:
        self.clock.now = at
        payers = {payer.name: payer for payer in Payer.objects.all()}
        self.patients[str(who.number)] = patients.register(
            who, payers=payers, on=at.date(), by=self.desk
        )

    def book(self, who: Invented, start: datetime, *, at: datetime) -> Visit:
        self.clock.now = at
        return actions.add_visit(
            patient=self.patient(who),
            provider=self.therapist(who).provider,
            start=start,
            place=self.random.choice(ROOMS[who.sees]),
            by=self.desk,
        )

    def move(self, visit: Visit, to: VisitState, *, at: datetime) -> None:
        self.clock.now = at
        actions.move_visit(visit=visit, to=to, by=self.desk)

    def start(self, who: Invented, visit: Visit, *, at: datetime) -> Note:
        """The therapist opens the note; at the first visit they ask what the patient is after."""
        self.clock.now = at
        therapist = self.therapist(who)
        if not FunctionalGoal.objects.filter(patient=self.patient(who)).exists():
            goal = COMPLAINTS[who.complaint].goal
            actions.add_goal(patient=self.patient(who), text=goal, by=therapist)
        return start_note(visit=visit, by=therapist)

    def chart(
        self, who: Invented, note: Note, *, at: datetime, reaction: ReactionKind | None = None
    ) -> Note:
        """Everything is written, nothing is signed yet."""
        earlier = Note.objects.signed().filter(visit__patient=self.patient(who)).count()
        content = chart(who, visit_number=earlier + 1, random=self.random, reaction=reaction)
        return self.save(note, content, at=at)

    def chart_half(self, who: Invented, note: Note, *, at: datetime) -> Note:
        note = self.chart(who, note, at=at)
        return self.save(note, half_charted(note.content), at=at)

    def save(self, note: Note, content: dict, *, at: datetime) -> Note:
        self.clock.now = at
        return save_draft(note=note, content=content, revision=note.revision, by=note.author)

    def sign(self, note: Note, *, at: datetime) -> Note:
        self.clock.now = at
        return sign_note(
            note=note,
            revision=note.revision,
            reviewed=digest_for_review(note, practice=self.practice),
            practice=self.practice,
            by=note.author,
        )
