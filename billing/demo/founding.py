"""The practice, the people who work in it, who pays, what it costs, and what patients sign."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.actions.claim_files import set_submitter
from billing.demo.clock import Clock
from billing.demo.plans import set_policies
from billing.models import Usage
from consent import actions as consents
from consent.demonstration import WORDINGS
from emr import actions, prices, staff
from emr.accounts import DEMO_PASSWORD, DEMO_PEOPLE, AccountAdapter, DemoPerson
from emr.models import CoverageKind, Practice, Role, ScopeOverride, User
from emr.rules.editions import current_edition
from emr.scope_overrides import set_override
from notes.actions import star_muscle
from notes.models import Muscle

NAME = "Harbour Lane Physical Therapy (demonstration)"

PRACTICE = {
    "name": NAME,
    "street": "14 Harbour Lane",
    "city": "Fort Collins",
    "state": "CO",
    "postal_code": "80521-1402",
    "phone": "970-555-0142",
    "tax_id": "84-1234567",
    "npi": "1093817231",
    "taxonomy": "225100000X",
    "time_zone": "America/Denver",
    "letterhead": "Physical therapy and dry needling",
    "tty": "711",
    "consent_months": 12,
    "link_minutes": 15,
}

NPIS = {"dana": "1508340712", "oke": "1760294185"}
LICENCES = {"dana": "PTL.0014412", "oke": "CHR.0006071"}

# Course, how many days ago it ended, hours in person, hours online, supervised sessions.
COURSES = {
    "dana": [
        ("Foundations of dry needling", 1650, 27, 8, 120),
        ("Dry needling of the trunk and the lower limb", 1290, 27, 4, 80),
        ("Safety over the lung field, refresher", 310, 0, 3, 0),
    ],
    "oke": [
        ("Dry needling for chiropractors, I and II", 980, 50, 12, 200),
        ("Safety over the lung field, refresher", 250, 0, 3, 0),
    ],
}

# The table of states has no word on chiropractors here.
OVERRIDE = {
    "state": PRACTICE["state"],
    "about": ScopeOverride.About.SCOPE,
    "reason": "The board wrote that needling is within a chiropractor's scope; letter on file",
}

PAYERS = [
    ("Medicare", CoverageKind.MEDICARE),
    ("Sunward Advantage", CoverageKind.MEDICARE_ADVANTAGE),
    ("Medicaid (Colorado)", CoverageKind.MEDICAID),
    ("TRICARE West", CoverageKind.TRICARE),
    ("Bluegate PPO", CoverageKind.COMMERCIAL),
    ("Pinnacle Ridge HMO", CoverageKind.COMMERCIAL),
    ("Cobalt Supplement", CoverageKind.COMMERCIAL),
    ("Anvil Mutual, workers' compensation", CoverageKind.WORKERS_COMP),
    ("Roadstead Auto", CoverageKind.AUTO),
    ("Self-pay", CoverageKind.SELF_PAY),
]

# Nobody's: no clearing house knows them.
PAYER_ID = "DEMO{:02}"
SUBMITTER = {
    "name": "Harbour Lane Physical Therapy",
    "identifier": "HARBOUR01",
    "contact_name": "Bo Lindqvist",
    "contact_phone": "970-555-0142",
    "receiver_name": "Demonstration Clearing House",
    "receiver_identifier": "DEMOHOUSE",
    "usage": Usage.PRODUCTION,
}

# Invented, and round: nobody's real prices.
FEES = {
    "20560": "90.00",
    "20561": "150.00",
    "97110": "60.00",
    "97140": "58.00",
    "97112": "62.00",
    "97530": "65.00",
    "98940": "55.00",
    "98941": "70.00",
}
CASH_PRICES = [
    (prices.A_VISIT, "One visit with dry needling, however many muscles", "95.00"),
    ("97161", "First examination by a physical therapist", "140.00"),
]

FAVOURITES = {
    "dana": ["upper-trapezius", "levator-scapulae", "infraspinatus", "gluteus-medius", "soleus"],
    "oke": ["quadratus-lumborum", "lumbar-multifidus", "piriformis", "upper-trapezius"],
}


def found_clinic(clock: Clock, *, now: datetime) -> dict[str, User]:
    """The owner sets the practice up and lets everybody else in; people by their user names.

    `now` is the day of the demo: the edition of the ABN that is in use then is installed, too.
    """
    owner = next(person for person in DEMO_PEOPLE if person.role == Role.OWNER)
    olive = _add(owner, by=None)
    staff.edit_practice(by=olive, **PRACTICE)
    people = {olive.username: olive}
    for person in DEMO_PEOPLE:
        if person is not owner:
            people[person.username] = _add(person, by=olive)
        if person.profession:
            _add_standing(people[person.username], today=clock.now.date(), by=olive)
    for place, (name, kind) in enumerate(PAYERS, start=1):
        claims = {} if kind == CoverageKind.SELF_PAY else {"electronic_id": PAYER_ID.format(place)}
        actions.add_payer(name=name, kind=kind, by=people["fran"], **claims)
    set_submitter(by=olive, **SUBMITTER)
    set_policies(today=clock.now.date(), by=people["bo"])
    set_override(
        provider=people["oke"].provider,
        starts_on=clock.now.date(),
        by=olive,
        **OVERRIDE,
    )
    for username, muscles in FAVOURITES.items():
        for muscle in Muscle.objects.filter(pk__in=muscles):
            star_muscle(muscle=muscle, starred=True, by=people[username])
    _set_prices(today=clock.now.date(), by=olive)
    consents.publish_form(
        form=consents.draft_form(by=olive), practice=Practice.objects.get(pk=1), by=olive
    )
    for edition in sorted({current_edition(day.date()).printed_expiry for day in (clock.now, now)}):
        for language, parts in WORDINGS.items():
            consents.install_wording(
                edition_expires=edition,
                language=language,
                parts=parts,
                is_demonstration=True,
                by=olive,
            )
    return people


def _set_prices(*, today: date, by: User) -> None:
    since = date(today.year, 1, 1)
    for code, amount in FEES.items():
        prices.set_fee(code=code, amount=Decimal(amount), starts_on=since, by=by)
    # That of a visit comes last: it would be the price of each code, and that could not change back then.
    for code, label, amount in sorted(CASH_PRICES, reverse=True):
        prices.set_cash_price(
            code=code, label=label, amount=Decimal(amount), starts_on=since, by=by
        )


def is_demo(practice: Practice | None) -> bool:
    return practice is not None and practice.name == NAME


def _add(person: DemoPerson, *, by: User | None) -> User:
    user = staff.add_person(
        username=person.username,
        email=f"{person.username}@harbourlane.example",
        first_name=person.first_name,
        last_name=person.last_name,
        roles=[person.role],
        profession=person.profession or "",
        credentials=person.credentials,
        npi=NPIS.get(person.username, ""),
        by=by,
    )
    AccountAdapter().set_password(user, DEMO_PASSWORD)
    return user


def _add_standing(user: User, *, today: date, by: User) -> None:
    """The licence and the training of a clinician."""
    staff.add_licence(
        provider=user.provider,
        state=PRACTICE["state"],
        number=LICENCES[user.username],
        issued_on=date(today.year - 6, 6, 1),
        expires_on=date(today.year + 1, 10, 31),
        by=by,
    )
    for course, days_ago, in_person, online, sessions in COURSES[user.username]:
        staff.add_training(
            provider=user.provider,
            course=course,
            completed_on=today - timedelta(days=days_ago),
            hours_in_person=in_person,
            hours_online=online,
            supervised_sessions=sessions,
            certificate=None,
            by=by,
        )
