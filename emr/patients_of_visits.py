"""Whose records a list of visits asks for."""

from collections.abc import Sequence

from django.db.models import QuerySet

from emr.models import Visit

# Beyond so many a list of numbers takes the database longer to read than to answer.
FEW = 20


def patients_of(visits: Sequence[Visit]) -> set[int] | QuerySet:
    """The patients' ids; of many visits a query for all who come in the hours of the list."""
    patients = {visit.patient_id for visit in visits}
    if len(patients) <= FEW:
        return patients
    starts = [visit.start for visit in visits]
    coming = Visit.objects.filter(start__gte=min(starts), start__lte=max(starts))
    return coming.order_by().values("patient")
