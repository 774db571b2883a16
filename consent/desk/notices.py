"""Financial notices that are missing, that wait for the patient, or that stand on an old form."""

from datetime import date

from consent.models import AbnWording, Kind, Notice
from consent.review import NoticeStanding, notice_standings
from consent.worklists import SHORT, notice_chip
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.coming_visits import next_visits
from emr.desk import Row, told, visits_of
from emr.models import User
from emr.models.visit import GONE
from emr.rules.editions import edition_usable
from emr.rules.notice_states import NoticeState
from emr.told_days import told_day

HANDED_OVER = (Kind.VOLUNTARY_ABN, Kind.ESTIMATE)


def notices_of_day(day: date, user: User) -> list[Row]:
    """Visits of the day whose notice is missing, waits for the patient, or does not cover them."""
    visits = list(visits_of(day).exclude(state__in=GONE))
    standings = notice_standings(visits)
    names = ("consent:notice", "consent:new-notice", "consent:determination")
    notice_at, new_for, asked_at = map(addresses, names)
    rows = []
    for visit in visits:
        standing = standings[visit.pk]
        chip = notice_chip(standing)
        if not chip.needs:
            continue
        url, word = f"{new_for(visit.patient_id)}?visit={visit.pk}", "Make the notice"
        if standing.choice.kind == "organization_determination":
            word = "Ask the plan"
            if standing.determination:
                url, word = asked_at(standing.determination.pk), "Record the answer"
        elif standing.notice and not standing.lapse:
            url = notice_at(standing.notice.pk)
            word = "Open the notice" if standing.answer else "Have it signed"
        rows.append(
            Row(
                patient=visit.patient,
                what=_what_is_due(standing),
                when=told(visit),
                day=day,
                chip=chip,
                url=url,
                word=word,
            )
        )
    return rows


def _what_is_due(standing: NoticeStanding) -> str:
    if standing.choice.kind == "organization_determination":
        return "The plan’s decision"
    return SHORT[Kind(standing.notice.kind if standing.notice else standing.choice.kind)]


def notices_to_sign(day: date, user: User) -> list[Row]:
    """Issued, and the patient has not answered yet; what needs no answer is to be handed over."""
    notice_at = addresses("consent:notice")
    return [
        Row(
            patient=notice.patient,
            what=SHORT[Kind(notice.kind)],
            when=f"Issued {told_day(notice.issued_on)}",
            day=notice.issued_on,
            chip=Chip(
                tone=Tone.WARN,
                word="To hand over" if notice.kind in HANDED_OVER else "To sign",
            ),
            url=notice_at(notice.pk),
            word="Open the notice",
        )
        for notice in _waiting().order_by("issued_on", "pk")
    ]


def notices_obsolete(day: date, user: User) -> list[Row]:
    """Notices on an edition that may not be given out today.

    Those that wait cannot be signed; a course on which the next visit of a patient rests stays good,
    and a new one is better.
    """
    old = [
        expires
        for expires in AbnWording.objects.order_by()
        .values_list("edition_expires", flat=True)
        .distinct()
        if not edition_usable(expires, on=day)
    ]
    if not old:
        return []
    waiting = _waiting().filter(wording__edition_expires__in=old).order_by("issued_on", "pk")
    found = [(notice, True) for notice in waiting]
    found += [(notice, False) for notice in _running_courses(old, day)]
    notice_at = addresses("consent:notice")
    return [
        Row(
            patient=notice.patient,
            what=f"{SHORT[Kind(notice.kind)]}, edition {notice.wording.edition_expires:%m/%d/%Y}",
            when=f"Issued {told_day(notice.issued_on)}",
            day=notice.issued_on,
            chip=Chip(tone=Tone.STOP, word="May not be signed")
            if waits
            else Chip(tone=Tone.WARN, word="Consider a new one"),
            url=notice_at(notice.pk),
            word="Replace it" if waits else "Open the notice",
        )
        for notice, waits in found
    ]


def _running_courses(editions: list[date], day: date) -> list[Notice]:
    """Answered for a course on one of these editions, and the patient's next visit rests on it."""
    answered = Notice.objects.in_state(NoticeState.CHOSEN, NoticeState.REFUSED)
    answered = answered.filter(repetitive=True, wording__edition_expires__in=editions)
    courses = list(_light(answered).order_by("issued_on", "pk"))
    if not courses:
        return []
    patients = {notice.patient_id for notice in courses}
    standings = notice_standings([v for v in next_visits(day) if v.patient_id in patients])
    resting = {
        standing.notice.pk
        for standing in standings.values()
        if standing.notice is not None and standing.stands
    }
    return [notice for notice in courses if notice.pk in resting]


def _waiting():
    return _light(Notice.objects.in_state(NoticeState.ISSUED))


def _light(notices):
    """With whom and what they are about, without all that they say."""
    return notices.select_related("patient", "wording").defer("snapshot", "wording__parts")
