"""What one coverage stands for on one day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from emr.benefits.on_file import OnFile
from emr.models import (
    Answer,
    Authorization,
    Coverage,
    NeedlingPolicy,
    PayerPolicy,
    PlanModifier,
    UnitRule,
    Verification,
)
from emr.needled_visits import NeedledVisit
from emr.rules import facts
from emr.rules.payer_policy import is_verified
from emr.rules.payment import is_authorized
from emr.rules.plan_modifiers import plan_modifier_for


@dataclass(frozen=True, kw_only=True)
class CareFirst:
    """Weeks of conservative care: those that the policy asks for, and the longest on file."""

    asked: int
    done: int

    @property
    def is_met(self) -> bool:
        return self.done >= self.asked


@dataclass(frozen=True, kw_only=True)
class Benefits:
    """A coverage on a day. Visits that begin `before` a moment are used up; without it, those of
    earlier days."""

    coverage: Coverage
    day: date
    on_file: OnFile
    before: datetime | None = None

    def at(self, start: datetime) -> "Benefits":
        """The same for the visit that begins then."""
        return replace(self, before=start)

    # What the payer says

    @cached_property
    def policy(self) -> PayerPolicy | None:
        """That of the plan, else that of every plan of the payer."""
        plan = _plain(self.coverage.plan)
        holding = [
            each
            for each in self.on_file.policies.get(self.coverage.payer_id, ())
            if each.starts_on <= self.day and (each.ends_on is None or self.day <= each.ends_on)
        ]
        own = [each for each in holding if plan and _plain(each.plan) == plan]
        return next(iter(own + [each for each in holding if not each.plan]), None)

    @cached_property
    def verification(self) -> Verification | None:
        """The newest by the day if it is not stale; else the first after the day; else the stale one.

        Somebody who asks after the visit makes up for what was not asked before it.
        """
        answered = self.on_file.verifications.get(self.coverage.pk, ())
        by_then = next((each for each in answered if each.verified_on <= self.day), None)
        if by_then and is_verified(by_then.verified_on, on=self.day):
            return by_then
        after = [each for each in answered if each.verified_on > self.day]
        return after[-1] if after else by_then

    @property
    def verified_on(self) -> date | None:
        return self.verification and self.verification.verified_on

    @property
    def is_verified(self) -> bool:
        """Verified, and not too long before the day."""
        return is_verified(self.verified_on, on=self.day)

    @property
    def days_since(self) -> int:
        """Since the answer; only where there is one."""
        return (self.day - self.verification.verified_on).days

    @cached_property
    def answered(self) -> NeedlingPolicy:
        """What the answers that hold on the day come to; a stale one says nothing."""
        if self.verification is None or not self.is_verified:
            return NeedlingPolicy.UNKNOWN
        return policy_answered(self.verification)

    @cached_property
    def needling(self) -> NeedlingPolicy:
        """What counts: the payer's written policy; where none is known, what it answered.

        An answer that asks for authorization counts beside a policy that covers: what is not asked
        for beforehand cannot be made up.
        """
        written = NeedlingPolicy(self.policy.needling if self.policy else NeedlingPolicy.UNKNOWN)
        asks = self.answered == NeedlingPolicy.AUTHORIZATION
        if written == NeedlingPolicy.UNKNOWN or (written == NeedlingPolicy.COVERED and asks):
            return self.answered
        return written

    @property
    def is_contradicted(self) -> bool:
        """The plan answered otherwise than what counts."""
        return NeedlingPolicy.UNKNOWN != self.answered != self.needling

    # Authorization

    @cached_property
    def used(self) -> dict[int, int]:
        """By authorization, the visits used before this one, elsewhere too.

        Each visit uses the oldest authorization that is good for it.
        """
        authorizations = self.on_file.authorizations.get(self.coverage.pk, ())
        used = {each.pk: each.used_elsewhere for each in authorizations}
        for visit in self.needled:
            good = [each for each in authorizations if _is_in_dates(each, visit.day)]
            left = [each for each in good if each.visits is None or used[each.pk] < each.visits]
            if good:
                used[(left or good[-1:])[0].pk] += 1
        return used

    @cached_property
    def authorization(self) -> Authorization | None:
        """The oldest that is good for the visit; else one in its dates; else the newest."""
        on_file = list(self.on_file.authorizations.get(self.coverage.pk, ()))
        good = [each for each in on_file if is_authorized(self._as_facts(each), on=self.day)]
        in_dates = [each for each in on_file if _is_in_dates(each, self.day)]
        return next(iter(good + in_dates[::-1] + on_file[::-1]), None)

    @property
    def is_authorized(self) -> bool:
        found = self.authorization
        return found is not None and is_authorized(self._as_facts(found), on=self.day)

    def _as_facts(self, authorization: Authorization) -> facts.Authorization:
        return facts.Authorization(
            number=authorization.number,
            starts_on=authorization.starts_on,
            ends_on=authorization.ends_on,
            visits=authorization.visits,
            # Only one that ends by visits asks what was used.
            used=None if authorization.visits is None else self.used[authorization.pk],
        )

    # Limits

    @property
    def needled(self) -> list[NeedledVisit]:
        """Under this coverage before the visit, in the order of time."""
        last = self.coverage.ends_on or date.max
        return [
            each
            for each in self.on_file.needled.get(self.coverage.patient_id, ())
            if self.coverage.starts_on <= each.day <= last and self._is_before(each)
        ]

    def _is_before(self, visit: NeedledVisit) -> bool:
        return visit.start < self.before if self.before else visit.day < self.day

    @property
    def limit(self) -> tuple[int, int] | None:
        """Visits in so many days, by the policy, else by the answers that hold on the day."""
        for says in (self.policy, self.verification if self.is_verified else None):
            if says is not None and says.limit_visits:
                return says.limit_visits, says.limit_days
        return None

    @property
    def is_limited_by_region(self) -> bool:
        return bool(self.policy and self.policy.limit_per_region)

    def used_of_limit(self, regions: Collection[str] | None = None) -> int:
        """Visits in the window that ends on the day, before this one.

        Where each body region counts by itself: of the region with the most, among those given, or
        among all while nobody knows what will be needled.
        """
        if self.limit is None:
            return 0
        first = self.day - timedelta(days=self.limit[1] - 1)
        recent = [each for each in self.needled if first <= each.day <= self.day]
        if not self.is_limited_by_region:
            return len(recent)
        asked = set().union(*(each.regions for each in recent)) if regions is None else regions
        return max((sum(name in each.regions for each in recent) for name in asked), default=0)

    @property
    def is_limit_reached(self) -> bool:
        return self.limit is not None and self.used_of_limit() >= self.limit[0]

    @cached_property
    def care_first(self) -> CareFirst | None:
        """None where the policy asks for no conservative care."""
        asked = self.policy and self.policy.conservative_weeks
        if not asked:
            return None
        tried = self.on_file.care.get(self.coverage.patient_id, ())
        days = [(min(each.ends_on or self.day, self.day) - each.starts_on).days for each in tried]
        return CareFirst(asked=asked, done=max([0, *days]) // 7)

    # For the rules

    def facts(
        self,
        *,
        profession: str,
        regions: Collection[str] | None = None,
        agreement_signed_on: date | None = None,
        organization_determination: str = "",
        claim_requested: bool = False,
    ) -> facts.Coverage:
        """The block of a visit by somebody of this profession; `regions` are those needled in it."""
        policy, authorization, limit = self.policy, self.authorization, self.limit
        return facts.Coverage(
            kind=self.coverage.payer.kind,
            policy=self.needling.value,
            verified_on=self.verified_on,
            authorization=self._as_facts(authorization) if authorization else None,
            limit=facts.FrequencyLimit(
                visits=limit[0], days=limit[1], used=self.used_of_limit(regions)
            )
            if limit
            else None,
            unit_rule=policy.unit_rule if policy else UnitRule.CMS.value,
            needling_with_97140=policy.needling_with_97140 if policy else "",
            therapy_plan_modifier=self._plan_modifier(profession),
            notice_modifier=policy.notice_modifier if policy else "",
            agreement_signed_on=agreement_signed_on,
            organization_determination=organization_determination,
            claim_requested=claim_requested,
        )

    def _plan_modifier(self, profession: str) -> str:
        wish = self.policy.plan_modifier if self.policy else PlanModifier.TABLE
        if wish == PlanModifier.TABLE:
            kind = self.coverage.payer.kind
            return plan_modifier_for(coverage_kind=kind, profession=profession, on=self.day)
        return "" if wish == PlanModifier.NONE else wish


def benefits_of(coverage: Coverage, *, day: date) -> Benefits:
    return benefits_among([(coverage, day)])[0]


def benefits_among(asked: Iterable[tuple[Coverage, date]]) -> list[Benefits]:
    """One for each, in the order asked; in a number of queries that does not grow with them."""
    asked = list(asked)
    on_file = OnFile(coverage for coverage, _ in asked)
    return [Benefits(coverage=coverage, day=day, on_file=on_file) for coverage, day in asked]


def policy_answered(says: Verification) -> NeedlingPolicy:
    """What the four answers come to, as a policy."""
    if says.investigational == Answer.YES:
        return NeedlingPolicy.INVESTIGATIONAL
    if says.covered == Answer.NO:
        return NeedlingPolicy.EXCLUDED
    if says.covered == Answer.YES and says.authorization == Answer.YES:
        return NeedlingPolicy.AUTHORIZATION
    if says.covered == Answer.YES and says.authorization == Answer.NO:
        return NeedlingPolicy.COVERED
    return NeedlingPolicy.UNKNOWN


def _is_in_dates(authorization: Authorization, day: date) -> bool:
    ends_on = authorization.ends_on or date.max
    return authorization.starts_on <= day <= ends_on


def _plain(plan: str) -> str:
    """A plan's name as people compare them."""
    return " ".join(plan.casefold().split())
