"""The chip of verification: whether the benefits of a visit are known and its leave is there."""

from collections.abc import Sequence

from emr.addresses import addresses
from emr.benefits.standing import Benefits
from emr.benefits.visits import who_pays
from emr.chips import Chip, Tone
from emr.desk import OPEN_STATES
from emr.models import CoverageKind, NeedlingPolicy, User, Visit
from emr.models.visit import GONE
from emr.rules.payer_policy import THAT_AUTHORIZE
from emr.told_days import told_day

NOT_NEEDED = Chip(tone=Tone.MUTE, word="Not needed")
NO_COVERAGE = Chip(tone=Tone.MUTE, word="No coverage")


def verification_chips(visits: Sequence[Visit], user: User) -> dict[int, Chip]:
    """The benefits of whoever pays first on the day of each visit."""
    found, page_of = who_pays(visits).benefits, addresses("emr:coverage")
    return {
        visit.pk: benefit_chip(
            benefits,
            is_gone=visit.state in GONE,
            is_open=visit.state in OPEN_STATES,
            url=page_of(benefits.coverage.pk),
        )
        if (benefits := found.get(visit.pk))
        else NO_COVERAGE
        for visit in visits
    }


def benefit_chip(
    benefits: Benefits, *, is_gone: bool = False, is_open: bool = True, url: str = ""
) -> Chip:
    """One word on the benefits; what only another day or another plan would change asks for a step
    while the visit is still ahead."""
    kind = benefits.coverage.payer.kind
    if is_gone or kind not in THAT_AUTHORIZE:
        return NOT_NEEDED
    if benefits.needling == NeedlingPolicy.AUTHORIZATION and not benefits.is_authorized:
        word, detail = _why_not_authorized(benefits)
        return Chip(tone=Tone.STOP, word=word, detail=detail, url=url, needs=True)
    if kind == CoverageKind.COMMERCIAL and not benefits.is_verified:
        if benefits.verification is None:
            return Chip(tone=Tone.WARN, word="Verify", url=url, needs=True)
        detail = f"answer {benefits.days_since} days old"
        return Chip(tone=Tone.WARN, word="Verify again", detail=detail, url=url, needs=True)
    if benefits.is_limit_reached:
        visits, days = benefits.limit
        detail = f"{visits} in {days} days"
        return Chip(tone=Tone.STOP, word="Limit reached", detail=detail, url=url, needs=is_open)
    care = benefits.care_first
    if care and not care.is_met:
        detail = f"{care.done} of {care.asked} weeks"
        return Chip(tone=Tone.WARN, word="Other care first", detail=detail, url=url, needs=is_open)
    return _of_policy(benefits, url)


def _why_not_authorized(benefits: Benefits) -> tuple[str, str]:
    found = benefits.authorization
    if found is None:
        return "No authorization", ""
    if found.starts_on > benefits.day:
        return "No authorization yet", f"from {told_day(found.starts_on)}"
    if found.ends_on and found.ends_on < benefits.day:
        return "Authorization ended", told_day(found.ends_on)
    return "Authorization used up", f"{benefits.used[found.pk]} of {found.visits} visits"


POLICIES = {
    NeedlingPolicy.COVERED: (Tone.OK, "Covered"),
    NeedlingPolicy.AUTHORIZATION: (Tone.INFO, "Authorization first"),
    NeedlingPolicy.EXCLUDED: (Tone.WARN, "Excluded"),
    NeedlingPolicy.INVESTIGATIONAL: (Tone.WARN, "Investigational"),
    NeedlingPolicy.NOT_NECESSARY: (Tone.WARN, "Not necessary"),
    NeedlingPolicy.UNKNOWN: (Tone.MUTE, "Not known"),
}


def policy_chip(needling: NeedlingPolicy) -> Chip:
    tone, word = POLICIES[needling]
    return Chip(tone=tone, word=word)


def _of_policy(benefits: Benefits, url: str) -> Chip:
    verified = f"verified {told_day(benefits.verified_on)}" if benefits.verified_on else ""
    match benefits.needling:
        case NeedlingPolicy.AUTHORIZATION:
            return Chip(tone=Tone.OK, word="Authorized", detail=_reach(benefits), url=url)
        case NeedlingPolicy.COVERED:
            return Chip(tone=Tone.OK, word="Covered", detail=verified, url=url)
        case NeedlingPolicy.UNKNOWN if not verified:
            return NOT_NEEDED
        case NeedlingPolicy.UNKNOWN:
            return Chip(tone=Tone.INFO, word="Plan would not say", detail=verified, url=url)
    _, word = POLICIES[benefits.needling]
    return Chip(tone=Tone.INFO, word=word, detail=verified, url=url)


def _reach(benefits: Benefits) -> str:
    """Which visit of the authorization this is, and until when: "visit 3 of 8, until 4 Mar 2025"."""
    found = benefits.authorization
    visit = f"visit {benefits.used[found.pk] + 1} of {found.visits}" if found.visits else ""
    until = f"until {told_day(found.ends_on)}" if found.ends_on else ""
    return ", ".join(filter(None, [visit, until]))
