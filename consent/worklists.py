"""Who has consented and who was told what it costs: the two chips of each visit."""

from collections.abc import Sequence

from consent.models import Kind
from consent.review import (
    ConsentStanding,
    NoticeStanding,
    consent_standings,
    notice_standings,
)
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.models import Practice, User, Visit
from emr.models.visit import GONE
from emr.rules.consent_status import Status
from emr.rules.notice_states import NoticeState
from emr.told_days import told_day

NOT_NEEDED = Chip(tone=Tone.MUTE, word="Not needed")
CONSENT_WORDS = {
    Status.MISSING: "Missing",
    Status.DECLINED: "Declined",
    Status.WITHDRAWN: "Withdrawn",
    Status.EXPIRED: "Expired",
    Status.SUPERSEDED: "New version",
}


def the_practice() -> Practice:
    return Practice.objects.get(pk=1)


# Chips


def consent_chips(visits: Sequence[Visit], user: User) -> dict[int, Chip]:
    """The state of the patient's consent on the day of each visit."""
    standings = consent_standings(visits, practice=the_practice())
    consents_of = addresses("consent:of-patient")
    return {
        visit.pk: consent_chip(
            standings[visit.pk], gone=visit.state in GONE, url=consents_of(visit.patient_id)
        )
        for visit in visits
    }


def consent_chip(standing: ConsentStanding, *, gone: bool = False, url: str = "") -> Chip:
    if standing.in_force:
        return Chip(tone=Tone.OK, word="On file", detail=told_day(standing.consent.signed_on))
    if gone:
        return NOT_NEEDED
    return Chip(tone=Tone.STOP, word=CONSENT_WORDS[standing.status], url=url, needs=True)


def notice_chips(visits: Sequence[Visit], user: User) -> dict[int, Chip]:
    """The state of the financial notice that each visit needs."""
    standings = notice_standings(visits)
    notice_at, new_for = addresses("consent:notice"), addresses("consent:new-notice")
    coverage_of = addresses("emr:add-coverage")
    chips = {}
    for visit in visits:
        standing = standings[visit.pk]
        new = f"{new_for(visit.patient_id)}?visit={visit.pk}"
        asked = standing.waiting or (standing.notice if not standing.lapse else None)
        url = notice_at(asked.pk) if asked else new
        if standing.coverage is None and standing.notice is None:
            url = coverage_of(visit.patient_id)
        chips[visit.pk] = notice_chip(standing, gone=visit.state in GONE, url=url)
    return chips


def notice_chip(standing: NoticeStanding, *, gone: bool = False, url: str = "") -> Chip:
    """One word on the notice; a notice that lapsed asks for another."""
    if gone:
        return NOT_NEEDED
    match standing.choice.kind:
        case "organization_determination":
            return _of_determination(standing, url)
        case "none" if standing.notice is None:
            return NOT_NEEDED
    if standing.notice is None:
        return _missing(standing, url)
    if standing.choice.kind == "voluntary_abn" and not standing.stands:
        return Chip(tone=Tone.INFO, word="Excluded by law", url=url)  # the notice is a courtesy
    if standing.answer is None:
        return Chip(tone=Tone.WARN, word=f"{_short(standing)}: to sign", url=url, needs=True)
    if standing.lapse:
        return Chip(tone=Tone.STOP, word=f"{_short(standing)} ended", url=url, needs=True)
    if standing.price_drift:
        return Chip(tone=Tone.STOP, word="Price changed", url=url, needs=True)
    return _of_answer(standing, url)


MISSING_WORDS = {"abn": "ABN missing", "agreement": "Agreement missing"}


def _missing(standing: NoticeStanding, url: str) -> Chip:
    match standing.choice.kind:
        case "voluntary_abn":
            return Chip(tone=Tone.INFO, word="Excluded by law", url=url)
        case "estimate" if standing.coverage is None:
            return Chip(tone=Tone.WARN, word="Ask who pays", url=url, needs=True)
        case "estimate":
            return Chip(tone=Tone.WARN, word="Estimate due", url=url, needs=True)
    return Chip(tone=Tone.STOP, word=MISSING_WORDS[standing.choice.kind], url=url, needs=True)


def _of_determination(standing: NoticeStanding, url: str) -> Chip:
    found = standing.determination
    if found is None:
        return Chip(tone=Tone.STOP, word="Ask the plan", url=url, needs=True)
    if not found.decision:
        return Chip(tone=Tone.WARN, word="Plan was asked", url=url, needs=True)
    tone = Tone.OK if found.decision == "approved" else Tone.INFO
    return Chip(tone=tone, word=f"Plan {found.decision}", url=url)


def _of_answer(standing: NoticeStanding, url: str) -> Chip:
    answer = standing.answer
    match answer.after:
        case NoticeState.CHOSEN if standing.declined:
            waits = "a new notice waits" if standing.waiting else ""
            word = "Option 3: do not treat"
            return Chip(tone=Tone.STOP, word=word, detail=waits, url=url, needs=True)
        case NoticeState.CHOSEN:
            claim = "claim" if answer.option == 1 else "no claim"
            return Chip(tone=Tone.OK, word=f"ABN: {claim}", detail=_reach(standing), url=url)
        case NoticeState.REFUSED:
            return Chip(tone=Tone.OK, word="ABN refused", detail=_reach(standing), url=url)
        case NoticeState.DECLINED:
            return Chip(tone=Tone.STOP, word="Does not agree", url=url, needs=True)
    return Chip(tone=Tone.OK, word=_short(standing), detail=_reach(standing), url=url)


def _reach(standing: NoticeStanding) -> str:
    """Until when and for which of its visits: "visit 4 of 8, until 14 Feb 2027"."""
    notice = standing.notice
    if not notice.repetitive:
        return ""
    until = f", until {told_day(notice.ends_on)}" if notice.ends_on else ""
    of = f" of {notice.visits}" if notice.visits else ""
    return f"visit {standing.visit_number}{of}{until}"


SHORT = {
    Kind.ABN: "ABN",
    Kind.VOLUNTARY_ABN: "Voluntary ABN",
    Kind.ESTIMATE: "Estimate",
    Kind.AGREEMENT: "Agreement",
}


def _short(standing: NoticeStanding) -> str:
    return SHORT[Kind(standing.notice.kind)]
