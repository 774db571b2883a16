"""Nearly fifty people who do not exist, what brings them here, and who pays."""

from dataclasses import dataclass
from datetime import date

from emr import actions
from emr.models import AlertKind, Coverage, Patient, Payer, User
from emr.models.patient import Sex

STREETS = ["Cormorant Court", "Tillwater Road", "Ferry Street", "Old Mill Lane", "Larkspur Way"]
TOWNS = [("Fort Collins", "80521"), ("Fort Collins", "80525"), ("Loveland", "80537")]
FEMALE, MALE, OTHER = Sex.FEMALE, Sex.MALE, Sex.OTHER


@dataclass(frozen=True)
class Invented:
    """A patient of the demo.

    Comes every `every` working days, counted back from the last one with `phase` left over; 0
    means not before today. `consent` is "signed", "missing" or "withdrawn".
    """

    number: int
    last: str
    first: str
    born: str
    sex: Sex
    pays: str
    complaint: str
    side: str = "right"
    sees: str = "dana"
    every: int = 5
    phase: int = 0
    alerts: tuple[tuple[AlertKind, str], ...] = ()
    consent: str = "signed"
    preferred: str = ""
    second: str = ""  # who pays next
    qmb: bool = False
    before: str = ""  # who paid until the end of last year
    known_for: int = 0

    @property
    def birth_date(self) -> date:
        return date.fromisoformat(self.born)


BLUEGATE, PINNACLE, COBALT = "Bluegate PPO", "Pinnacle Ridge HMO", "Cobalt Supplement"
MEDICARE, SUNWARD, MEDICAID = "Medicare", "Sunward Advantage", "Medicaid (Colorado)"
TRICARE, ANVIL = "TRICARE West", "Anvil Mutual, workers' compensation"
ROADSTEAD, SELF = "Roadstead Auto", "Self-pay"
SELECT = "Ridge Select"
PLANS = {BLUEGATE: "PPO Harbor", PINNACLE: "Ridge Open"}
OF_ANOTHER_PLAN = {10050: SELECT, 10103: SELECT}
A = AlertKind

PATIENTS = [
    # Dana's
    Invented(10027, "Marlow", "Odette", "1951-03-08", FEMALE, MEDICARE, "neck", second=COBALT, phase=2,
       alerts=((A.ANTICOAGULANT, "apixaban 5 mg twice a day"),)),
    Invented(10031, "Quill", "Henrietta", "1948-06-02", FEMALE, MEDICARE, "hip", "left", phase=1,
       alerts=((A.PACEMAKER, "left, since 2019: no current through needles"),)),
    Invented(10034, "Fennimore", "Ajax", "1988-01-15", MALE, BLUEGATE, "calf", phase=3),
    Invented(10038, "Abernathy", "Coral", "1957-09-30", FEMALE, SUNWARD, "shoulder", "left", phase=4,
       before=MEDICARE),
    Invented(10040, "Ostrander", "Milo", "1995-04-11", MALE, SELF, "runner", phase=0),
    Invented(10042, "Pellworth", "Imogen", "1979-11-03", FEMALE, BLUEGATE, "headache", phase=1,
       alerts=((A.NEEDLE_FEAR, "lies down first, wants every needle announced"),)),
    Invented(10045, "Thackwell", "Rufus", "1966-02-27", MALE, PINNACLE, "elbow", phase=2),
    Invented(10047, "Vandermolen", "Sunniva", "1984-08-19", FEMALE, PINNACLE, "jaw", "left", every=10,
       phase=3, alerts=((A.PREGNANCY, "second trimester: nothing at the trunk"),)),
    Invented(10049, "Crabtree", "Lionel", "1943-12-05", MALE, MEDICARE, "low-back", second=MEDICAID,
       qmb=True, phase=3),
    Invented(10052, "Silverthorn", "Beatrix", "1972-05-21", FEMALE, TRICARE, "mid-back", phase=4),
    Invented(10053, "Dunmore", "Caspian", "2001-07-14", MALE, SELF, "hamstring", "left", phase=0),
    Invented(10055, "Wetherby", "Araminta", "1990-10-09", FEMALE, MEDICAID, "neck", "left", phase=1),
    Invented(10058, "Holloway", "Percival", "1977-03-30", MALE, ANVIL, "shoulder", phase=2),
    Invented(10060, "Nightingale", "Zebedee", "1983-06-25", MALE, ROADSTEAD, "neck", phase=3,
       consent="withdrawn"),
    Invented(10061, "Bramblewood", "Ottilie", "1969-01-18", FEMALE, BLUEGATE, "knee", phase=4),
    Invented(10064, "Larkin-Vale", "Theodora", "1954-04-04", FEMALE, SUNWARD, "low-back", "left", sees="oke",
       every=0, alerts=((A.IMMUNE, "methotrexate, weekly"),)),
    Invented(10066, "Pomfret", "Augustin", "1998-12-22", MALE, TRICARE, "calf", "left", sees="oke", every=0),
    Invented(10069, "Ravensworth", "Juno", "1986-09-13", OTHER, PINNACLE, "mid-back", "left", phase=0,
       preferred="June"),
    Invented(10071, "Tolliver", "Winifred", "1961-07-07", FEMALE, BLUEGATE, "shoulder", "left", every=10,
       phase=2, alerts=((A.LYMPHOEDEMA, "right arm: no needle there"),)),
    Invented(10073, "Yarrow", "Ignatius", "1974-02-02", MALE, MEDICAID, "hip", every=20, phase=1,
       consent="missing"),
    Invented(10076, "Goodenough", "Clementine", "1949-10-28", FEMALE, MEDICARE, "knee", "left", phase=0,
       alerts=((A.IMPLANT, "total knee replacement, right, 2021"),)),
    Invented(10078, "Hartigan", "Bram", "2004-05-16", MALE, BLUEGATE, "runner", "left", every=10, phase=8),
    Invented(10102, "Lovelace-Pym", "Dorothea", "1964-11-11", FEMALE, SELF, "headache", "left", sees="oke",
       every=0, consent="missing", known_for=3),
    Invented(10103, "Oakenfull", "Barnaby", "1992-03-03", MALE, PINNACLE, "low-back", every=0,
       consent="missing"),
    Invented(10105, "Merriweather", "Tabitha", "1952-08-26", FEMALE, MEDICARE, "shoulder", every=0,
       consent="missing", alerts=((A.ANTICOAGULANT, "warfarin"), (A.OTHER, "thin skin")),),
    Invented(10106, "Underhill", "Phineas", "1989-06-18", MALE, ANVIL, "elbow", "left", sees="oke", every=0,
       consent="declined"),
    Invented(10108, "Quintanar", "Paloma", "1950-02-11", FEMALE, MEDICARE, "hip", phase=1),
    Invented(10109, "Thistlewood", "Barnabas", "1947-07-29", MALE, MEDICARE, "shoulder", phase=4),
    Invented(10110, "Applegarth", "Leopold", "1953-01-05", MALE, MEDICARE, "knee", every=0),
    Invented(10111, "Winterbourne", "Hester", "1944-10-17", FEMALE, MEDICARE, "neck", "left", every=0),
    Invented(10112, "Fairweather", "Cyril", "1956-06-30", MALE, MEDICARE, "calf", every=0, known_for=21),
    Invented(10113, "Nettleship", "Drusilla", "1950-03-24", FEMALE, MEDICARE, "hip", "left", every=0,
       consent="expired", known_for=21),
    Invented(10114, "Silverthorn", "Wren", "2015-05-09", OTHER, TRICARE, "runner", every=0),
    Invented(10115, "Harrowgate", "Felix", "1985-12-27", MALE, BLUEGATE, "elbow", every=0, known_for=3,
       consent="missing"),
    # Dr Okafor's
    Invented(10029, "Brisk", "Tobias", "1949-11-20", MALE, MEDICARE, "low-back", sees="oke", phase=0,
       second=COBALT),
    Invented(10033, "Castellane", "Verity", "1981-04-23", FEMALE, BLUEGATE, "neck", sees="oke", phase=1),
    Invented(10036, "Drummond", "Ezra", "1959-09-09", MALE, SUNWARD, "piriformis", sees="oke", phase=2),
    Invented(10044, "Eddington", "Marigold", "1993-12-12", FEMALE, SELF, "headache", sees="oke", phase=3),
    Invented(10046, "Farthing", "Hugo", "1970-10-31", MALE, ROADSTEAD, "low-back", "left", sees="oke",
       phase=4),
    Invented(10050, "Gildersleeve", "Rosalind", "1987-02-14", FEMALE, PINNACLE, "piriformis", "left",
       sees="oke", phase=1),
    Invented(10057, "Inchbald", "Solomon", "1965-06-06", MALE, ANVIL, "low-back", sees="oke", phase=2,
       alerts=((A.INFECTION, "healing boil, left buttock: keep clear"),)),
    Invented(10063, "Jessamy", "Philippa", "1996-08-08", FEMALE, MEDICAID, "mid-back", sees="oke", every=10,
       phase=4),
    Invented(10067, "Kettleby", "Orson", "1978-01-27", MALE, TRICARE, "neck", "left", sees="oke", phase=0),
    Invented(10070, "Lovibond", "Estelle", "1946-05-29", FEMALE, MEDICARE, "hip", sees="oke", every=10,
       phase=1),
    Invented(10074, "Mapleton", "Gideon", "1999-09-17", MALE, BLUEGATE, "hamstring", sees="oke", every=10,
       phase=3),
    Invented(10077, "Netherwood", "Cordelia", "1982-07-20", FEMALE, PINNACLE, "shoulder", sees="oke", phase=3),
    Invented(10104, "Postlethwaite", "Ambrose", "1976-04-15", MALE, SELF, "piriformis", sees="oke", every=0),
    Invented(10107, "Rosewarne", "Lavinia", "1955-12-01", FEMALE, SUNWARD, "neck", "left", sees="oke",
       every=0, consent="missing"),
]  # fmt: skip


def by_number() -> dict[str, Invented]:
    return {str(each.number): each for each in PATIENTS}


def register(who: Invented, *, payers: dict[str, Payer], on: date, by: User) -> Patient:
    """As the front desk does it: the person, who pays, and what to know before a needle goes in."""
    town, postal_code = TOWNS[who.number % len(TOWNS)]
    patient = actions.register_patient(
        record_number=str(who.number),
        last_name=who.last,
        first_name=who.first,
        preferred_name=who.preferred,
        birth_date=who.birth_date,
        sex=who.sex,
        phone=f"970-555-01{who.number % 100:02}",
        email=f"{who.first}.{who.last}@mail.example".lower() if who.number % 3 else "",
        street=f"{who.number % 89 + 3} {STREETS[who.number % len(STREETS)]}",
        city=town,
        state="CO",
        postal_code=postal_code,
        by=by,
    )
    this_year = date(on.year, 1, 1)
    if who.before:
        actions.add_coverage(
            patient=patient,
            payer=payers[who.before],
            member_number=_member_number(who, who.before),
            starts_on=date(on.year - 2, 1, 1),
            ends_on=date(on.year - 1, 12, 31),
            by=by,
        )
    ranks = [(Coverage.Rank.PRIMARY, who.pays), (Coverage.Rank.SECONDARY, who.second)]
    for rank, payer in ranks:
        if payer:
            actions.add_coverage(
                patient=patient,
                payer=payers[payer],
                rank=rank,
                member_number=_member_number(who, payer),
                plan=_plan(who, payer),
                qmb=who.qmb and payer == MEDICARE,
                starts_on=this_year,
                by=by,
            )
    for kind, detail in who.alerts:
        actions.add_alert(patient=patient, kind=kind, detail=detail, by=by)
    return patient


def _plan(who: Invented, payer: str) -> str:
    """As on the card; empty where the payer has no plans."""
    return OF_ANOTHER_PLAN.get(who.number, PLANS[payer]) if payer in PLANS else ""


def _member_number(who: Invented, payer: str) -> str:
    """Of the right pattern, and plainly nobody's."""
    if payer == MEDICARE:
        return f"9XX0-XX0-XX{who.number % 100:02}"
    if payer == SELF:
        return ""
    return f"{payer[:3].upper()} 000 {who.number % 1000:03} 0"
