"""Rows that are patients: who is new, who changes in what, and who stays as they are."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from emr import actions
from emr.forms import A_POSTAL_CODE, A_STATE, NAMES, check_birth_date
from emr.imports.columns import PATIENT_COLUMNS
from emr.imports.people import NAMED_BY, KnownPatients, name_of, person_key, read_person
from emr.imports.reading import SheetRow
from emr.imports.values import Misread, read_day, read_sex
from emr.imports.verdicts import Change, Outcome, Problem, Refusal, Verdict
from emr.models import Patient, Sex, User
from emr.search import fold
from emr.validators import validate_person_name

COLUMNS = PATIENT_COLUMNS
NEEDED = (NAMED_BY, ("record_number",))
WHAT = "patient"
TITLES = {column.key: column.title for column in COLUMNS}
SURPLUS = "There are more cells than columns: put text with a separator in it into quotation marks."


def judge(
    rows: Sequence[SheetRow], *, file: Sequence[SheetRow], lock: bool = False
) -> list[Verdict]:
    """What each row comes to; repeats within the file are not looked at here.

    `file` are all its rows, as for the schedule; a patient's row stands for itself.
    """
    said = [read_person(row) for row in rows]
    known = KnownPatients(said, lock=lock)
    return [_judge(row, person, known) for row, person in zip(rows, said, strict=True)]


def _judge(row: SheetRow, person: dict, known: KnownPatients) -> Verdict:
    verdict = Verdict(line=row.line, outcome=Outcome.REFUSED, who=name_of(person))
    if row.surplus:
        return verdict.refused(Problem(column="", sentence=SURPLUS))
    facts, problems = read_facts(row)
    if problems:
        return verdict.refused(*problems)
    try:
        patient = known.find(person)
    except Refusal as refusal:
        problem = Problem(column=TITLES.get(refusal.column, ""), sentence=refusal.sentence)
        return verdict.refused(problem)
    if patient is None:
        return _judge_new(verdict, facts)
    return _judge_known(verdict, facts, patient)


def _judge_new(verdict: Verdict, facts: dict) -> Verdict:
    lacking = [key for key in NAMED_BY if key not in facts]
    if lacking:
        return verdict.refused(
            *(
                Problem(
                    column=TITLES[key], sentence="Nobody has this record number: say who it is."
                )
                for key in lacking
            )
        )
    return Verdict(
        line=verdict.line,
        outcome=Outcome.NEW,
        who=name_of(facts),
        about=" · ".join(
            _shown(key, facts[key]) for key in TITLES if key in facts.keys() - set(NAMES[:2])
        ),
        facts=facts,
        keys=_keys(facts),
    )


def _judge_known(verdict: Verdict, facts: dict, patient: Patient) -> Verdict:
    changes = tuple(
        Change(
            title=TITLES[key], was=_shown(key, getattr(patient, key)), becomes=_shown(key, value)
        )
        for key, value in facts.items()
        if _differs(key, getattr(patient, key), value)
    )
    return Verdict(
        line=verdict.line,
        outcome=Outcome.CHANGED if changes else Outcome.SAME,
        who=str(patient),
        about=f"{patient.birth_date:%Y-%m-%d} · {patient.record_number}",
        record=patient.pk,
        patient=patient.pk,
        changes=changes,
        facts=facts,
        keys=(("record", patient.pk), *_keys(facts)),
    )


def _keys(facts: dict) -> tuple:
    number = [("number", facts["record_number"])] if "record_number" in facts else []
    whole = all(key in facts for key in NAMED_BY)
    return (*number, *([("person", *person_key(facts))] if whole else []))


def _differs(key: str, was, becomes) -> bool:
    """A name in capitals, or a telephone number with other dashes, is no news."""
    if key in NAMES or key in ("street", "city"):
        return fold(was) != fold(becomes)
    if key == "phone":
        return _digits(was) != _digits(becomes)
    if key == "email":
        return was.lower() != becomes.lower()
    return was != becomes


def _digits(phone: str) -> str:
    """The digits, without the American prefix; what has none stays as it is."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits.removeprefix("1") if len(digits) == 11 else digits or phone


def _shown(key: str, value) -> str:
    return Sex(value).label if key == "sex" else str(value)


# What the cells say


def read_facts(row: SheetRow) -> tuple[dict, list[Problem]]:
    """The values that are given, fit to be written, and what is wrong with those that are not.

    An empty cell says nothing, and so erases nothing.
    """
    facts, problems = {}, []
    for key in TITLES:
        cell = row.cells.get(key, "")
        if not cell:
            continue
        try:
            facts[key] = _checked(key, READERS.get(key, str)(cell))
        except Misread as error:
            problems.append(Problem(column=TITLES[key], sentence=str(error)))
        except ValidationError as error:
            problems.append(Problem(column=TITLES[key], sentence=" ".join(error.messages)))
    return facts, problems


READERS = {"birth_date": read_day, "sex": read_sex, "state": str.upper}


def _checked(key: str, value):
    """The value, after the same checks as on the page of a patient."""
    for check in CHECKS.get(key, ()):
        check(value)
    return Patient._meta.get_field(key).clean(value, None)


def _check_postal_code(value: str) -> None:
    if value.isdigit() and len(value) < 5:
        raise ValidationError(
            "A ZIP code has five digits. Spreadsheets drop a zero in front: put it back."
        )
    A_POSTAL_CODE(value)


CHECKS = {
    **dict.fromkeys(NAMES, (validate_person_name,)),
    "birth_date": (check_birth_date,),
    "state": (A_STATE,),
    "postal_code": (_check_postal_code,),
}


# Writing


def write(verdict: Verdict, *, by: User) -> None:
    if verdict.outcome == Outcome.NEW:
        actions.register_patient(by=by, **verdict.facts)
        return
    patient = Patient(pk=verdict.record)
    changed = {change.title for change in verdict.changes}
    facts = {key: value for key, value in verdict.facts.items() if TITLES[key] in changed}
    actions.edit_patient(patient=patient, by=by, **facts)
