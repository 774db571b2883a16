"""What is on record of a clinician on a day, as the rules on who may needle take it.

How each fact is found: docs/providers.md
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone

from emr.models import Licence, Provider, ScopeOverride, TrainingRecord
from emr.rules import facts
from emr.rules.findings import Finding
from emr.rules.scope_overrides import Override, may_be_overridden, with_overrides


class OnFile:
    """Licences, courses and overrides of some providers: a query each for all, and only if asked."""

    def __init__(self, provider_ids: Iterable[int]) -> None:
        self._providers = set(provider_ids)

    @cached_property
    def licences(self) -> dict[int, list[Licence]]:
        return self._by_provider(Licence.objects.order_by("issued_on", "pk"))

    @cached_property
    def training(self) -> dict[int, list[TrainingRecord]]:
        return self._by_provider(TrainingRecord.objects.order_by("completed_on", "pk"))

    @cached_property
    def overrides(self) -> dict[int, list[ScopeOverride]]:
        found = ScopeOverride.objects.select_related("recorded_by", "ended_by")
        return self._by_provider(found.order_by("starts_on", "pk"))

    def _by_provider(self, rows) -> dict[int, list]:
        found: dict[int, list] = {pk: [] for pk in self._providers}
        if found:
            for row in rows.filter(provider__in=self._providers):
                found[row.provider_id].append(row)
        return found


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """One provider in one state on one day."""

    provider: Provider
    state: str
    day: date
    on_file: OnFile

    @cached_property
    def licences(self) -> list[Licence]:
        """Those of the state that had begun by the day, the first one first."""
        return [
            each
            for each in self.on_file.licences[self.provider.pk]
            if each.state == self.state and each.issued_on <= self.day
        ]

    @property
    def valid_licences(self) -> list[Licence]:
        return [
            each for each in self.licences if each.expires_on is None or self.day <= each.expires_on
        ]

    @property
    def endorsed_on(self) -> date | None:
        """Since when a licence that is good on the day bears the endorsement."""
        days = [each.endorsed_on for each in self.valid_licences if each.endorsed_on]
        return min((day for day in days if day <= self.day), default=None)

    @cached_property
    def facts(self) -> facts.Provider:
        """Hours are whole ones, rounded down over all courses. Without a course on record nothing is
        known of the training, and without a good licence nothing of the years."""
        courses = [
            each
            for each in self.on_file.training[self.provider.pk]
            if each.completed_on <= self.day
        ]
        in_person = sum(each.hours_in_person for each in courses)
        online = sum(each.hours_online for each in courses)
        return facts.Provider(
            profession=self.provider.profession,
            state=self.state,
            licensed_on=self.licences[0].issued_on if self.valid_licences else None,
            training_hours=int(in_person + online) if courses else None,
            in_person_hours=int(in_person) if courses else None,
            supervised_sessions=sum(each.supervised_sessions for each in courses)
            if courses
            else None,
            acupuncture_credential=self.provider.acupuncture_credential,
            endorsed=self.endorsed_on is not None,
        )

    @cached_property
    def overrides(self) -> tuple[Override, ...]:
        """The owner's decisions that stand on the day, the earliest first."""
        return tuple(
            Override(
                kind=each.about,
                reason=each.reason,
                by=str(each.recorded_by),
                since=each.starts_on,
            )
            for each in self.on_file.overrides[self.provider.pk]
            if each.state == self.state and stands_on(each, self.day)
        )

    def overridden(self, findings: Collection[Finding]) -> tuple[Finding, ...]:
        """The findings with what the owner overrode or decided said so; where no override could change
        anything, none is looked for."""
        asks = any(may_be_overridden(each) for each in findings)
        return with_overrides(findings, self.overrides) if asks else tuple(findings)


def credentials_of(provider: Provider, *, state: str, on: date) -> Credentials:
    return credentials_among([(provider, on)], state=state)[0]


def credentials_among(asked: Iterable[tuple[Provider, date]], *, state: str) -> list[Credentials]:
    """One for each, in the order asked; in three queries at most, however many they are."""
    asked = list(asked)
    on_file = OnFile(provider.pk for provider, _ in asked)
    return [
        Credentials(provider=provider, state=state, day=day, on_file=on_file)
        for provider, day in asked
    ]


def stands_on(override: ScopeOverride, day: date) -> bool:
    """From its first to its last day. One that was ended stood until the day before that, so that
    what was signed under it stays as it was judged."""
    if override.ended_at and timezone.localdate(override.ended_at) <= day:
        return False
    return override.starts_on <= day and (override.ends_on is None or day <= override.ends_on)
