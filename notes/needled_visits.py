"""Signed notes → past visits with needling, as authorizations, limits and Medicare's low-back
benefit count them.

A note that was entered in error is none; of a list of muscles that was corrected the last counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from emr.needled_visits import NeedledVisit
from emr.rules import catalogue
from notes.models import Addendum, AddendumKind, AddendumNeedling, Needling, Note


def needled_visits_of(patient_ids: Collection[int]) -> dict[int, list[NeedledVisit]]:
    """By patient, in the order of time; in four queries, however many they are."""
    notes = Note.objects.in_force().filter(visit__patient__in=patient_ids)
    ordered = notes.order_by("visit__start", "pk")
    known = list(ordered.values_list("pk", "visit__patient", "visit__start"))
    muscles = _muscles_in_force([note for note, _, _ in known])
    found: dict[int, list[NeedledVisit]] = defaultdict(list)
    for note, patient, start in known:
        if note in muscles:
            found[patient].append(NeedledVisit(start=start, regions=regions_of(muscles[note])))
    return found


def regions_of(muscle_ids: Iterable[str | None]) -> frozenset[str]:
    """The regions of the body that they lie in; a muscle by a name of its own lies in none."""
    known = (catalogue.by_id(each) for each in muscle_ids if each)
    return frozenset(muscle.region for muscle in known if muscle)


def _muscles_in_force(notes: Collection[int]) -> dict[int, list[str | None]]:
    """By note that has any, the ids of its muscles as last corrected."""
    lists = Addendum.objects.signed().filter(note__in=notes, kind=AddendumKind.CORRECTED_MUSCLES)
    corrected = dict(lists.order_by("pk").values_list("note", "pk"))
    found: dict[int, list[str | None]] = defaultdict(list)
    for note, muscle in Needling.objects.filter(note__in=notes).values_list("note", "muscle"):
        if note not in corrected:
            found[note].append(muscle)
    rows = AddendumNeedling.objects.filter(addendum__in=corrected.values())
    for note, muscle in rows.values_list("addendum__note", "muscle"):
        found[note].append(muscle)
    return found
