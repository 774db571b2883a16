"""The working days before today: who came, what was charted, and what went wrong."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from billing.demo import papers
from billing.demo.arrival import receive, treat
from billing.demo.bills import bill_month
from billing.demo.clinic import Clinic, minutes
from billing.demo.follow_ups import make_calls
from billing.demo.patients import PATIENTS, Invented
from billing.demo.plans import ask_payer
from consent import actions as consents
from consent.models import Consent
from emr.models import VisitState
from notes.actions import add_addendum, discard_draft
from notes.models import AddendumKind, Note, ReactionKind

# By the running number of the visit; all the others take place and are signed.
NO_SHOWS = {9, 41, 77, 108}
CANCELLED = {23, 58, 96}
REACTIONS = {
    6: ReactionKind.BRUISING,
    31: ReactionKind.VASOVAGAL,
    50: ReactionKind.SORENESS,
    68: ReactionKind.BLEEDING,
    90: ReactionKind.BRUISING,
}
LAST_DAYS_REACTION = ReactionKind.BRUISING  # of the first note; its call is due today
# How many working days ago Dana left her last note of the day unsigned, or began one wrongly.
LEFT_UNSIGNED = {1, 2, 6}
BEGUN_WRONGLY = 3
WITHDRAWN = 1  # working days ago

FRIDAY = 4  # as date.weekday() counts

MINUTES_A_VISIT = 40
LUNCH = (240, 40)  # after so many minutes, so many


def tell_month(clinic: Clinic, *, today: date, days: int, say: Callable[[str], None]) -> None:
    """Goes through the working days, oldest first, and says after each what it held."""
    working_days = _working_days_before(today, days)
    for who in PATIENTS:
        clinic.register(who, at=_first_call(clinic, who, working_days, today))
        papers.prepare(clinic, who)
        ask_payer(clinic, who)

    number, signed = 0, []
    for ago, day in reversed(list(enumerate(working_days))):
        expected = [who for who in PATIENTS if who.every and ago % who.every == who.phase]
        told = len(signed)
        make_calls(clinic, day)
        for who, start, is_last in _times(clinic, expected, day, turn=ago):
            number += 1
            is_first = len(signed) == told
            reaction = LAST_DAYS_REACTION if ago == 0 and is_first else REACTIONS.get(number)
            note = _visit(
                clinic, who, start, number=number, ago=ago, is_last=is_last, reaction=reaction
            )
            signed += [note] if note and note.signed_at else []
        say(f"{day:%Y-%m-%d}: {len(expected)} visits, {len(signed) - told} notes signed")
        if ago == min(WITHDRAWN, days - 1):
            _withdraw(clinic, day)
    added = _add_to(clinic, signed)
    bill_month(clinic, working_days=working_days, say=say)
    added += _correct_after_charging(clinic, signed)
    say(f"{added} addenda signed")


def _working_days_before(today: date, days: int) -> list[date]:
    """The latest first."""
    found, day = [], today
    while len(found) < days:
        day -= timedelta(days=1)
        if day.weekday() <= FRIDAY:
            found.append(day)
    return found


def _first_call(clinic: Clinic, who: Invented, working_days: list[date], today: date) -> datetime:
    """When the patient was registered: some days before the first visit, when the desk is open."""
    days = [
        day for ago, day in enumerate(working_days) if who.every and ago % who.every == who.phase
    ]
    first = days[-1] if days else today
    day = first - timedelta(days=6 + who.number % 6)
    if who.known_for:
        day = today - timedelta(days=who.known_for)
    day -= timedelta(days=max(0, day.weekday() - FRIDAY))
    return clinic.moment(day, 9 + who.number % 6)


def _times(
    clinic: Clinic, expected: list[Invented], day: date, *, turn: int
) -> Iterator[tuple[Invented, datetime, bool]]:
    """Each with the time of their visit and whether it is that therapist's last of the day."""
    for username, hour in (("dana", 8), ("oke", 9)):
        those = [who for who in expected if who.sees == username]
        after, pause = LUNCH
        for place in range(len(those)):
            # Not the same patient at eight o'clock every week.
            who = those[(place + turn) % len(those)]
            offset = place * MINUTES_A_VISIT + (day.day % 2) * 10
            start = clinic.moment(day, hour) + minutes(offset + pause * (offset >= after))
            yield who, start, place == len(those) - 1


def _visit(
    clinic: Clinic,
    who: Invented,
    start: datetime,
    *,
    number: int,
    ago: int,
    is_last: bool,
    reaction: ReactionKind | None,
) -> Note | None:
    visit = clinic.book(who, start, at=start - timedelta(days=1 + number % 5, minutes=number % 50))
    if number in CANCELLED:
        clinic.move(visit, VisitState.CANCELLED, at=start - timedelta(hours=20))
        return None
    if number in NO_SHOWS:
        clinic.move(visit, VisitState.NO_SHOW, at=start + minutes(30))
        return None
    if who.sees == "dana" and is_last and ago in LEFT_UNSIGNED:
        receive(clinic, who, visit, at=start - minutes(4))
        note = clinic.start(who, visit, at=start + minutes(2))
        return clinic.chart_half(who, note, at=start + minutes(26))
    if who.sees == "dana" and is_last and ago == BEGUN_WRONGLY:
        receive(clinic, who, visit, at=start - minutes(6))
        note = clinic.start(who, visit, at=start - minutes(5))
        clinic.clock.now = start - minutes(4)
        reason = "Opened for the wrong patient; nothing was done yet"
        discard_draft(note=note, reason=reason, by=note.author)
        note = clinic.start(who, visit, at=start + minutes(1))
        note = clinic.chart(who, note, at=start + minutes(24))
        return clinic.sign(note, at=start + minutes(27))
    return treat(clinic, who, visit, reaction=reaction)


def _withdraw(clinic: Clinic, day: date) -> None:
    for who in PATIENTS:
        if who.consent != "withdrawn":
            continue
        clinic.clock.now = clinic.moment(day, 16, 20)
        consents.withdraw_consent(
            consent=Consent.objects.get(patient=clinic.patient(who)),
            withdrawn_on=day,
            reason="Says by phone: no more needles, only exercise and massage",
            by=clinic.desk,
        )


def _add_to(clinic: Clinic, signed: list[Note]) -> int:
    """Some notes are added to, corrected, or marked as wrong; how many, is the answer."""
    left = [note for note in signed if note.visit.provider.user.username == "dana"]
    clinic.random.shuffle(left)

    def take(wanted) -> Note | None:
        note = next((note for note in left if wanted(note)), None)
        if note:
            left.remove(note)
        return note

    added = 0
    if note := take(lambda note: note.muscle_count == 2):
        text = (
            "The patient rang in the afternoon: the soreness was gone by noon, and they have been out"
            " for a walk since. Told to go on with the exercises."
        )
        _add(clinic, note, AddendumKind.LATE_ENTRY, text, after=timedelta(hours=6, minutes=12))
        added += 1
    if note := take(lambda note: note.content["pain_after"]):
        text = "Pain after was asked twice: once on the table, as charted, and 1 point less at the door."
        _add(clinic, note, AddendumKind.CORRECTION, text, after=timedelta(hours=1))
        added += 1
    if note := take(lambda note: len(note.content["sites"]) > 1):
        text = (
            "Signed with what was charted a week ago still in it: sites, pain and measures. The note"
            " of this visit was written anew."
        )
        _add(clinic, note, AddendumKind.ENTERED_IN_ERROR, text, after=minutes(20))
        _write_anew(clinic, note)
        added += 1
    return added


def _correct_after_charging(clinic: Clinic, signed: list[Note]) -> int:
    """The newest note with three muscles, in the evening, when it is charged already."""
    for note in reversed(signed):
        three = note.muscle_count == 3 == len(note.content["sites"])
        if three and note.visit.provider.user.username == "dana" and not note.addenda.exists():
            *sites, dropped = note.content["sites"]
            text = (
                f"The {dropped['side']} {dropped['name'].lower()} was palpated and left alone; it"
                " was ticked by mistake. The list below is the whole of what was needled."
            )
            evening = clinic.moment(note.date_of_service, 20, 10)
            after = evening - note.signed_at
            _add(clinic, note, AddendumKind.CORRECTED_MUSCLES, text, sites=sites, after=after)
            return 1
    return 0


def _add(
    clinic: Clinic, note: Note, kind: AddendumKind, text: str, *, after: timedelta, sites=()
) -> None:
    clinic.clock.now = note.signed_at + after
    add_addendum(
        note=note,
        kind=kind,
        text=text,
        sites=list(sites),
        practice=clinic.practice,
        by=note.author,
    )


def _write_anew(clinic: Clinic, wrong: Note) -> None:
    [who] = [each for each in PATIENTS if str(each.number) == wrong.visit.patient.record_number]
    note = clinic.start(who, wrong.visit, at=wrong.signed_at + minutes(22))
    note = clinic.chart(who, note, at=wrong.signed_at + minutes(25))
    clinic.sign(note, at=wrong.signed_at + minutes(26))
