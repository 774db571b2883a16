"""The worklists of consent, as the desk registers them."""

from consent.desk.consents import consents_expiring, consents_of_day, consents_of_next_day
from consent.desk.copies import copies_to_give
from consent.desk.estimates import estimates_due
from consent.desk.notices import notices_obsolete, notices_of_day, notices_to_sign
from emr import desk
from emr.chips import Tone
from emr.desk import Counter, Group

COUNTERS = (
    Counter(
        key="consent-missing",
        title="Consents missing",
        about="No consent in force for a visit of the day.",
        group=Group.DAY,
        order=20,
        rows=consents_of_day,
        tone=Tone.STOP,
        closes_day=True,
    ),
    Counter(
        key="notice-missing",
        title="Notices missing or not answered",
        about="The ABN, estimate, agreement or plan decision that a visit of the day needs.",
        group=Group.DAY,
        order=30,
        rows=notices_of_day,
        tone=Tone.STOP,
        closes_day=True,
    ),
    Counter(
        key="consent-next-day",
        title="Consents missing for the next clinic day",
        about="Of the next day within a week on which anybody is planned.",
        group=Group.AHEAD,
        order=50,
        rows=consents_of_next_day,
    ),
    Counter(
        key="consent-expiring",
        title="Consents that end within 30 days",
        about="Only of patients who have a visit ahead.",
        group=Group.AHEAD,
        order=60,
        rows=consents_expiring,
    ),
    Counter(
        key="estimate-due",
        title="Good-faith estimates due",
        about="For who pays themselves, counted in business days; overdue ones first.",
        group=Group.AHEAD,
        order=70,
        rows=estimates_due,
    ),
    Counter(
        key="notice-to-sign",
        title="Notices that wait for the patient",
        about="Issued, and not signed or handed over yet.",
        group=Group.PAPERS,
        order=80,
        rows=notices_to_sign,
    ),
    Counter(
        key="notice-obsolete",
        title="Notices on an old edition",
        about="Those that wait cannot be signed any more; for a running course, consider a new one.",
        group=Group.PAPERS,
        order=90,
        rows=notices_obsolete,
        tone=Tone.STOP,
    ),
    Counter(
        key="copy-to-give",
        title="Copies to hand over",
        about="Signed consents and notices of which the patient has no copy yet.",
        group=Group.PAPERS,
        order=100,
        rows=copies_to_give,
        closes_day=True,
        gives_copies=True,
    ),
)


def register() -> None:
    for counter in COUNTERS:
        desk.register(counter)
