"""What columns of a table may be called, and which of them are needed."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Column:
    """`names` are matched without case, spaces and signs; the first is its title."""

    key: str
    names: tuple[str, ...]
    example: str
    note: str = ""

    @property
    def title(self) -> str:
        return self.names[0]

    @property
    def others(self) -> tuple[str, ...]:
        return self.names[1:]


def column(key: str, *names: str, example: str = "", note: str = "") -> Column:
    return Column(key=key, names=names, example=example, note=note)


A_DATE = "2026-01-31 or 1/31/2026, month first"

PERSON = (
    column(
        "record_number",
        *("Record number", "MRN", "Chart number", "Medical record number", "Record no"),
        *("Patient number", "Patient ID", "Patient no"),
        example="HL-10117",
        note="The surest way to find somebody",
    ),
    column(
        "last_name",
        *("Last name", "Surname", "Family name", "Patient last name", "Last"),
        example="Marlow",
    ),
    column(
        "first_name",
        *("First name", "Given name", "Forename", "Patient first name", "First"),
        example="Odette",
    ),
    column(
        "birth_date",
        *("Birth date", "Date of birth", "DOB", "Birthday", "Born", "Patient DOB"),
        example="1951-03-08",
        note=A_DATE,
    ),
)

PATIENT_COLUMNS = (
    *PERSON,
    column("middle_name", "Middle name", "Middle", "Middle initial", "MI", example="Jane"),
    column("preferred_name", "Called", "Preferred name", "Nickname", "Goes by", example="Etta"),
    column("sex", "Sex", "Gender", example="female", note="Female, male, other, unknown, or F, M"),
    column(
        "phone",
        *("Phone", "Telephone", "Phone number", "Mobile", "Cell", "Cell phone", "Home phone"),
        example="970-555-0117",
    ),
    column(
        "email", "E-mail", "E-mail address", "Mail address", example="odette.marlow@mail.example"
    ),
    column(
        "street",
        *("Street", "Address", "Street address", "Address line 1", "Address 1"),
        example="8 Quay Street",
    ),
    column("city", "City", "Town", example="Fort Collins"),
    column("state", "State", "Province", example="CO", note="Two letters"),
    column("postal_code", "ZIP code", "ZIP", "Postal code", "Postcode", example="80521"),
)

SCHEDULE_COLUMNS = (
    *PERSON,
    column(
        "day",
        *("Date", "Day", "Visit date", "Appointment date", "Date of service", "Start date"),
        example="2026-01-31",
        note=A_DATE,
    ),
    column(
        "time",
        *("Time", "Start time", "Appointment time", "Visit time", "Begins"),
        example="10:30",
        note="10:30, 14:05 or 2:05 pm; the practice's clock",
    ),
    column(
        "start",
        *("Start", "Date and time", "Appointment", "Starts at", "Start date and time"),
        example="",
        note="In place of the two above: 2026-01-31 10:30",
    ),
    column(
        "provider",
        *("Therapist", "Provider", "Clinician", "NPI", "Provider NPI", "Therapist NPI"),
        *("User name", "Provider name", "Therapist name", "With"),
        example="dana",
        note="User name, NPI, or name as on the staff page",
    ),
    column("place", "Place", "Room", "Location", "Where", example="Room 2"),
)

FEE_COLUMNS = (
    column(
        "payer",
        *("Payer", "Insurance", "Payer name", "Insurance name", "Plan"),
        example="Bluegate Health",
        note="As on the payers page; empty for the practice's own fee",
    ),
    column(
        "code",
        *("Code", "CPT", "CPT code", "HCPCS", "HCPCS code", "Procedure code", "Procedure"),
        example="20561",
    ),
    column(
        "amount",
        *("Price", "Amount", "Fee", "Charge", "Charge amount", "Rate"),
        example="95.00",
        note="Dollars and cents",
    ),
    column(
        "starts_on",
        *("First day", "From", "Effective date", "Effective from", "Start date", "Starts on"),
        example="2026-01-31",
        note=A_DATE,
    ),
)


def find_missing(known: Collection[str], *needed: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that a table lacks: those of the first alternative, unless one of them is whole."""
    lacking = [tuple(key for key in keys if key not in known) for keys in needed]
    return () if () in lacking else lacking[0]
