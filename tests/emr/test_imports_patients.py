"""What becomes of rows that are patients."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import actions
from emr.imports import steps
from emr.models import AuditEntry, Patient, PatientSearchWord
from tests import factories

HEADER = "Record number,Last name,First name,Birth date,Phone,Street,Sex,State,ZIP,E-mail"


def table(*rows, header=HEADER):
    return "\r\n".join([header, *rows]).encode()


def upload(by, *rows, header=HEADER):
    return steps.upload_file(raw=table(*rows, header=header), kind="patients", by=by)


def outcomes(by, *rows, header=HEADER):
    return [each.outcome for each in steps.verdicts_of(upload(by, *rows, header=header))]


def reasons(by, *rows, header=HEADER):
    return [each.reason for each in steps.verdicts_of(upload(by, *rows, header=header))]


def write(file, by):
    steps.confirm_import(file=file, by=by)
    while file.state in ("preview", "running"):
        file = steps.write_next_rows(file=file, by=by)
    return file


# Who it is


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("HL-10117,Marlow,Odette,1951-03-08", "same"),
        ("HL-10117,,,", "same"),
        (",Marlow,Odette,3/8/1951", "same"),
        (",MARLOW,odétte,3/8/1951", "same"),
        ("HL-10117,Marlow-Reyes,Odette,1951-03-08", "changed"),
        ("HL-10117,Marlow,Odile,1951-03-08", "changed"),
        ("HL-10117,Marlow,Odette,1951-08-03", "changed"),
        (",Marlow,Odile,1951-03-08", "new"),
        (",Marlow,Odette,1951-03-09", "new"),
        ("HL-9,Vega,Ines,1970-04-05", "new"),
        ("HL-10117,Vega,Ines,1951-03-08", "refused"),
        ("HL-10117,Marlow,Ines,1970-04-05", "refused"),
        ("HL-9,Marlow,Odette,1951-03-08", "refused"),
        ("HL-9,,,", "refused"),
        (",Marlow,Odette,", "refused"),
        (",,Odette,1951-03-08", "refused"),
    ],
)
def test_a_patient_is_known_by_number_or_by_names_and_birth_date(fran, patient, row, outcome):
    assert outcomes(fran, row) == [outcome]


def test_the_number_of_one_twin_and_the_name_of_the_other_is_refused(fran, patient):
    factories.make_patient(first_name="Odile", record_number="HL-10118")

    assert reasons(fran, "HL-10117,Marlow,Odile,1951-03-08") == [
        "Record number: This number is Marlow, Odette's, and the row names somebody else."
        " Check the number."
    ]


def test_two_of_one_name_and_birth_date_are_told_apart_by_number_alone(fran, patient):
    factories.make_patient(record_number="HL-10118")

    assert outcomes(fran, ",Marlow,Odette,1951-03-08") == ["refused"]
    assert outcomes(fran, "HL-10118,Marlow,Odette,1951-03-08") == ["same"]


def test_a_number_that_was_in_use_before_is_refused(fran, patient):
    factories.make_former_identity(patient=patient, record_number="HL-OLD", replaced_by=fran)

    assert reasons(fran, "HL-OLD,Vega,Ines,1970-04-05") == [
        "Record number: This number was in use before. Give today's."
    ]


def test_somebody_known_under_another_number_is_told_with_that_number(fran, patient):
    assert reasons(fran, "X-1,Marlow,Odette,1951-03-08") == [
        "Record number: Somebody of this name and birth date has the number HL-10117. Give that,"
        " or register this person by hand."
    ]


# What it says


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"birth_date": "2/30/1970"}, ["Birth date"]),
        ({"birth_date": "3.4.1970"}, ["Birth date"]),
        ({"birth_date": "4/5/70"}, ["Birth date"]),
        ({"birth_date": "2099-01-01"}, ["Birth date"]),
        ({"birth_date": "1899-12-31"}, ["Birth date"]),
        ({"last_name": "12345"}, ["Last name"]),
        ({"first_name": "In\u200bes"}, ["First name"]),
        ({"last_name": "V" * 81}, ["Last name"]),
        ({"number": "N" * 21}, ["Record number"]),
        ({"sex": "robot"}, ["Sex"]),
        ({"state": "Colorado"}, ["State"]),
        ({"zip": "2139"}, ["ZIP code"]),
        ({"zip": "8052A"}, ["ZIP code"]),
        ({"email": "ines@@example"}, ["E-mail"]),
        ({"state": "Colorado", "zip": "805"}, ["State", "ZIP code"]),
    ],
)
def test_a_cell_that_cannot_be_kept_is_named_by_its_column(fran, cells, columns):
    said = {
        "number": "",
        "last_name": "Vega",
        "first_name": "Ines",
        "birth_date": "1970-04-05",
        "phone": "",
        "street": "",
        "sex": "",
        "state": "",
        "zip": "",
        "email": "",
    }

    (verdict,) = steps.verdicts_of(upload(fran, ",".join((said | cells).values())))

    assert (verdict.outcome, [each.column for each in verdict.problems]) == ("refused", columns)


def test_a_row_with_more_cells_than_columns_is_refused(fran):
    (reason,) = reasons(fran, "X-1,Vega,Ines,1970-04-05,1,2,F,CO,80521,i@mail.example,more")

    assert reason.startswith("There are more cells than columns")


def test_each_change_is_shown_from_what_to_what(fran, patient):
    patient.sex = "unknown"
    patient.save()

    (verdict,) = steps.verdicts_of(upload(fran, "HL-10117,,,,970-555-9999,8 Quay Street,F,co,,"))

    assert [(each.title, each.was, each.becomes) for each in verdict.changes] == [
        ("Sex", "Not known", "Female"),
        ("Phone", "970-555-0117", "970-555-9999"),
        ("Street", "", "8 Quay Street"),
        ("State", "", "CO"),
    ]


@pytest.mark.parametrize(
    "phone", ["", "(970) 555-0117", "970.555.0117", "+1 970 555 0117", "9705550117"]
)
def test_another_spelling_of_a_telephone_is_no_change(fran, patient, phone):
    assert outcomes(fran, f"HL-10117,,,,{phone}") == ["same"]


# Twice in one file


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (",Vega,Ines,1970-04-05,1", ",Vega,Ines,1970-04-05,1", ["new", "same"]),
        (",Vega,Ines,1970-04-05,1", ",Vega,Ines,1970-04-05,", ["new", "same"]),
        (",Vega,Ines,1970-04-05,1", ",Vega,Ines,1970-04-05,2", ["new", "refused"]),
        (",Vega,Ines,1970-04-05,", ",Vega,Ines,1970-04-05,2", ["new", "refused"]),
        ("X-1,Vega,Ines,1970-04-05", "X-1,Vale,Ines,1970-04-05", ["new", "refused"]),
        ("X-1,Vega,Ines,1970-04-05", "X-2,Vega,Ines,1970-04-05", ["new", "refused"]),
        ("X-1,Vega,Ines,1970-04-05", "X-2,Vega,Ina,1970-04-05", ["new", "new"]),
        ("HL-10117,,,,1", ",Marlow,Odette,1951-03-08,2", ["changed", "refused"]),
        ("HL-10117,,,,1", "HL-10117,,,,1", ["changed", "same"]),
        (",Vega,Ines,4/5/70,", ",Vega,Ines,1970-04-05,", ["refused", "new"]),
    ],
)
def test_the_second_row_about_one_patient_says_the_same_or_is_refused(
    fran, patient, first, second, expected
):
    assert outcomes(fran, first, second) == expected


def test_a_repeat_is_found_in_another_piece_of_the_file(fran, monkeypatch):
    monkeypatch.setattr(steps, "JUDGED_AT_ONCE", 1)

    assert reasons(fran, ",Vega,Ines,1970-04-05,1", ",Vega,Ines,1970-04-05,2") == [
        "",
        "Line 2 is about the same patient and says something else. Keep one of them.",
    ]


# Written


def test_what_is_written_is_registered_edited_logged_and_found(fran, patient):
    file = upload(
        fran, "HL-10117,,,,970-555-9999", "X-1,Vega,Ines,1970-04-05,,,F", ",Vale,Ada,1980-01-02"
    )

    file = write(file, fran)

    patient.refresh_from_db()
    new = Patient.objects.exclude(pk=patient.pk).order_by("pk")
    assert (file.state, file.new, file.changed, file.same, file.refused) == ("done", 2, 1, 0, 0)
    assert patient.phone == "970-555-9999"
    assert [(each.record_number, str(each), each.sex) for each in new] == [
        ("X-1", "Vega, Ines", "female"),
        (f"P{new[1].pk:06}", "Vale, Ada", "unknown"),
    ]
    assert list(Patient.objects.search("vega ines")) == [new[0]]
    assert [(e.verb, e.actor_id) for e in AuditEntry.objects.order_by("pk")] == [
        (verb, fran.pk)
        for verb in (
            "import uploaded",
            "import confirmed",
            "edited",
            "registered",
            "registered",
            "patients imported",
        )
    ]


def test_the_same_file_twice_changes_nothing(fran, patient):
    rows = (
        "HL-10117,Marlow,Odette,1951-03-08,970-555-9999",
        ",Vega,Ines,4/5/1970,(970) 555 0101,8 Quay Street,F,co,80521,i@mail.example",
        "=X+1,VALE,Ada,1980-01-02,+1 970 555 0102",
    )
    write(upload(fran, *rows), fran)

    again = upload(fran, *rows)

    assert (again.new, again.changed, again.same, again.refused) == (0, 0, 3, 0)
    assert Patient.objects.filter(record_number="=X+1").count() == 1


def test_blank_cells_erase_nothing(fran, patient):
    before = Patient.objects.values().get()

    write(upload(fran, "HL-10117,Marlow,Odette,1951-03-08,,,,,,"), fran)

    assert Patient.objects.values().get() == before


def test_an_edit_since_the_preview_is_never_overwritten(fran, patient):
    file = upload(fran, "HL-10117,,,,970-555-9999", ",Vega,Ines,1970-04-05")
    actions.edit_patient(patient=patient, by=fran, phone="970-555-1234")

    file = write(file, fran)

    patient.refresh_from_db()
    assert patient.phone == "970-555-1234"
    assert (file.state, file.changed, file.new, file.refused) == ("left over", 0, 1, 1)
    assert steps.verdicts_of(file)[0].reason == steps.OVERTAKEN


def test_what_somebody_wrote_by_hand_meanwhile_is_not_written_again(fran, patient):
    file = upload(fran, "HL-10117,,,,970-555-9999", ",Vega,Ines,1970-04-05", ",Vale,Ada,1980-01-02")
    actions.edit_patient(patient=patient, by=fran, phone="970-555-9999")
    named = {"last_name": "Vega", "first_name": "Ines", "birth_date": date(1970, 4, 5)}
    actions.register_patient(by=fran, **named)
    number = {"last_name": "Vale", "first_name": "Ada", "birth_date": date(1980, 1, 2)}
    actions.register_patient(by=fran, **number)
    actions.register_patient(by=fran, **number)

    file = write(file, fran)

    assert (file.new, file.changed, file.same, file.refused) == (0, 0, 2, 1)
    assert Patient.objects.count() == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_asks_as_little_for_many_rows_as_for_one(fran, patient, count):
    rows = [f"X-{n},Vega,Ines{n},1970-04-05" for n in range(count)]
    write(upload(fran, *rows), fran)

    with CaptureQueriesContext(connection) as asked:
        upload(fran, *rows)

    reads = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
    assert len(reads) == 3  # by number, by birth date, numbers of before
    assert PatientSearchWord.objects.filter(word="vega").count() == count
