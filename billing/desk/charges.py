"""Signed notes that nobody charged yet, and those whose charges no longer fit them."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from billing.models import ChargeSheet
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Row, told
from emr.models import User
from notes.models import Addendum, AddendumKind, Note

CHANGING = (AddendumKind.CORRECTED_MUSCLES, AddendumKind.ENTERED_IN_ERROR)
SHEETS = ChargeSheet.objects.filter(note=OuterRef("pk"))


def charges_missing(day: date, user: User) -> list[Row]:
    """Notes in force without charges, oldest visit first."""
    notes = Note.objects.in_force().filter(~Exists(SHEETS))
    return _rows(notes, Chip(tone=Tone.WARN, word="Not charged"), "Charge it")


def charges_outdated(day: date, user: User) -> list[Row]:
    """Notes to which something was added after their last charges that changes the lines."""
    last = SHEETS.order_by("-version").values("made_at")[:1]
    changed = Addendum.objects.filter(note=OuterRef("pk"), kind__in=CHANGING)
    notes = (
        Note.objects.signed()
        .annotate(charged_at=Subquery(last))
        .filter(Exists(changed.filter(signed_at__gt=OuterRef("charged_at"))))
    )
    return _rows(notes, Chip(tone=Tone.STOP, word="Outdated"), "Charge again")


def _rows(notes: QuerySet[Note], chip: Chip, word: str) -> list[Row]:
    charges_of = addresses("billing:charges")
    notes = notes.select_related("visit__patient", "visit__provider__user")
    return [
        Row(
            patient=note.visit.patient,
            what="Charges",
            when=told(note.visit),
            day=note.date_of_service,
            chip=chip,
            url=charges_of(note.pk),
            word=word,
        )
        for note in notes.defer("content", "snapshot").order_by("date_of_service", "pk")
    ]
