"""What becomes of rows that are visits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from emr import actions
from emr.imports import steps
from emr.models import AuditEntry, Visit, VisitState
from notes.actions import start_note
from tests import factories
from tests.bad_requests import night_of_the_gap

HEADER = "MRN;Last name;First name;DOB;Date;Time;Start;Therapist;Room"
TOMORROW = factories.today() + timedelta(days=1)
DAY = TOMORROW.isoformat()


@pytest.fixture(autouse=True)
def clock(practice):
    """As in a request: the practice's."""
    with timezone.override(practice.zone):
        yield


@pytest.fixture
def planned(patient, dana):
    """Odette comes to Dana tomorrow at half past ten, in room 2."""
    start = factories.at(10, 30, day=TOMORROW)
    return factories.make_visit(patient=patient, provider=dana.provider, start=start)


def upload(by, *rows):
    raw = "\r\n".join([HEADER, *rows]).encode()
    return steps.upload_file(raw=raw, kind="schedule", by=by)


def row(number="HL-10117", names=";;", day=DAY, time="10:30", start="", who="dana", place="Room 2"):
    return ";".join([number, names, day, time, start, who, place])


def outcomes(by, *rows):
    return [each.outcome for each in steps.verdicts_of(upload(by, *rows))]


def reason(by, *rows):
    return steps.verdicts_of(upload(by, *rows))[-1].reason


def write(file, by):
    steps.confirm_import(file=file, by=by)
    while file.state in ("preview", "running"):
        file = steps.write_next_rows(file=file, by=by)
    return file


# Who, when and with whom


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"number": "", "names": "Marlow;Odette;3/8/1951"},
        {"day": "", "time": "", "start": f"{DAY} 10:30"},
        {"day": "", "time": "", "start": f"{DAY}T10:30:00"},
        {"start": f"{DAY} 10:30"},
        {"time": "10:30 am"},
        {"who": "DANA"},
        {"who": "1508340712"},
        {"who": "Dana Whitlock"},
        {"who": "Whitlock, Dana"},
        {"who": "Dana Whitlock, PT, DPT"},
        {"place": ""},
    ],
)
def test_a_visit_is_read_from_many_spellings(fran, dana, patient, said):
    file = write(upload(fran, row(**said)), fran)

    visit = Visit.objects.get()
    assert file.state == "done"
    assert (visit.patient, visit.provider, visit.state) == (patient, dana.provider, "planned")
    assert visit.start == factories.at(10, 30, day=TOMORROW)
    assert visit.place == said.get("place", "Room 2")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"number": "HL-9"}, "No such patient is on record. Import or register them first."),
        ({"number": ""}, "Last name: Give the record number, or last name,"),
        ({"names": "Vega;Ines;1951-03-08"}, "Record number: This number is Marlow, Odette's"),
        ({"names": ";;3/8/51"}, "Birth date: Write the year with four digits."),
        ({"day": ""}, "Date: Say when the visit is."),
        ({"time": ""}, "Time: Say when the visit is."),
        ({"day": "3.4.2026"}, "Date: This can mean two days."),
        ({"time": "25:00"}, "Time: No clock shows this time."),
        ({"start": f"{DAY} 11:30"}, "Start: This does not agree with the date or time beside it."),
        ({"day": "1999-01-01"}, "Date: Check the year."),
        ({"day": "2999-01-01"}, "Date: Check the year."),
        (
            {"day": (factories.today() - timedelta(days=1)).isoformat()},
            "This day is over: only visits to come are planned.",
        ),
        ({"day": night_of_the_gap().isoformat(), "time": "2:30"}, "Time: The clocks go forward"),
        ({"who": ""}, "Therapist: Say who treats."),
        ({"who": "Doctor No"}, "Therapist: Nobody who treats here"),
        ({"who": "fran"}, "Therapist: Nobody who treats here"),
        ({"place": "R" * 81}, "Place: At most 80 letters."),
        ({"place": "Room 2;more"}, "There are more cells than columns"),
    ],
)
def test_a_row_that_cannot_be_a_visit_says_why(fran, dana, patient, said, expected):
    assert reason(fran, row(**said)).startswith(expected)


def test_a_name_that_two_therapists_share_is_refused(fran, dana, patient):
    namesake = factories.make_user("therapist", first_name="Dana", last_name="Whitlock")
    factories.make_provider(user=namesake, npi="1760294185")

    assert reason(fran, row(who="Dana Whitlock")) == (
        "Therapist: This can be several people. Give the user name."
    )
    assert outcomes(fran, row(who="dana")) == ["new"]


def test_who_no_longer_treats_gets_no_visit(fran, dana, patient):
    dana.provider.active = False
    dana.provider.save()

    assert outcomes(fran, row()) == ["refused"]


# A visit that is on record


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ({}, []),
        ({"place": "room 2", "who": ""}, []),
        ({"place": ""}, []),
        ({"place": "Room 5"}, [("Place", "Room 2", "Room 5")]),
        ({"who": "lee"}, [("Therapist", "Dana Whitlock", "Lee Okafor")]),
    ],
)
def test_a_planned_visit_changes_in_place_and_therapist_alone(fran, planned, lee, said, changes):
    (verdict,) = steps.verdicts_of(upload(fran, row(**said)))

    assert verdict.outcome == ("changed" if changes else "same")
    assert [(each.title, each.was, each.becomes) for each in verdict.changes] == changes


def test_the_change_is_written_and_logged(fran, planned, lee):
    write(upload(fran, row(who="lee", place="Room 5")), fran)

    planned.refresh_from_db()
    assert (planned.provider, planned.place) == (lee.provider, "Room 5")
    entry = AuditEntry.objects.get(verb="visit edited")
    assert (entry.patient_id, entry.details) == (
        planned.patient_id,
        {"fields": ["place", "provider"]},
    )


@pytest.mark.parametrize(
    ("state", "same", "other"),
    [
        ("planned", "same", "changed"),
        ("arrived", "same", "refused"),
        ("in progress", "same", "refused"),
        ("done", "same", "refused"),
        ("cancelled", "refused", "refused"),
        ("no show", "refused", "refused"),
    ],
)
def test_what_has_begun_or_was_called_off_stays_as_it_is(fran, planned, state, same, other):
    planned.state = state
    planned.save()

    assert outcomes(fran, row()) == [same]
    assert outcomes(fran, row(place="Room 5")) == [other]


def test_of_two_visits_at_once_the_one_that_takes_place_counts(fran, planned):
    factories.make_visit(
        patient=planned.patient,
        provider=planned.provider,
        start=planned.start,
        state=VisitState.CANCELLED,
    )

    assert outcomes(fran, row()) == ["same"]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (row(), "same"),
        (row(place=""), "same"),
        (row(place="Room 5"), "refused"),
        (row(time="11:30"), "new"),
    ],
)
def test_one_patient_has_one_visit_at_a_time_in_a_file(fran, dana, patient, second, expected):
    assert outcomes(fran, row(), second) == ["new", expected]


def test_the_same_schedule_twice_changes_nothing(fran, dana, lee, patient):
    rows = (row(), row(time="2:05 pm", who="lee", place=""), row(time="16:00", place="Room 7"))
    write(upload(fran, *rows), fran)

    again = upload(fran, *rows)

    assert (again.new, again.changed, again.same, again.refused) == (0, 0, 3, 0)
    assert Visit.objects.count() == 3


def test_a_visit_that_began_since_the_preview_is_left_alone(fran, planned):
    file = upload(fran, row(place="Room 5"))
    actions.move_visit(visit=planned, to=VisitState.ARRIVED, by=fran)

    file = write(file, fran)

    planned.refresh_from_db()
    assert (planned.place, file.state, file.refused) == ("Room 2", "left over", 1)
    assert steps.verdicts_of(file)[0].reason == "This visit is “arrived” and stays as it is."


def test_a_visit_that_has_begun_is_not_edited_by_any_other_way(fran, planned):
    actions.move_visit(visit=planned, to=VisitState.ARRIVED, by=fran)

    with pytest.raises(actions.Refused, match="stays as it is"):
        actions.edit_visit(visit=planned, by=fran, place="Room 5")


# A visit that stands at another time that day


def test_a_note_that_is_started_early_leaves_one_visit(fran, dana, patient):
    last_minute = factories.at(23, 59, day=factories.today())
    visit = factories.make_visit(patient=patient, provider=dana.provider, start=last_minute)
    factories.make_consent(patient=patient)
    start_note(visit=visit, by=dana)

    file = write(upload(fran, row(day=factories.today().isoformat(), time="23:59")), fran)

    assert (file.same, Visit.objects.count()) == (1, 1)


def stands_at(hour, minute, patient, provider, state):
    start = factories.at(hour, minute, day=TOMORROW)
    return factories.make_visit(
        patient=patient, provider=provider, start=start, state=state, place="Room 2"
    )


@pytest.mark.parametrize("state", ["arrived", "in progress", "done"])
def test_what_began_early_is_the_same_and_says_when(fran, dana, patient, state):
    stands_at(9, 50, patient, dana.provider, state)

    (same,) = steps.verdicts_of(upload(fran, row()))
    (elsewhere,) = steps.verdicts_of(upload(fran, row(place="Room 5")))

    assert (same.outcome, same.about) == (
        "same",
        f"{DAY} 10:30 · Dana Whitlock · Room 2 · began early, at 09:50",
    )
    assert elsewhere.reason == f"This visit is “{state}” and stays as it is."


PLANNED_AT_NINE = (
    "This patient already comes to Dana Whitlock at 09:00 that day. If that visit was moved, cancel"
    " the one at 09:00 and upload this row again; if they come twice, add this visit by hand."
)
BEGAN_AT_ELEVEN = (
    "This patient already came to Dana Whitlock at 11:00 that day. If it is that visit, leave this"
    " row out; if they come twice, add this visit by hand."
)


@pytest.mark.parametrize(
    ("hour", "state", "expected"),
    [
        (9, "planned", PLANNED_AT_NINE),
        (9, "cancelled", ""),
        (9, "no show", ""),
        (11, "arrived", BEGAN_AT_ELEVEN),
        (11, "in progress", BEGAN_AT_ELEVEN),
        (11, "done", BEGAN_AT_ELEVEN),
        (11, "cancelled", ""),
    ],
)
def test_a_visit_that_was_moved_does_not_stand_there_twice(
    fran, dana, patient, hour, state, expected
):
    stands_at(hour, 0, patient, dana.provider, state)

    (verdict,) = steps.verdicts_of(upload(fran, row()))

    assert (verdict.outcome, verdict.reason) == ("refused" if expected else "new", expected)


def test_a_visit_of_a_day_that_is_over_is_not_said_to_be_moved(fran, dana, patient):
    yesterday = factories.today() - timedelta(days=1)
    factories.make_visit(
        patient=patient, provider=dana.provider, start=factories.at(9, day=yesterday)
    )

    assert reason(fran, row(day=yesterday.isoformat())) == (
        "This day is over: only visits to come are planned."
    )


@pytest.mark.parametrize("state", ["planned", "done"])
def test_another_therapist_another_day_and_another_patient_are_in_nobodys_way(
    fran, dana, lee, patient, state
):
    stands_at(9, 0, patient, lee.provider, state)
    stands_at(9, 0, factories.make_patient(), dana.provider, state)
    the_day_after = factories.at(9, day=TOMORROW + timedelta(days=1))
    factories.make_visit(patient=patient, provider=dana.provider, start=the_day_after, state=state)

    assert outcomes(fran, row()) == ["new"]


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"number": "", "names": "MARLOW;Odette;3/8/1951"},
        {"who": "nobody we know"},
    ],
)
@pytest.mark.parametrize("state", ["planned", "done"])
def test_who_comes_twice_by_the_file_comes_twice(fran, dana, patient, state, named):
    stands_at(9, 0, patient, dana.provider, state)

    assert outcomes(fran, row(), row(time="9:00", **named))[0] == "new"


def test_of_two_visits_of_a_day_the_one_that_began_early_is_the_first_after_it(fran, dana, patient):
    stands_at(8, 50, patient, dana.provider, "done")
    rows = row(time="14:00"), row(time="9:00")

    assert outcomes(fran, *rows) == ["new", "same"]
    write(upload(fran, *rows), fran)
    assert outcomes(fran, *rows) == ["same", "same"]
    assert Visit.objects.count() == 2


def test_who_comes_twice_is_written_twice_however_far_apart_the_rows_stand(
    fran, dana, patient, monkeypatch
):
    monkeypatch.setattr(steps, "WRITTEN_AT_ONCE", 1)

    file = write(upload(fran, row(), row(time="16:00")), fran)

    assert (file.new, file.refused, Visit.objects.count()) == (2, 0, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_asks_as_little_for_many_visits_as_for_one(fran, dana, patient, count):
    rows = [row(time=f"{10 + n}:30", names="Marlow;Odette;1951-03-08") for n in range(count)]
    write(upload(fran, *rows), fran)

    with CaptureQueriesContext(connection) as asked:
        upload(fran, *rows)

    reads = [each["sql"] for each in asked if each["sql"].startswith("SELECT")]
    assert len(reads) == 5  # the three of patients, who treats, the visits
