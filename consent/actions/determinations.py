"""What a person did about an organization determination: asked the plan, and wrote down its answer.

A Medicare Advantage plan decides before the service whether it pays; no ABN takes its place.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from consent.actions.errors import Refused
from consent.actions.scans import keeping
from consent.models import OrganizationDetermination
from emr import audit, scans
from emr.models import Coverage, CoverageKind, Patient, User

Decision = OrganizationDetermination.Decision


@transaction.atomic
def request_determination(
    *,
    patient: Patient,
    coverage: Coverage,
    service: str,
    requested_on: date,
    by: User,
    reference: str = "",
) -> OrganizationDetermination:
    """The plan was asked; its answer is still to come."""
    if coverage.patient_id != patient.pk or coverage.payer.kind != CoverageKind.MEDICARE_ADVANTAGE:
        raise Refused("Only a Medicare Advantage plan of this patient is asked for a decision.")
    determination = OrganizationDetermination(
        patient=patient,
        coverage=coverage,
        service=service,
        requested_on=requested_on,
        reference=reference,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    _refuse_future(requested_on=requested_on)
    determination.full_clean()
    determination.save()
    audit.record("determination requested", determination, by=by, patient_id=patient.pk)
    return determination


@transaction.atomic
def edit_determination(
    *, determination: OrganizationDetermination, by: User, **fields
) -> OrganizationDetermination:
    """Correct what was asked, while there is no answer."""
    determination = _pending(determination)
    changed = sorted(
        name for name, value in fields.items() if getattr(determination, name) != value
    )
    if not changed:
        return determination
    for name in changed:
        setattr(determination, name, fields[name])
    _refuse_future(requested_on=determination.requested_on)
    determination.full_clean()
    determination.save()
    audit.record(
        "determination edited",
        determination,
        by=by,
        patient_id=determination.patient_id,
        fields=changed,
    )
    return determination


def decide_determination(
    *,
    determination: OrganizationDetermination,
    decision: Decision,
    decided_on: date,
    by: User,
    notice_on: date | None = None,
    holds_until: date | None = None,
    copy: scans.Scan | None = None,
    **asked,
) -> OrganizationDetermination:
    """Write down what the plan answered, once; `asked` corrects what was asked in the same breath.

    A copy of the plan's letter is kept as it came in. Raises Refused when it was decided already.
    """
    if not decision:
        raise ValidationError({"decision": "Say what the plan decided."})
    answer = {
        "decision": decision,
        "decided_on": decided_on,
        "notice_on": notice_on,
        "holds_until": holds_until,
    }
    if copy is None:
        return _decide(determination, asked | answer, by=by)
    with keeping(copy, patient=determination.patient, by=by) as scan:
        return _decide(determination, asked | answer | {"scan": scan}, by=by)


@transaction.atomic
def _decide(
    determination: OrganizationDetermination, facts: dict, *, by: User
) -> OrganizationDetermination:
    determination = _pending(determination)
    for name, value in facts.items():
        setattr(determination, name, value)
    _refuse_future(
        requested_on=determination.requested_on,
        decided_on=determination.decided_on,
        notice_on=determination.notice_on,
    )
    if determination.decided_on < determination.requested_on:
        raise ValidationError({"decided_on": "That is before the plan was asked."})
    if determination.holds_until and determination.holds_until < determination.decided_on:
        raise ValidationError({"holds_until": "That is before the plan decided."})
    determination.full_clean(exclude=["scan"])
    if determination.scan:
        determination.scan.save()
        determination.scan = determination.scan  # which has its number only now
    determination.save()
    audit.record(
        "determination decided",
        determination,
        by=by,
        patient_id=determination.patient_id,
        decision=str(determination.decision),
        decided_on=determination.decided_on.isoformat(),
    )
    return determination


def _pending(determination: OrganizationDetermination) -> OrganizationDetermination:
    rows = OrganizationDetermination.objects.select_for_update(of=("self",))
    determination = rows.select_related("patient").get(pk=determination.pk)
    if determination.decision:
        raise Refused("The plan's decision is on record already and stays as it is.")
    return determination


def _refuse_future(**days: date | None) -> None:
    today = timezone.localdate()
    wrong = [name for name, day in days.items() if day and day > today]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, "This day is still to come."))
