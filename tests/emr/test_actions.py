"""What each action leaves behind: the state, one audit entry, and what it refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from emr import actions
from emr.models import (
    AlertKind,
    AuditEntry,
    Coverage,
    CoverageKind,
    FormerIdentity,
    Patient,
    PatientSearchWord,
    Payer,
    Visit,
    VisitState,
)
from emr.models.visit import NEXT
from tests.factories import (
    at,
    make_alert,
    make_coverage,
    make_goal,
    make_patient,
    make_payer,
    make_visit,
)

PERSON = {"last_name": "O'Neil-Ward", "first_name": "Maeve", "birth_date": date(1980, 2, 29)}


def entries():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "actor", "details"))


def words_of(patient):
    return set(PatientSearchWord.objects.filter(patient=patient).values_list("word", flat=True))


# Patients


def test_a_registered_patient_gets_the_next_record_number_and_is_found(fran):
    patient = actions.register_patient(by=fran, **PERSON)

    assert patient.record_number == f"P{patient.pk:06}"
    assert words_of(patient) == {
        "o",
        "neil",
        "ward",
        "maeve",
        "1980-02-29",
        patient.record_number.lower(),
    }
    assert list(Patient.objects.search("war mae")) == [patient]
    assert entries() == [("registered", "Fran Ibarra", {})]


def test_a_record_number_given_by_hand_stays_and_is_found_with_its_dash(fran):
    patient = actions.register_patient(by=fran, record_number="HL-00012", **PERSON)

    assert patient.record_number == "HL-00012"
    assert list(Patient.objects.search("HL-00012")) == [patient]


def test_an_assigned_number_steps_over_one_that_was_given_by_hand(fran):
    first = make_patient()
    make_patient(record_number=f"P{first.pk + 2:06}")

    patient = actions.register_patient(by=fran, **PERSON)

    assert patient.record_number == f"P{patient.pk:06}A"


def test_a_record_number_is_given_once(fran, patient):
    with pytest.raises(ValidationError):
        actions.register_patient(by=fran, record_number=patient.record_number, **PERSON)

    assert entries() == []


def test_an_edited_patient_is_found_by_the_new_name_only(fran, patient):
    actions.edit_patient(patient=patient, by=fran, last_name="Quimby", first_name="Odette")

    assert list(Patient.objects.search("quimby")) == [patient]
    assert list(Patient.objects.search("marlow")) == []
    assert entries() == [("edited", "Fran Ibarra", {"fields": ["last_name"]})]


def test_an_edit_that_changes_nothing_leaves_no_entry(fran, patient):
    actions.edit_patient(patient=patient, by=fran, last_name=patient.last_name)

    assert entries() == []


def test_who_a_patient_was_is_kept_and_not_in_the_log(fran, patient):
    was = {name: getattr(patient, name) for name in FormerIdentity.FIELDS}

    actions.edit_patient(patient=patient, by=fran, last_name="Quimby", birth_date=date(1951, 8, 3))
    actions.edit_patient(patient=patient, by=fran, record_number="HL-2", phone="970-555-0100")

    first, second = FormerIdentity.objects.values(*was)
    assert first == was
    assert second == was | {"last_name": "Quimby", "birth_date": date(1951, 8, 3)}
    kept = FormerIdentity.objects.values_list("patient", "replaced_by")
    assert set(kept) == {(patient.pk, fran.pk)}
    assert [details for _, _, details in entries()] == [
        {"fields": ["birth_date", "last_name"]},
        {"fields": ["phone", "record_number"]},
    ]


@pytest.mark.parametrize("field", ["last_name", "first_name", "middle_name", "sex"])
def test_each_part_of_who_somebody_is_is_kept(fran, patient, field):
    actions.edit_patient(patient=patient, by=fran, **{field: "other"})

    assert FormerIdentity.objects.count() == 1


def test_a_new_telephone_makes_nobody_another_person(fran, patient):
    actions.edit_patient(patient=patient, by=fran, phone="970-555-0100", preferred_name="Odie")

    assert FormerIdentity.objects.count() == 0


def refused_number(action, **fields):
    before = entries()
    with pytest.raises(ValidationError) as refused:
        action(**fields)
    assert entries() == before
    assert list(refused.value.message_dict) == ["record_number"]
    return refused.value.message_dict["record_number"][0]


@pytest.mark.parametrize("state", [VisitState.PLANNED, VisitState.CANCELLED, VisitState.DONE])
def test_after_the_first_visit_only_the_owner_changes_a_record_number(fran, olive, visit, state):
    Visit.objects.update(state=state)
    change = {"patient": visit.patient, "record_number": "HL-2"}

    said = refused_number(actions.edit_patient, by=fran, **change)
    actions.edit_patient(by=fran, patient=visit.patient, last_name="Quimby")
    by_owner = actions.edit_patient(by=olive, **change)

    assert said == "After the first visit only the owner changes the record number."
    assert by_owner.record_number == "HL-2"


def test_two_patients_cannot_swap_their_record_numbers(olive, patient):
    other = make_patient(record_number="HL-2")
    actions.edit_patient(patient=patient, by=olive, record_number="HL-3")

    said = refused_number(actions.edit_patient, patient=other, by=olive, record_number="HL-10117")

    assert said == "Another patient had this record number; give one never used."
    assert FormerIdentity.objects.filter(patient=other).count() == 0


def test_a_record_number_that_was_somebodys_is_not_given_again_but_to_them(fran, patient):
    actions.edit_patient(patient=patient, by=fran, record_number="HL-3")

    refused_number(actions.register_patient, by=fran, record_number="HL-10117", **PERSON)
    back = actions.edit_patient(patient=patient, by=fran, record_number="HL-10117")

    assert back.record_number == "HL-10117"


def test_an_assigned_number_steps_over_one_that_was_somebodys(fran):
    first = make_patient()
    second = make_patient(record_number=f"P{first.pk + 2:06}")
    actions.edit_patient(patient=second, by=fran, record_number="HL-3")

    patient = actions.register_patient(by=fran, **PERSON)

    assert patient.record_number == f"P{patient.pk:06}A"


# Who pays


def test_a_payer_is_added_once(fran):
    payer = actions.add_payer(name="Bluegate PPO", kind=CoverageKind.COMMERCIAL, by=fran)

    with pytest.raises(ValidationError):
        actions.add_payer(name="Bluegate PPO", kind=CoverageKind.COMMERCIAL, by=fran)

    assert list(Payer.objects.all()) == [payer]
    assert entries() == [("payer added", "Fran Ibarra", {})]


def test_a_medicare_number_is_kept_without_its_dashes(fran, patient):
    medicare = make_payer(kind=CoverageKind.MEDICARE)

    coverage = actions.add_coverage(
        patient=patient,
        payer=medicare,
        member_number="1eg4-te5-mk73",
        starts_on=date(2025, 1, 1),
        by=fran,
    )

    assert coverage.member_number == "1EG4TE5MK73"
    assert entries() == [("coverage added", "Fran Ibarra", {})]


def test_a_medicare_number_must_keep_the_pattern(fran, patient):
    medicare = make_payer(kind=CoverageKind.MEDICARE)

    with pytest.raises(ValidationError):
        actions.add_coverage(
            patient=patient,
            payer=medicare,
            member_number="12345",
            starts_on=date(2025, 1, 1),
            by=fran,
        )

    assert Coverage.objects.count() == 0


def test_two_primary_coverages_never_overlap(fran, patient):
    make_coverage(patient=patient, starts_on=date(2024, 1, 1))

    with pytest.raises(ValidationError):
        actions.add_coverage(
            patient=patient, payer=make_payer(), starts_on=date(2025, 1, 1), by=fran
        )

    assert Coverage.objects.count() == 1


def test_a_coverage_ends_once_and_not_before_it_began(fran, patient):
    coverage = make_coverage(patient=patient, starts_on=date(2024, 1, 1))

    with pytest.raises(ValidationError):
        actions.end_coverage(coverage=coverage, ends_on=date(2023, 12, 31), by=fran)
    actions.end_coverage(coverage=coverage, ends_on=date(2024, 1, 1), by=fran)
    with pytest.raises(actions.Refused):
        actions.end_coverage(coverage=coverage, ends_on=date(2025, 1, 1), by=fran)

    coverage.refresh_from_db()
    assert coverage.ends_on == date(2024, 1, 1)
    assert entries() == [("coverage ended", "Fran Ibarra", {"ends_on": "2024-01-01"})]


# Alerts and goals


def test_an_alert_is_added_and_the_log_does_not_say_which(dana, patient):
    alert = actions.add_alert(
        patient=patient, kind=AlertKind.PACEMAKER, detail="left chest", by=dana
    )

    assert (str(alert), alert.recorded_by) == ("Pacemaker or stimulator: left chest", dana)
    assert entries() == [("alert added", "Dana Whitlock", {})]


def test_an_alert_ends_once(dana, lee, patient):
    alert = make_alert(patient=patient, recorded_by=lee)

    actions.end_alert(alert=alert, by=dana)
    with pytest.raises(actions.Refused):
        actions.end_alert(alert=alert, by=lee)

    alert.refresh_from_db()
    assert alert.ended_by == dana
    assert entries() == [("alert ended", "Dana Whitlock", {})]


def test_a_goal_is_added(dana, patient):
    goal = actions.add_goal(patient=patient, text="Sleep on the left side", by=dana)

    assert list(patient.goals.all()) == [goal]
    assert entries() == [("goal added", "Dana Whitlock", {})]


def test_a_goal_ends_once(dana, lee, patient):
    goal = make_goal(patient=patient, recorded_by=lee)

    actions.end_goal(goal=goal, by=dana)
    with pytest.raises(actions.Refused):
        actions.end_goal(goal=goal, by=lee)

    goal.refresh_from_db()
    assert goal.ended_by == dana
    assert entries() == [("goal ended", "Dana Whitlock", {})]


# Visits


def test_a_visit_is_added(fran, dana, patient):
    visit = actions.add_visit(
        patient=patient, provider=dana.provider, start=at(9), place="Room 1", by=fran
    )

    assert (visit.state, visit.place) == ("planned", "Room 1")
    assert entries() == [("visit added", "Fran Ibarra", {"state": "planned"})]


def test_nobody_comes_twice_at_one_time(fran, dana, lee, patient):
    make_visit(patient=patient, provider=dana.provider, start=at(9))

    with pytest.raises(actions.Refused):
        actions.add_visit(patient=patient, provider=lee.provider, start=at(9), by=fran)

    assert Visit.objects.count() == 1


def test_the_time_of_a_cancelled_visit_is_free_again(fran, dana, patient):
    make_visit(patient=patient, provider=dana.provider, start=at(9), state=VisitState.CANCELLED)

    visit = actions.add_visit(patient=patient, provider=dana.provider, start=at(9), by=fran)

    assert visit.state == "planned"


@pytest.mark.parametrize("before", VisitState)
@pytest.mark.parametrize("after", VisitState)
def test_a_visit_takes_the_steps_of_the_table_and_no_other(fran, visit, before, after):
    Visit.objects.filter(pk=visit.pk).update(state=before)

    if after in NEXT[before]:
        actions.move_visit(visit=visit, to=after, by=fran)
        expected = [("visit moved", "Fran Ibarra", {"before": str(before), "after": str(after)})]
    else:
        with pytest.raises(actions.Refused):
            actions.move_visit(visit=visit, to=after, by=fran)
        after, expected = before, []

    visit.refresh_from_db()
    assert (visit.state, entries()) == (after, expected)


def test_a_visit_keeps_when_it_became_done(fran, visit):
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.IN_PROGRESS)

    moved_from = timezone.now()
    moved = actions.move_visit(visit=visit, to=VisitState.DONE, by=fran)

    visit.refresh_from_db()
    assert moved_from <= visit.done_at <= timezone.now()
    assert moved.done_at == visit.done_at == visit.over_since


@pytest.mark.parametrize(
    ("state", "over"),
    [(VisitState.PLANNED, False), (VisitState.IN_PROGRESS, False), (VisitState.DONE, True)],
)
def test_a_visit_done_before_we_kept_the_time_was_over_at_its_start(visit, state, over):
    visit.state = state

    assert visit.over_since == (visit.start if over else None)


def test_who_saw_an_older_state_moves_nothing(fran, visit):
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.ARRIVED)

    with pytest.raises(actions.Refused, match="now “arrived”"):
        actions.move_visit(visit=visit, to=VisitState.NO_SHOW, seen=VisitState.PLANNED, by=fran)

    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_every_entry_names_the_patient(fran, dana, patient):
    visit = actions.add_visit(
        patient=patient, provider=dana.provider, start=at(9) + timedelta(days=1), by=fran
    )
    actions.move_visit(visit=visit, to=VisitState.CANCELLED, by=fran)
    actions.end_goal(goal=actions.add_goal(patient=patient, text="Run", by=dana), by=dana)

    assert set(AuditEntry.objects.values_list("patient_id", flat=True)) == {patient.pk}
