"""Who must ask a plan before the next visits."""

from datetime import date, timedelta

from emr.access import BENEFITS as ROLES
from emr.benefits.chips import verification_chips
from emr.coming_visits import end_of, next_visits
from emr.desk import Counter, Group, Row, told
from emr.models import User

DAYS_AHEAD = timedelta(days=14)


def benefits_to_verify(day: date, user: User) -> list[Row]:
    """Next visits within two weeks whose benefits are not known, or whose leave is missing."""
    visits = [each for each in next_visits(day) if each.start < end_of(day + DAYS_AHEAD)]
    chips = verification_chips(visits, user)
    return [
        Row(
            patient=visit.patient,
            what="Benefits",
            when=told(visit),
            day=day,
            chip=chips[visit.pk],
            url=chips[visit.pk].url,
            word="Open the coverage",
        )
        for visit in visits
        if chips[visit.pk].needs
    ]


TO_VERIFY = Counter(
    key="benefits-to-verify",
    title="Benefits to verify",
    about="Of the next visits within two weeks: plans to ask, and authorizations to get.",
    group=Group.AHEAD,
    order=65,
    rows=benefits_to_verify,
    roles=ROLES,
    steps_by=ROLES,
)
