"""Who must sign a consent before they are needled."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from consent.review import consent_standings
from consent.worklists import consent_chip, the_practice
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.coming_visits import end_of, first_of_each_patient, next_visits
from emr.desk import Row, told, visits_of
from emr.models import User, Visit, VisitState
from emr.models.visit import GONE
from emr.rules.consent_status import Status
from emr.told_days import told_day

EXPIRING = timedelta(days=30)
FURTHEST_CLINIC_DAY = timedelta(days=7)
CONSENT = "Consent"


def consents_of_day(day: date, user: User) -> list[Row]:
    """Visits of the day whose patient has no consent in force on it."""
    return _consents_missing(visits_of(day).exclude(state__in=GONE), day)


def consents_of_next_day(day: date, user: User) -> list[Row]:
    """The same of the next day, within a week, on which anybody is planned."""
    ahead = Visit.objects.filter(state=VisitState.PLANNED, start__gte=end_of(day))
    first = ahead.order_by("start").values_list("start", flat=True).first()
    if first is None or timezone.localdate(first) > day + FURTHEST_CLINIC_DAY:
        return []
    planned = visits_of(timezone.localdate(first)).filter(state=VisitState.PLANNED)
    return _consents_missing(planned, day)


def _consents_missing(visits: Iterable[Visit], day: date) -> list[Row]:
    """One row a patient, of the first visit."""
    visits = first_of_each_patient(visits)
    standings = consent_standings(visits, practice=the_practice())
    consents_of = addresses("consent:of-patient")
    return [
        Row(
            patient=visit.patient,
            what=CONSENT,
            when=told(visit),
            day=day,
            chip=consent_chip(standings[visit.pk]),
            url=consents_of(visit.patient_id),
            word="Have it signed",
        )
        for visit in visits
        if not standings[visit.pk].in_force
    ]


def consents_expiring(day: date, user: User) -> list[Row]:
    """Consents in force today that end within 30 days, of patients who have a visit ahead.

    Nobody is asked to sign for a visit that is not planned.
    """
    visits = next_visits(day)
    standings = consent_standings(visits, practice=the_practice())
    consents_of = addresses("consent:of-patient")
    ending = [
        (standings[visit.pk].expires_on, visit)
        for visit in visits
        if standings[visit.pk].status in (Status.IN_FORCE, Status.EXPIRED)
        and standings[visit.pk].expires_on is not None
        and day <= standings[visit.pk].expires_on <= day + EXPIRING
    ]
    return [
        Row(
            patient=visit.patient,
            what=CONSENT,
            when=f"Next visit {told(visit)}",
            day=day,
            chip=Chip(tone=Tone.WARN, word=f"Until {told_day(last)}"),
            url=consents_of(visit.patient_id),
            word="Have it renewed",
        )
        for last, visit in sorted(ending, key=lambda each: each[0])
    ]
