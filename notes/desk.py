"""The worklists of notes: what is to be written, signed and printed, and whom to call."""

from datetime import date, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateformat import format as date_format

from emr import desk
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Counter, Group, Row, told, visits_of
from emr.models import DocumentEvent, User
from notes.models import Addendum, FollowUpCall, Note
from notes.worklists import IN_ERROR, note_chips

PRINTED_WITHIN = timedelta(days=7)


def notes_of_day(day: date, user: User) -> list[Row]:
    """Visits of the day that are over and lack a note, or whose note is a draft or in error."""
    visits = list(visits_of(day))
    chips = note_chips(visits, user)
    return [
        Row(
            patient=visit.patient,
            what="Procedure note",
            when=told(visit),
            day=day,
            chip=chips[visit.pk],
            url=chips[visit.pk].url,
            word="Open the note",
        )
        for visit in visits
        if chips[visit.pk].needs
    ]


def unsigned(day: date, user: User) -> list[Row]:
    """Drafts of visits before this day, oldest first; only their author opens them."""
    midnight = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()))
    drafts = Note.objects.unsigned().filter(visit__start__lt=midnight).defer("content")
    drafts = drafts.select_related("visit__patient", "visit__provider__user")
    note_at = addresses("notes:note")
    return [
        Row(
            patient=note.visit.patient,
            what="Procedure note",
            when=told(note.visit),
            day=note.visit.date_of_service,
            chip=Chip(tone=Tone.WARN, sign="✎", word=_age((day - note.visit.date_of_service).days)),
            url=note_at(note.pk) if note.author_id == user.pk else "",
            word="Sign it",
        )
        for note in drafts.order_by("visit__start", "pk")
    ]


def _age(days: int) -> str:
    return "Draft since yesterday" if days == 1 else f"Draft for {days} days"


def notes_to_print(day: date, user: User) -> list[Row]:
    """Notes signed or amended in the last seven days that were not printed as they read now."""
    amended = Addendum.objects.signed().filter(note=OuterRef("pk")).order_by("-pk")
    printed = DocumentEvent.objects.filter(
        document=OuterRef("newest"), what=DocumentEvent.What.PRINTED
    )
    since = timezone.make_aware(
        timezone.datetime.combine(day - PRINTED_WITHIN, timezone.datetime.min.time())
    )
    notes = (
        Note.objects.signed()
        .annotate(
            newest=Coalesce(
                Subquery(amended.values("document")[:1]),
                "document",
                output_field=BigIntegerField(),
            ),
            newest_at=Coalesce(Subquery(amended.values("signed_at")[:1]), "signed_at"),
        )
        .filter(~Exists(printed), ~IN_ERROR, newest_at__gte=since)
        .select_related("visit__patient", "visit__provider__user")
        .defer("content", "snapshot")
    )
    note_at = addresses("notes:note")
    return [
        Row(
            patient=note.visit.patient,
            what="Procedure note" if note.newest == note.document_id else "Amended note",
            when=told(note.visit),
            day=timezone.localdate(note.newest_at),
            chip=Chip(tone=Tone.WARN, word="Not printed"),
            url=note_at(note.pk),
            word="Open the note",
            document=note.newest,
        )
        for note in notes.order_by("newest_at", "pk")
    ]


def calls_due(day: date, user: User) -> list[Row]:
    """Patients to be called after a reaction, on the day or before it."""
    calls = FollowUpCall.objects.open().filter(due_on__lte=day)
    calls = calls.select_related("note__visit__patient").defer("note__content", "note__snapshot")
    return [
        Row(
            patient=call.note.visit.patient,
            what="Follow-up call",
            when=f"Visit {date_format(call.note.visit.date_of_service, 'D j M')}",
            day=day,
            chip=call_chip(call, day),
        )
        for call in calls
    ]


def call_chip(call: FollowUpCall, day: date) -> Chip:
    if call.due_on < day:
        return Chip(tone=Tone.STOP, word=f"Due since {date_format(call.due_on, 'j M')}")
    if call.due_on == day:
        return Chip(tone=Tone.WARN, word="Call today")
    return Chip(tone=Tone.MUTE, word=f"Call on {date_format(call.due_on, 'j M')}")


COUNTERS = (
    Counter(
        key="note-missing",
        title="Notes missing or not signed",
        about="Of visits of the day: to be written or signed by whoever treated.",
        group=Group.DAY,
        order=40,
        rows=notes_of_day,
        closes_day=True,
    ),
    Counter(
        key="follow-up",
        title="Follow-up calls",
        about="After an adverse reaction somebody asks how the patient is.",
        group=Group.AFTER,
        order=110,
        rows=calls_due,
        tone=Tone.STOP,
        closes_day=True,
        url_name="notes:follow-ups",
    ),
    Counter(
        key="note-unsigned",
        title="Unsigned notes of earlier days",
        about="Each waits for its author, who signs it or discards it.",
        group=Group.AFTER,
        order=120,
        rows=unsigned,
    ),
    Counter(
        key="note-to-print",
        title="Notes to print",
        about="Signed or amended in the last 7 days, and not printed as they read now.",
        group=Group.PAPERS,
        order=105,
        rows=notes_to_print,
    ),
)


def register() -> None:
    for counter in COUNTERS:
        desk.register(counter)
