"""Who signs what, and how: only what is out of the ordinary.

Whoever is not named here draws their name on the tablet, and agrees to what a notice says: an ABN
with option 1, an estimate or an agreement by signing it.
"""

from dataclasses import dataclass

from consent.models import Language, Method
from consent.room import Answer


@dataclass(frozen=True, kw_only=True)
class Way:
    """How somebody puts their name to a document."""

    method: Method = Method.KIOSK
    typed: bool = False
    language: Language = Language.ENGLISH
    representative: str = ""
    relation: str = ""
    interpreter: str = ""
    witness: str = ""


USUAL = Way()

# By record number: of the consent …
CONSENTS = {
    10040: Way(method=Method.PHONE),
    10042: Way(method=Method.PHONE, typed=True),
    10049: Way(typed=True),
    10053: Way(typed=True),
    10055: Way(interpreter="Halyna Moroz", witness="Fran Osei"),
    10064: Way(method=Method.PHONE),
    10066: Way(method=Method.PHONE, typed=True),
    10070: Way(method=Method.PAPER),
    10108: Way(language=Language.SPANISH),
    10114: Way(method=Method.PHONE, representative="Beatrix Silverthorn", relation="Mother"),
}
# … and of a financial notice.
NOTICES = {
    10049: Way(typed=True),
    10066: Way(typed=True),
    10067: Way(method=Method.PHONE),
    10108: Way(language=Language.SPANISH),
    10113: Way(method=Method.PAPER),
}

# They sign, or are asked, some days before their visit; all others when they first arrive.
AHEAD = {10060, 10064, 10066, 10078, 10102, 10104, 10106, 10110, 10111, 10112, 10113, 10114}

# Consent
DECLINES_CONSENT = {
    10106: "Wants to hear first what his hand surgeon says about needles near the old scar"
}
# Recorded by hand from paper, so many days before today: about to end, and too old.
PAPER_OF_LAST_YEAR = {10078: 350, 10113: 400}

# Notices
OPTIONS = {10031: Answer.OPTION_2, 10076: Answer.OPTION_2, 10111: Answer.OPTION_3}
CHANGES_TO = {10031: Answer.OPTION_1}  # at the second visit
REFUSES = {10109: "Signs nothing about money unless her son has read it, and wants the needling"}
WAITS = {10110}  # issued, and not answered yet
DECLINES_TO_PAY = {10066}
NOT_ASKED_YET = {10105, 10114}
ASKED_FOR_AN_ESTIMATE = {10102}  # by telephone; it is still a draft
ONLY_HANDED_OVER = {10053, 10104}  # an estimate needs no signature
GETS_A_VOLUNTARY_NOTICE = {10029}
VOIDED_FIRST = {10076: "Made out with the price of last year; a new one follows at once"}
OF_LAST_YEARS_PRICES = {10113: {"20560": "40.00", "20561": "45.00"}}
SHORT_COURSE = {10112}  # two weeks, over by now
WHAT_THE_PLAN_SAID = {10036: "approved", 10038: "denied", 10064: ""}  # "" is: nothing yet

# Every so many patients nobody wrote down that a copy was given.
NO_COPY_NOTED = 7
