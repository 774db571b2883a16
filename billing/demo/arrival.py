"""From the door to the signature under the note."""

from datetime import datetime, timedelta

from billing.demo import papers, ways
from billing.demo.clinic import Clinic, minutes
from billing.demo.patients import Invented
from billing.demo.signing import sign_consent
from consent.models import Method
from emr.models import Visit, VisitState
from notes.models import Note, ReactionKind

# Who has something to sign comes so much earlier.
TIME_FOR_PAPERS = minutes(15)
ON_THE_WAY = minutes(40)  # when a link reaches the patient's phone


def receive(clinic: Clinic, who: Invented, visit: Visit, *, at: datetime) -> None:
    """The patient is there, and signs what the visit needs and is not on file."""
    signs = papers.lacks_consent(clinic, who, visit)
    if signs and ways.CONSENTS.get(who.number, ways.USUAL).method == Method.PHONE:
        clinic.clock.now = at - ON_THE_WAY
        sign_consent(clinic, who)
        signs = False
    lacking = papers.lacking_notice(who, visit)
    if signs or lacking:
        at -= TIME_FOR_PAPERS
    clinic.move(visit, VisitState.ARRIVED, at=at)
    if signs:
        sign_consent(clinic, who)
    if lacking:
        clinic.pass_minutes(1)
        papers.bring_notice(clinic, who, visit, lacking)


def treat(
    clinic: Clinic, who: Invented, visit: Visit, *, reaction: ReactionKind | None = None
) -> Note:
    """A whole visit, from the door to the signature about half an hour later."""
    start, random = visit.start, clinic.random
    receive(clinic, who, visit, at=start - minutes(random.randint(2, 10)))
    note = clinic.start(who, visit, at=start + minutes(random.randint(0, 3)))
    note = clinic.chart(who, note, at=start + minutes(24), reaction=reaction)
    return clinic.sign(note, at=start + minutes(25) + timedelta(seconds=random.randint(5, 170)))
