"""What opens the way to a covered visit: authorizations, and the care that was tried first."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from emr import audit
from emr.actions import Refused
from emr.models import Authorization, ConservativeCare, Coverage, Patient, User


@transaction.atomic
def add_authorization(
    *,
    coverage: Coverage,
    number: str,
    starts_on: date,
    by: User,
    ends_on: date | None = None,
    visits: int | None = None,
    used_elsewhere: int = 0,
) -> Authorization:
    """A payer's leave for so many visits, or for any number of them until its last day."""
    Coverage.objects.select_for_update().get(pk=coverage.pk)
    if coverage.authorizations.filter(number__iexact=number, ended_at=None).exists():
        raise Refused("This number is on file already.")
    authorization = Authorization(
        coverage=coverage,
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        visits=visits,
        used_elsewhere=used_elsewhere,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    authorization.full_clean()
    authorization.save()
    audit.record("authorization added", authorization, by=by, patient_id=coverage.patient_id)
    return authorization


@transaction.atomic
def end_authorization(*, authorization: Authorization, by: User) -> Authorization:
    """Takes it off: from now on no visit rests on it, also none that was before."""
    patient_id = authorization.coverage.patient_id
    too_late = "This authorization was taken off already."
    return _end(Authorization, authorization.pk, "authorization ended", too_late, patient_id, by)


@transaction.atomic
def add_conservative_care(
    *, patient: Patient, what: str, starts_on: date, by: User, ends_on: date | None = None
) -> ConservativeCare:
    care = ConservativeCare(
        patient=patient,
        what=what,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    care.full_clean()
    care.save()
    audit.record("conservative care added", care, by=by, patient_id=patient.pk)
    return care


@transaction.atomic
def end_conservative_care(*, care: ConservativeCare, by: User) -> ConservativeCare:
    """Takes off what was written down by mistake; what is over has a last day."""
    too_late = "This was taken off already."
    return _end(ConservativeCare, care.pk, "conservative care ended", too_late, care.patient_id, by)


def _end(model, pk: int, verb: str, too_late: str, patient_id: int, by: User):
    row = model.objects.select_for_update().get(pk=pk)
    if row.ended_at:
        raise Refused(too_late)
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    audit.record(verb, row, by=by, patient_id=patient_id)
    return row
