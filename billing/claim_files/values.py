"""What a claim says, as plain frozen values: the same for the file and for the paper."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

# Where the patient was treated: 11 is an office, and an installation is of one clinic.
OFFICE = "11"

# Medicare gives a person one number; nobody is insured through somebody else.
MEDICARE = "medicare"


@dataclass(frozen=True, kw_only=True)
class Address:
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def complete(self) -> bool:
        return all([self.street, self.city, self.state, self.postal_code])


@dataclass(frozen=True, kw_only=True)
class Person:
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Who bills, and gets the money."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    address: Address
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Clinician:
    """Who treated; `taxonomy` is their own or the usual one of the profession."""

    name: Person
    credentials: str
    npi: str
    taxonomy: str


@dataclass(frozen=True, kw_only=True)
class Referrer:
    name: Person
    npi: str


@dataclass(frozen=True, kw_only=True)
class Patient:
    name: Person
    birth_date: date
    sex: str
    address: Address
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Payer:
    name: str
    kind: str
    electronic_id: str
    address: Address = Address()


@dataclass(frozen=True, kw_only=True)
class Insurance:
    """One payer and the person whose insurance it is: the patient, or who insures the patient."""

    payer: Payer
    first: bool  # pays before the other one
    relation: str  # of the patient to the subscriber: self, spouse, child, other
    subscriber: Person
    birth_date: date | None
    sex: str
    member_number: str
    group_number: str = ""
    plan: str = ""

    @property
    def of_the_patient(self) -> bool:
        return self.relation == "self"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """A code with its dot; `billable` is None where the installed release does not know it."""

    code: str
    billable: bool | None = True

    @property
    def plain(self) -> str:
        return self.code.replace(".", "")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A charge; `number` is ours, and the payer sends it back with its answer."""

    number: str
    code: str
    units: int
    modifiers: tuple[str, ...]
    pointers: tuple[int, ...]
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Claim:
    control_number: str
    practice: Practice
    clinician: Clinician
    patient: Patient
    insurance: Insurance
    date_of_service: date
    signed_on: date
    diagnoses: tuple[Diagnosis, ...]
    lines: tuple[Line, ...]
    other: Insurance | None = None
    frequency: str = "1"
    payer_control_number: str = ""
    authorization_number: str = ""
    onset_on: date | None = None
    accident: str = ""  # work, auto, other
    accident_state: str = ""
    referrer: Referrer | None = None
    takes_assignment: bool = True
    place_of_service: str = OFFICE

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def to_medicare(self) -> bool:
        return self.insurance.payer.kind == MEDICARE


@dataclass(frozen=True, kw_only=True)
class Submitter:
    """Who sends the file to whom, as enrolled with the clearing house."""

    name: str
    identifier: str
    contact_name: str
    contact_phone: str
    receiver_name: str
    receiver_identifier: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`made_at` is the practice's own time; `usage` is T for a test, P for the real thing."""

    control_number: int
    usage: str
    made_at: datetime
