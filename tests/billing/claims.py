"""Claims as plain values: valid by default, for a physical therapist and Original Medicare."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from billing.claim_files.file import claim_file
from billing.claim_files.values import (
    Address,
    Claim,
    Clinician,
    Diagnosis,
    Envelope,
    Insurance,
    Line,
    Patient,
    Payer,
    Person,
    Practice,
    Referrer,
    Submitter,
)

ODETTE = Person(last_name="Marlow", first_name="Odette")
HOME = Address(street="9 Larkspur Court", city="Fort Collins", state="CO", postal_code="80521")
SUBMITTER = Submitter(
    name="Harbour Lane Physical Therapy",
    identifier="HARBOUR01",
    contact_name="Bo Lindqvist",
    contact_phone="970-555-0142",
    receiver_name="Clearing House of the Plains",
    receiver_identifier="PLAINS",
)
ENVELOPE = Envelope(control_number=17, usage="P", made_at=datetime(2026, 3, 4, 17, 30))

PRACTICE = Practice(
    name="Harbour Lane Physical Therapy",
    npi="1093817231",
    tax_id="84-1234567",
    taxonomy="225100000X",
    address=Address(
        street="214 Harbour Lane", city="Fort Collins", state="CO", postal_code="80521-1402"
    ),
    phone="970-555-0142",
)
DANA = Clinician(
    name=Person(last_name="Whitlock", first_name="Dana"),
    credentials="PT, DPT",
    npi="1508340712",
    taxonomy="225100000X",
)
PATIENT = Patient(
    name=ODETTE,
    birth_date=date(1951, 3, 8),
    sex="female",
    address=HOME,
    phone="970-555-0117",
)
MEDICARE = Insurance(
    payer=Payer(name="Medicare Part B", kind="medicare", electronic_id="04112"),
    first=True,
    relation="self",
    subscriber=ODETTE,
    birth_date=date(1951, 3, 8),
    sex="female",
    member_number="1EG4TE5MK73",
)
PLAN = replace(
    MEDICARE,
    payer=Payer(name="Front Range Health Plan", kind="commercial", electronic_id="FRHP1"),
    member_number="FRH 555 201",
    group_number="G-2201",
    plan="PPO Gold",
)
REFERRER = Referrer(name=Person(last_name="Okafor", first_name="Ngozi"), npi="1245319599")


def a_line(code="20561", modifiers="GA GP", *, amount="65.00", number="L1", **fields) -> Line:
    defaults = {"units": 1, "pointers": (1,)}
    return Line(
        number=number,
        code=code,
        modifiers=tuple(modifiers.split()),
        amount=Decimal(amount),
        **defaults | fields,
    )


def a_claim(**fields) -> Claim:
    defaults = {
        "control_number": "HL000001",
        "practice": PRACTICE,
        "clinician": DANA,
        "patient": PATIENT,
        "insurance": MEDICARE,
        "date_of_service": date(2026, 3, 3),
        "signed_on": date(2026, 3, 3),
        "diagnoses": (Diagnosis(code="M54.2"), Diagnosis(code="M79.18")),
        "lines": (a_line(),),
        "onset_on": date(2026, 1, 12),
        "referrer": REFERRER,
    }
    return Claim(**defaults | fields)


def a_dependent(**fields) -> Insurance:
    """The patient is insured through somebody else."""
    defaults = {
        "relation": "spouse",
        "subscriber": Person(last_name="Marlow", first_name="Aurel"),
        "birth_date": date(1949, 7, 2),
        "sex": "male",
    }
    return replace(PLAN, **defaults | fields)


def file_of(*claims: Claim, envelope=ENVELOPE, submitter=SUBMITTER) -> str:
    return claim_file(envelope=envelope, submitter=submitter, claims=claims)
