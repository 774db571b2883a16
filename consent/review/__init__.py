"""Consents and notices → facts → rules: what stands for a visit. The one place that is asked.

The note, the today list, the chart and the worklists all read the state from here.
"""

from consent.review.consents import (
    ConsentStanding,
    consent_standing,
    consent_standings,
    ever_said_no,
)
from consent.review.notices import NoticeStanding, notice_standing, notice_standings
from consent.review.visits import Standing, standing_of, standings_of

__all__ = [
    "ConsentStanding",
    "NoticeStanding",
    "Standing",
    "consent_standing",
    "consent_standings",
    "ever_said_no",
    "notice_standing",
    "notice_standings",
    "standing_of",
    "standings_of",
]
