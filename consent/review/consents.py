"""How a patient's consent stands on a day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from consent.models import Consent, ConsentForm
from emr.models import Patient, Practice, Visit
from emr.patients_of_visits import patients_of
from emr.rules import consent_status, facts
from emr.rules.consent_status import Given, Status

# What is looked at of each consent, for a list has hundreds of them.
SHOWN = ["patient", "outcome", "signed_on", "form__version", "withdrawal__withdrawn_on"]


@dataclass(frozen=True, kw_only=True)
class ConsentStanding:
    """How the patient's consent stands on a day, and the consent that says so (None: never asked)."""

    status: Status
    consent: Consent | None
    expires_on: date | None

    @property
    def in_force(self) -> bool:
        return self.status == Status.IN_FORCE

    @property
    def facts(self) -> facts.Consent | None:
        """As `check_visit` takes it; what was declined or replaced is none, or has run out."""
        match self.status:
            case Status.MISSING | Status.DECLINED:
                return None
            case Status.WITHDRAWN:
                withdrawn_on = self.consent.withdrawal.withdrawn_on
                return facts.Consent(signed_on=self.consent.signed_on, withdrawn_on=withdrawn_on)
        return facts.Consent(signed_on=self.consent.signed_on, expires_on=self.expires_on)


def consent_standing(patient: Patient, *, day: date, practice: Practice) -> ConsentStanding:
    given = _consents_of([patient.pk])[patient.pk]
    return _consent_standing(given, day, practice=practice, renewals=_renewals())


def ever_said_no(consents: Iterable[Consent]) -> bool:
    """Whether one of a patient's answers was declined or taken back, however long ago."""
    declined = Consent.Outcome.DECLINED
    return any(each.outcome == declined or hasattr(each, "withdrawal") for each in consents)


def consent_standings(visits: Sequence[Visit], *, practice: Practice) -> dict[int, ConsentStanding]:
    """By visit, on its own day; in two queries."""
    consents = _consents_of(patients_of(visits))
    renewals = _renewals()
    return {
        visit.pk: _consent_standing(
            consents.get(visit.patient_id, []),
            visit.date_of_service,
            practice=practice,
            renewals=renewals,
        )
        for visit in visits
    }


def _consents_of(patients: Collection[int] | QuerySet) -> dict[int, list[Consent]]:
    found: dict[int, list[Consent]] = defaultdict(list)
    rows = Consent.objects.filter(patient__in=patients).select_related("withdrawal", "form")
    for consent in rows.only(*SHOWN):
        found[consent.patient_id].append(consent)
    return found


def _renewals() -> list[tuple[int, date]]:
    """Version of each form that asks for earlier consents to be signed again, and since when.

    Since the day after: what was signed in the morning is good for that day's visits, whenever on
    it the new text was published.
    """
    forms = ConsentForm.objects.published().filter(must_renew=True)
    days = forms.values_list("version", "published_on")
    return [(version, published_on + timedelta(days=1)) for version, published_on in days]


def _consent_standing(
    consents: list[Consent], day: date, *, practice: Practice, renewals: list[tuple[int, date]]
) -> ConsentStanding:
    by_key = {consent.pk: consent for consent in consents}
    given = [_given(each, practice=practice, renewals=renewals) for each in consents]
    standing = consent_status.standing(given, day=day)
    rests_on = standing.given
    last_day = rests_on.expires_on if rests_on else None
    if standing.status == Status.SUPERSEDED and rests_on.superseded_on:
        last_day = rests_on.superseded_on - timedelta(days=1)
    return ConsentStanding(
        status=standing.status,
        consent=by_key[rests_on.key] if rests_on else None,
        expires_on=last_day,
    )


def _given(consent: Consent, *, practice: Practice, renewals: list[tuple[int, date]]) -> Given:
    version = consent.form.version if consent.form else 0
    later = [since for number, since in renewals if number > version]
    declined = consent.outcome == Consent.Outcome.DECLINED
    months = practice.consent_months
    return Given(
        key=consent.pk,
        signed_on=consent.signed_on,
        expires_on=None
        if declined
        else consent_status.expires_on(consent.signed_on, months=months),
        withdrawn_on=consent.withdrawal.withdrawn_on if hasattr(consent, "withdrawal") else None,
        declined=declined,
        superseded_on=min(later, default=None),
    )
