"""All that is read of signed notes to suggest their charges, once for however many there are."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from billing.models import ChargeSheet, SeriesVisit
from emr.credentials import Credentials, credentials_among
from emr.models import Coverage, Practice
from emr.rules import facts
from notes.models import Addendum, AddendumKind, Note
from notes.signed_facts import digests_in_force, facts_of_signed_notes


class ChargeRecords:
    """By note; in a number of queries that does not grow with the notes."""

    def __init__(self, notes: Sequence[Note], *, practice: Practice) -> None:
        self.notes = notes
        self.practice = practice
        self._ids = [note.pk for note in notes]

    @cached_property
    def facts(self) -> dict[int, facts.Visit]:
        return facts_of_signed_notes(self.notes, practice=self.practice)

    @cached_property
    def digests(self) -> dict[int, str]:
        return digests_in_force(self.notes)

    @cached_property
    def in_error(self) -> set[int]:
        kind = AddendumKind.ENTERED_IN_ERROR
        found = Addendum.objects.signed().filter(note__in=self._ids, kind=kind)
        return set(found.values_list("note", flat=True))

    @cached_property
    def sheets(self) -> dict[int, ChargeSheet]:
        """The newest of each note that has one, with its charges."""
        found = ChargeSheet.objects.filter(note__in=self._ids).prefetch_related("charges")
        return {sheet.note_id: sheet for sheet in found.order_by("version")}

    @cached_property
    def credentials(self) -> dict[int, Credentials]:
        asked = [(note.visit.provider, note.date_of_service) for note in self.notes]
        found = credentials_among(asked, state=self.practice.state)
        return {note.pk: each for note, each in zip(self.notes, found, strict=True)}

    @cached_property
    def agreed_prices(self) -> dict[int, Decimal]:
        """By visit of a maintenance series, what was agreed for it."""
        found = SeriesVisit.objects.filter(visit__in={note.visit_id for note in self.notes})
        return dict(found.values_list("visit", "series__price"))

    @cached_property
    def _coverages(self) -> dict[int, list[Coverage]]:
        patients = {note.visit.patient_id for note in self.notes}
        found: dict[int, list[Coverage]] = {each: [] for each in patients}
        rows = Coverage.objects.filter(patient__in=patients).select_related("payer")
        for coverage in rows:  # as the model orders them: by rank, then the newest first
            found[coverage.patient_id].append(coverage)
        return found

    def in_force(self, note: Note) -> list[Coverage]:
        """Who insures the patient on the date of service, who pays first at the head."""
        day = note.date_of_service
        return [each for each in self._coverages[note.visit.patient_id] if each.pays_on(day)]

    def coverage_of(self, note: Note) -> Coverage | None:
        """Who pays first on the date of service."""
        primary = [each for each in self.in_force(note) if each.rank == Coverage.Rank.PRIMARY]
        return primary[0] if primary else None
