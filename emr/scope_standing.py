"""Whether a clinician may needle here: what the state asks, what is on record, what is overridden."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from emr.chips import Chip, Tone
from emr.credentials import Credentials, credentials_among
from emr.models import Provider
from emr.rules import facts
from emr.rules.findings import Finding, Severity
from emr.rules.scope import (
    Minimum,
    ScopeRequirements,
    find_scope_problems,
    on_record,
    reaches,
    requirements_of,
)
from emr.rules.scope_overrides import KIND_OF_FINDING, with_overrides
from emr.rules.scope_table import SUPERVISED_BY

STATUS_WORDS = {
    "allowed": "Allowed",
    "prohibited": "Not allowed",
    "pending": "Not yet: the rules are still to come",
    "silent": "The law does not say",
    "verify": "Not verified",
    "unknown": "Not in our table",
    "not_checked": "Not checked here",
}
CONFIDENCE_WORDS = {
    "primary": "read in the statute or rule itself",
    "secondary": "told by a list or a trade source, not read in the law",
    "unverified": "not verified",
}
STOP_WORDS = {
    "scope-prohibited": "May not needle in {state}",
    "scope-pending": "May not needle yet",
    "endorsement-missing": "Endorsement missing",
    "training-short": "Training too short",
    "delegation-not-allowed": "May not needle in {state}",
}
WARNING_WORDS = {"training-short": "Training not on record"}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One line of the table: what is asked and held; `met` is None where nobody can tell."""

    what: str
    asked: str
    held: str
    met: bool | None


@dataclass(frozen=True, kw_only=True)
class ScopeStanding:
    """One provider in the state of the practice on a day."""

    credentials: Credentials

    @cached_property
    def asked(self) -> ScopeRequirements:
        known = self.credentials
        return requirements_of(known.state, known.provider.profession, known.day)

    @cached_property
    def problems(self) -> list[Finding]:
        """What the state has against it, whatever the owner says."""
        known = self.credentials
        return find_scope_problems(facts.Visit(date_of_service=known.day, provider=known.facts))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The same, each overridden stop as a warning that names the reason."""
        return with_overrides(self.problems, self.credentials.overrides)

    @property
    def stops(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == Severity.STOP]

    @property
    def to_override(self) -> str:
        """The kind of override that would lift the first stop; empty where nothing stops."""
        return next((KIND_OF_FINDING[each.code] for each in self.stops), "")

    @property
    def status_words(self) -> str:
        return STATUS_WORDS[self.asked.status]

    @property
    def confidence_words(self) -> str:
        return CONFIDENCE_WORDS[self.asked.confidence]

    @property
    def is_checked(self) -> bool:
        return self.asked.status != "not_checked"

    @property
    def chip(self) -> Chip:
        state = self.credentials.state
        if self.stops:
            word = STOP_WORDS[self.stops[0].code].format(state=state)
            return Chip(tone=Tone.STOP, word=word, needs=True)
        if not self.credentials.valid_licences:
            return Chip(tone=Tone.WARN, word=f"No licence in {state}", needs=True)
        if len([each for each in self.problems if each.severity == Severity.STOP]):
            return Chip(tone=Tone.WARN, word="May needle by override")
        if warnings := [each for each in self.findings if each.severity == Severity.WARN]:
            word = WARNING_WORDS.get(warnings[0].code, "Ask the board")
            return Chip(tone=Tone.WARN, word=word, needs=True)
        if self.findings:
            return Chip(tone=Tone.OK, word="May needle by override")
        if not self.is_checked:
            return Chip(tone=Tone.MUTE, word="Not checked here")
        return Chip(tone=Tone.OK, word="May needle")

    @property
    def rows(self) -> list[Requirement]:
        """The table of the page, the law first."""
        rows = [self._licence()]
        if self.is_checked:
            rows.insert(0, self._law())
            rows += [self._minimum(each) for each in self.asked.minima]
            rows += self._endorsement()
            rows += self._delegation()
        return rows

    def _law(self) -> Requirement:
        met = {"allowed": True, "prohibited": False, "pending": False}.get(self.asked.status)
        return Requirement(
            what=f"Law of {self.credentials.state} for {self.asked.profession}",
            asked=self.status_words,
            held="",
            met=met,
        )

    def _licence(self) -> Requirement:
        good = self.credentials.valid_licences
        return Requirement(
            what="Licence",
            asked=f"One of {self.credentials.state}, good today",
            held=", ".join(each.number for each in good) or "none",
            met=bool(good),
        )

    def _minimum(self, minimum: Minimum) -> Requirement:
        known, day = on_record(self.credentials.facts, minimum.kind), self.credentials.day
        if known is None:
            held = "not on record"
        else:
            held = f"since {known:%Y-%m-%d}" if isinstance(known, date) else str(known)
        return Requirement(
            what=minimum.label.capitalize(),
            asked=f"At least {minimum.least}",
            held=held,
            met=None if known is None else reaches(known, minimum.least, on=day),
        )

    def _endorsement(self) -> list[Requirement]:
        since = self.credentials.endorsed_on
        if not self.asked.endorsement_required and since is None:
            return []
        return [
            Requirement(
                what="Needling endorsement",
                asked="On the licence" if self.asked.endorsement_required else "Not asked for",
                held=f"since {since:%Y-%m-%d}" if since else "none",
                met=since is not None,
            )
        ]

    def _delegation(self) -> list[Requirement]:
        provider = self.credentials.provider
        if provider.profession not in SUPERVISED_BY:
            return []
        allowed = self.asked.delegation_allowed
        words = {True: "Allowed", False: "Not allowed", None: "Not known"}
        return [
            Requirement(
                what=f"Left to: {provider.get_profession_display().lower()}",
                asked=words[allowed],
                held="",
                met=allowed,
            )
        ]


def scope_standings(
    providers: Iterable[Provider], *, state: str, on: date
) -> dict[int, ScopeStanding]:
    """By provider; in three queries at most, however many they are."""
    found = credentials_among([(provider, on) for provider in providers], state=state)
    return {each.provider.pk: ScopeStanding(credentials=each) for each in found}


def scope_standing_of(provider: Provider, *, state: str, on: date) -> ScopeStanding:
    return scope_standings([provider], state=state, on=on)[provider.pk]
