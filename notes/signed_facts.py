"""Signed note → facts: what was done, with all that stands for the visit today.

The charges, the claim and the reports ask the rules with these. What was charted is what the
signature froze, with the muscles as last corrected; what the patient signed and who pays is read
live, so that a stop that was cleared elsewhere is cleared here.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from consent.review import Standing, standings_of
from emr import signing
from emr.models import Practice
from emr.rules import facts
from notes import content as note_content
from notes.charted import beside_what_stands, facts_of_content
from notes.models import Addendum, AddendumKind, Note


def facts_of_signed_note(note: Note, *, practice: Practice) -> facts.Visit:
    """The facts of one signed note; its visit with patient and provider are best read along."""
    return facts_of_signed_notes([note], practice=practice)[note.pk]


def facts_of_signed_notes(notes: Sequence[Note], *, practice: Practice) -> dict[int, facts.Visit]:
    """By note; in a number of queries that does not grow with them."""
    standings = standings_of([note.visit for note in notes], practice=practice)
    corrected = _corrected_sites(notes)
    return {
        note.pk: _facts(
            note,
            # What was signed may be older than a key of it.
            note_content.EMPTY | note.content | corrected.get(note.pk, {}),
            standing=standings[note.visit_id],
            practice=practice,
        )
        for note in notes
    }


def digest_in_force(note: Note) -> str:
    """Names the state of a signed note: another one once its list of muscles was corrected or it was
    marked as entered in error."""
    return digests_in_force([note])[note.pk]


def digests_in_force(notes: Sequence[Note]) -> dict[int, str]:
    """By note; in one query."""
    pks = [note.pk for note in notes]
    changing = (AddendumKind.CORRECTED_MUSCLES, AddendumKind.ENTERED_IN_ERROR)
    addenda = Addendum.objects.signed().filter(note__in=pks, kind__in=changing).order_by("pk")
    muscles, in_error = {}, set()
    for note, kind, sha256 in addenda.values_list("note", "kind", "snapshot_sha256"):
        if kind == AddendumKind.ENTERED_IN_ERROR:
            in_error.add(note)
        else:
            muscles[note] = sha256
    return {
        note.pk: signing.digest(
            signing.canonical(
                {
                    "note": note.snapshot_sha256,
                    "muscles": muscles.get(note.pk, ""),
                    "in_error": note.pk in in_error,
                }
            )
        )
        for note in notes
    }


def _corrected_sites(notes: Sequence[Note]) -> dict[int, dict]:
    """The last corrected list of muscles of those notes that have one."""
    lists = Addendum.objects.signed().filter(
        note__in=[note.pk for note in notes], kind=AddendumKind.CORRECTED_MUSCLES
    )
    return {
        note: {"sites": json.loads(snapshot)["sites"]}
        for note, snapshot in lists.order_by("pk").values_list("note", "snapshot")
    }


def _facts(note: Note, content: dict, *, standing: Standing, practice: Practice) -> facts.Visit:
    asked = facts_of_content(content, practice=practice, day=note.date_of_service, signed=True)
    asked, _ = beside_what_stands(asked, content, standing=standing)
    return replace(asked, id=str(note.pk))
