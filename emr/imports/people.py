"""Whom a row is about: by record number, else by names and birth date, and never by a guess."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from emr.imports.reading import SheetRow
from emr.imports.values import Misread, read_day
from emr.imports.verdicts import Refusal
from emr.models import FormerIdentity, Patient
from emr.search import fold

NAMED_BY = ("last_name", "first_name", "birth_date")
ELSEWHERE = "This number is {known}'s, and the row names somebody else. Check the number."


def read_person(row: SheetRow) -> dict:
    """The cells that say who it is; the birth date as a date, or as it stands if it is none."""
    said = {key: row.cells.get(key, "") for key in ("record_number", *NAMED_BY)}
    with suppress(Misread):  # whoever judges the row reads it again, and says so
        said["birth_date"] = said["birth_date"] and read_day(said["birth_date"])
    return said


def name_of(said: dict) -> str:
    names = [said.get(key, "") for key in NAMED_BY[:2]]
    return ", ".join(filter(None, names)) or said.get("record_number", "")


class KnownPatients:
    """The patients that some rows may be about, found in three questions however many rows."""

    def __init__(self, said: Iterable[dict], *, lock: bool = False) -> None:
        said = list(said)
        numbers = {each["record_number"] for each in said} - {""}
        days = {each["birth_date"] for each in said if isinstance(each["birth_date"], date)}
        patients = Patient.objects.order_by("pk")
        if lock:
            patients = patients.select_for_update()
        self.by_number = {
            each.record_number: each for each in patients.filter(record_number__in=numbers)
        }
        self.by_person = defaultdict(list)
        for each in patients.filter(birth_date__in=days):
            self.by_person[person_key(vars(each))].append(each)
        former = FormerIdentity.objects.filter(record_number__in=numbers)
        self.former_numbers = set(former.values_list("record_number", flat=True))

    def find(self, said: dict) -> Patient | None:
        """The one patient, None if nobody is on record; refuses what fits nobody or several."""
        number = said["record_number"]
        whole = all(said[key] for key in NAMED_BY)
        alike = self.by_person.get(person_key(said), []) if whole else []
        if number:
            return self._by_number(number, said, alike)
        if not whole:
            lacking = next(key for key in NAMED_BY if not said[key])
            raise Refusal(
                lacking, "Give the record number, or last name, first name and birth date."
            )
        if len(alike) > 1:
            raise Refusal(
                "", "Several patients have this name and birth date. Give the record number."
            )
        return alike[0] if alike else None

    def _by_number(self, number: str, said: dict, alike: list[Patient]) -> Patient | None:
        known = self.by_number.get(number)
        if known is None:
            if number in self.former_numbers:
                raise Refusal("record_number", "This number was in use before. Give today's.")
            if alike:
                numbers = " or ".join(each.record_number for each in alike)
                raise Refusal(
                    "record_number",
                    f"Somebody of this name and birth date has the number {numbers}. Give that,"
                    " or register this person by hand.",
                )
            return None
        # A name may have changed, or a birth date been mistyped; two of the three still agree.
        differing = [
            key for key in NAMED_BY if said[key] and _face(said[key]) != _face_of(known, key)
        ]
        if len(differing) > 1 or (alike and known not in alike):
            raise Refusal("record_number", ELSEWHERE.format(known=known))
        return known


def person_key(said: dict) -> tuple[str, str, date]:
    return (fold(said["last_name"]), fold(said["first_name"]), said["birth_date"])


def _face(value: str | date) -> str | date:
    return fold(value) if isinstance(value, str) else value


def _face_of(patient: Patient, key: str) -> str | date:
    return _face(getattr(patient, key))
