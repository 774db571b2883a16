"""What a person did to patients, coverages, alerts, goals and visits.

Each is one transaction with one entry in the audit log; entries name fields and days, never what
was charted.
"""

import uuid
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from emr import audit
from emr.models import (
    Coverage,
    FormerIdentity,
    FunctionalGoal,
    Patient,
    PatientAlert,
    PatientSearchWord,
    Payer,
    Provider,
    Role,
    User,
    Visit,
    VisitState,
)


class Refused(Exception):
    """The step cannot be taken, or not any more; the message tells the person why."""


# Patients


@transaction.atomic
def register_patient(*, by: User, **fields) -> Patient:
    """A new patient, found by search at once; without a record number the next one is assigned.

    The number follows the row's own, which the database hands out once, so that two desks that
    register at the same moment never get the same.
    """
    number = fields.pop("record_number", "")
    patient = Patient(**fields, record_number=number or uuid.uuid4().hex[:20])
    patient.full_clean()
    patient.save()
    patient.clean()  # again, as below
    if not number:
        patient.record_number = _record_number(patient.pk)
        patient.save(update_fields=["record_number"])
    _keep_search_words(patient)
    audit.record("registered", patient, by=by, patient_id=patient.pk)
    return patient


NUMBERED = (Patient, FormerIdentity)


def _record_number(pk: int) -> str:
    """P000123, or P000123A and on if that one was given by hand."""
    for suffix in ("", *"ABCDEFGHJKLMNPQRSTUVWXYZ"):
        number = f"P{pk:06}{suffix}"
        taken = (model.objects.filter(record_number=number) for model in NUMBERED)
        if not any(each.exists() for each in taken):
            return number
    raise Refused("Give a record number: those that are assigned are all taken.")


@transaction.atomic
def edit_patient(*, patient: Patient, by: User, **fields) -> Patient:
    """Changes the named fields and keeps who the patient was; the words of search follow.

    Visits and what is signed name a patient by the record number, so that it changes only before
    the first visit, or by the owner.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    changed = sorted(name for name, value in fields.items() if getattr(patient, name) != value)
    if not changed:
        return patient
    visited = Visit.objects.filter(patient=patient)
    if "record_number" in changed and not by.has_role(Role.OWNER) and visited.exists():
        raise ValidationError(
            {"record_number": "After the first visit only the owner changes the record number."}
        )
    if not set(changed).isdisjoint(FormerIdentity.FIELDS):
        _keep_identity(patient, by=by)
    for name in changed:
        setattr(patient, name, fields[name])
    patient.full_clean()
    patient.save(update_fields=changed)
    patient.clean()  # again: the number may have been another's until a moment ago
    _keep_search_words(patient)
    audit.record("edited", patient, by=by, patient_id=patient.pk, fields=changed)
    return patient


def _keep_identity(patient: Patient, *, by: User) -> None:
    was = {name: getattr(patient, name) for name in FormerIdentity.FIELDS}
    FormerIdentity.objects.create(
        patient=patient, **was, replaced_at=timezone.now(), replaced_by=by
    )


def _keep_search_words(patient: Patient) -> None:
    # A record number is typed with its dash, too: "HL-00012" is looked up as two words.
    wanted = patient.search_words()
    kept = PatientSearchWord.objects.filter(patient=patient)
    kept.exclude(word__in=wanted).delete()
    known = set(kept.values_list("word", flat=True))
    PatientSearchWord.objects.bulk_create(
        PatientSearchWord(patient=patient, word=word) for word in sorted(wanted - known)
    )


# Who pays


@transaction.atomic
def add_payer(*, name: str, kind: str, by: User, **claims) -> Payer:
    """`claims` is what claims need to know: electronic id, address, phone."""
    payer = Payer(name=name, kind=kind, **claims)
    payer.full_clean()
    payer.save()
    audit.record("payer added", payer, by=by)
    return payer


@transaction.atomic
def edit_payer(*, payer: Payer, by: User, **fields) -> Payer:
    """All but its kind, by which past visits were judged."""
    return _edit_named(Payer, payer.pk, fields, "payer edited", by)


@transaction.atomic
def add_coverage(
    *,
    patient: Patient,
    payer: Payer,
    starts_on: date,
    by: User,
    rank: int = Coverage.Rank.PRIMARY,
    member_number: str = "",
    qmb: bool = False,
    ends_on: date | None = None,
    **card,
) -> Coverage:
    """A coverage from its first day on; two of one rank never overlap, even added at once.

    `card` is the plan, the group number and who holds the insurance.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    coverage = Coverage(
        patient=patient,
        payer=payer,
        rank=rank,
        member_number=member_number,
        qmb=qmb,
        starts_on=starts_on,
        ends_on=ends_on,
        **card,
    )
    coverage.full_clean()
    coverage.save()
    audit.record("coverage added", coverage, by=by, patient_id=patient.pk)
    return coverage


@transaction.atomic
def edit_coverage(*, coverage: Coverage, by: User, **card) -> Coverage:
    """Numbers, plan and holder as on the card. Another payer, rank or day is another coverage."""
    patient_id = coverage.patient_id
    return _edit_named(Coverage, coverage.pk, card, "coverage edited", by, patient_id=patient_id)


def _edit_named(model, pk: int, fields: dict, verb: str, by: User, **about):
    """Saves what differs; nothing differs, nothing is written."""
    row = model.objects.select_for_update().get(pk=pk)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    if changed:
        for name in changed:
            setattr(row, name, fields[name])
        row.full_clean()
        row.save(update_fields=changed)
        audit.record(verb, row, by=by, fields=changed, **about)
    return row


@transaction.atomic
def end_coverage(*, coverage: Coverage, ends_on: date, by: User) -> Coverage:
    """Sets the last day that it pays; one that has a last day keeps it."""
    coverage = Coverage.objects.select_for_update().get(pk=coverage.pk)
    if coverage.ends_on:
        raise Refused(f"This coverage already ends on {coverage.ends_on:%Y-%m-%d}.")
    if ends_on < coverage.starts_on:
        raise ValidationError({"ends_on": "It cannot end before its first day."})
    coverage.ends_on = ends_on
    coverage.save(update_fields=["ends_on"])
    audit.record(
        "coverage ended",
        coverage,
        by=by,
        patient_id=coverage.patient_id,
        ends_on=ends_on.isoformat(),
    )
    return coverage


# What to know and what to reach


@transaction.atomic
def add_alert(*, patient: Patient, kind: str, by: User, detail: str = "") -> PatientAlert:
    alert = PatientAlert(
        patient=patient, kind=kind, detail=detail, recorded_by=by, recorded_at=timezone.now()
    )
    alert.full_clean()
    alert.save()
    audit.record("alert added", alert, by=by, patient_id=patient.pk)
    return alert


@transaction.atomic
def end_alert(*, alert: PatientAlert, by: User) -> PatientAlert:
    return _end(PatientAlert, alert.pk, "alert ended", "This alert was ended already.", by)


@transaction.atomic
def add_goal(*, patient: Patient, text: str, by: User) -> FunctionalGoal:
    goal = FunctionalGoal(patient=patient, text=text, recorded_by=by, recorded_at=timezone.now())
    goal.full_clean()
    goal.save()
    audit.record("goal added", goal, by=by, patient_id=patient.pk)
    return goal


@transaction.atomic
def end_goal(*, goal: FunctionalGoal, by: User) -> FunctionalGoal:
    return _end(FunctionalGoal, goal.pk, "goal ended", "This goal was ended already.", by)


def _end(model, pk: int, verb: str, too_late: str, by: User):
    row = model.objects.select_for_update().get(pk=pk)
    if row.ended_at:
        raise Refused(too_late)
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record(verb, row, by=by, patient_id=row.patient_id)
    return row


# Visits


@transaction.atomic
def add_visit(
    *,
    patient: Patient,
    provider: Provider,
    start: datetime,
    by: User,
    place: str = "",
    state: VisitState = VisitState.PLANNED,
) -> Visit:
    """A visit that is planned, or of a patient who is here already; nobody comes twice at once."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    gone = [VisitState.CANCELLED, VisitState.NO_SHOW]
    if Visit.objects.filter(patient=patient, start=start).exclude(state__in=gone).exists():
        raise Refused("This patient has a visit at that time already.")
    visit = Visit(patient=patient, provider=provider, start=start, place=place, state=state)
    visit.full_clean()
    visit.save()
    audit.record("visit added", visit, by=by, patient_id=patient.pk, state=str(state))
    return visit


@transaction.atomic
def edit_visit(*, visit: Visit, by: User, **fields) -> Visit:
    """Another provider or place for a visit that is still planned; who comes when stays."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    changed = sorted(name for name, value in fields.items() if getattr(visit, name) != value)
    if not changed:
        return visit
    if visit.state != VisitState.PLANNED:
        raise Refused(f"This visit is “{visit.get_state_display().lower()}” and stays as it is.")
    for name in changed:
        setattr(visit, name, fields[name])
    visit.full_clean()
    visit.save(update_fields=changed)
    audit.record("visit edited", visit, by=by, patient_id=visit.patient_id, fields=changed)
    return visit


@transaction.atomic
def move_visit(*, visit: Visit, to: VisitState, by: User, seen: VisitState | None = None) -> Visit:
    """Takes one step of the table in emr.models.visit and refuses every other.

    `seen` is the state that the person had before them: if somebody was faster, nothing is done.
    """
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    before = VisitState(visit.state)
    if seen is not None and seen != before:
        raise Refused(f"Somebody was faster: this visit is now “{before.label.lower()}”.")
    if not visit.may_become(to):
        raise Refused(
            f"A visit that is “{before.label.lower()}” cannot become “{to.label.lower()}”."
        )
    visit.state = to
    visit.done_at = timezone.now() if to == VisitState.DONE else None
    visit.save(update_fields=["state", "done_at"])
    audit.record(
        "visit moved",
        visit,
        by=by,
        patient_id=visit.patient_id,
        before=str(before),
        after=str(to),
    )
    return visit
