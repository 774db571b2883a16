"""A claim → what stands in each field of a CMS-1500 (02/12), page by page.

Six lines go on a page, and each page stands for itself. What belongs where: docs/claim_files.md
"""

import string
from datetime import date
from decimal import Decimal

from billing.claim_files.form_places import LINES, field_widths
from billing.claim_files.segments import digits, plain
from billing.claim_files.values import Address, Claim, Insurance, Line, Person

ON_FILE = "SIGNATURE ON FILE"
TICK = "X"
LETTERS = string.ascii_uppercase[:12]  # of the diagnoses
ICD_10 = "0"  # how box 21 calls the release
ONSET, ACCIDENT = "431", "439"  # what kind of day stands in box 14 or 15
REFERRER = "DN"

Page = dict[str, str | list[dict[str, str]]]


def pages_of(claim: Claim) -> list[Page]:
    """For each page the text of its fields, and under `lines` those of each line."""
    starts = range(0, max(len(claim.lines), 1), LINES)
    return [_page(claim, claim.lines[start : start + LINES]) for start in starts]


def _page(claim: Claim, lines: tuple[Line, ...]) -> Page:
    fields = {
        **_payer(claim),
        **_patient(claim),
        **_insured(claim),
        **_other(claim),
        **_condition(claim),
        **_diagnoses(claim),
        **_numbers(claim),
        **_practice(claim),
        "total": _amount(sum((line.amount for line in lines), Decimal(0))),
    }
    return _fitting(fields) | {"lines": [_fitting(_line(claim, line)) for line in lines]}


def _fitting(fields: dict[str, str]) -> dict[str, str]:
    """Fields that say something, cut to the room that they have."""
    widths = field_widths()
    return {name: text[: widths[name]].rstrip() for name, text in fields.items() if text.strip()}


def _payer(claim: Claim) -> dict[str, str]:
    payer = claim.insurance.payer
    kind = payer.kind if payer.kind in ("medicare", "medicaid", "tricare") else "other"
    if payer.kind == "commercial" and claim.insurance.group_number:
        kind = "group"
    return {
        "payer_name": plain(payer.name),
        "payer_street": plain(payer.address.street),
        "payer_city": _city_line(payer.address),
        f"kind_{kind}": TICK,
        "member_number": plain(claim.insurance.member_number),
    }


def _patient(claim: Claim) -> dict[str, str]:
    patient = claim.patient
    return {
        "patient_name": _name(patient.name),
        "patient_born": _day(patient.birth_date),
        "patient_signature": ON_FILE,
        **_sex("patient", patient.sex),
        **_home("patient", patient.address, patient.phone),
    }


def _insured(claim: Claim) -> dict[str, str]:
    """Whose insurance it is. Medicare is everybody's own, and wants the word NONE instead."""
    insured, patient = claim.insurance, claim.patient
    signed = {"insured_signature": ON_FILE} if claim.takes_assignment else {}
    if claim.to_medicare and insured.first:
        return {"group_number": "NONE", **signed}
    fields = {
        "insured_name": _name(insured.subscriber),
        f"relation_{insured.relation}": TICK,
        "group_number": plain(insured.group_number),
        "insured_born": _day(insured.birth_date),
        "plan": plain(insured.plan or insured.payer.name),
        **_sex("insured", insured.sex),
        **signed,
    }
    # Where somebody else lives who insures the patient is not on record.
    if insured.of_the_patient:
        fields |= _home("insured", patient.address, patient.phone)
    return fields


def _other(claim: Claim) -> dict[str, str]:
    other = claim.other
    if claim.to_medicare and claim.insurance.first:
        return {}  # Medicare passes a claim on by itself, and reads these boxes in its own way
    if other is None:
        return {"another_plan_no": TICK}
    return {
        "another_plan_yes": TICK,
        "other_name": _name(other.subscriber),
        "other_number": plain(_number_of(other)),
        "other_plan": plain(other.plan or other.payer.name),
    }


def _number_of(insured: Insurance) -> str:
    return insured.group_number or insured.member_number


def _condition(claim: Claim) -> dict[str, str]:
    """What it comes from and since when; who referred the patient."""
    fields = {
        f"{box}_{'yes' if claim.accident == kind else 'no'}": TICK
        for kind, box in (("work", "work"), ("auto", "auto"), ("other", "accident"))
    }
    fields |= {"auto_state": claim.accident_state, "lab_no": TICK}
    if claim.onset_on:
        fields |= {"onset": _day(claim.onset_on), "onset_qualifier": ONSET}
    if claim.onset_on and claim.accident:
        fields |= {"other_date": _day(claim.onset_on), "other_date_qualifier": ACCIDENT}
    if claim.referrer:
        fields |= {
            "referrer_role": REFERRER,
            "referrer_name": _name(claim.referrer.name),
            "referrer_npi": claim.referrer.npi,
        }
    return fields


def _diagnoses(claim: Claim) -> dict[str, str]:
    codes = zip(LETTERS.lower(), claim.diagnoses, strict=False)
    return {"icd_version": ICD_10} | {
        f"diagnosis_{letter}": diagnosis.plain for letter, diagnosis in codes
    }


def _numbers(claim: Claim) -> dict[str, str]:
    fields = {
        "authorization": plain(claim.authorization_number),
        "control_number": plain(claim.control_number),
        f"assignment_{'yes' if claim.takes_assignment else 'no'}": TICK,
    }
    if claim.frequency != "1" and not claim.to_medicare:
        fields |= {
            "resubmission": claim.frequency,
            "original_number": plain(claim.payer_control_number),
        }
    return fields


def _practice(claim: Claim) -> dict[str, str]:
    practice, clinician = claim.practice, claim.clinician
    name = f"{clinician.name.first_name} {clinician.name.last_name} {clinician.credentials}"
    fields = {
        "tax_id": digits(practice.tax_id),
        "tax_id_ein": TICK,
        "billing_phone": _phone(practice.phone),
        "clinician": plain(name.replace(",", "")),
        "signed_on": f"{claim.signed_on:%m %d %y}",
    }
    for place in ("place", "billing"):
        fields |= {
            f"{place}_name": plain(practice.name),
            f"{place}_street": plain(practice.address.street),
            f"{place}_city": _city_line(practice.address),
            f"{place}_npi": practice.npi,
        }
    return fields


def _line(claim: Claim, line: Line) -> dict[str, str]:
    served = f"{claim.date_of_service:%m %d %y}"
    return {
        "line_from": served,
        "line_to": served,
        "line_place": claim.place_of_service,
        "line_code": line.code,
        "line_modifiers": " ".join(line.modifiers),
        "line_pointers": "".join(LETTERS[place - 1 : place] for place in line.pointers),
        "line_amount": _amount(line.amount),
        "line_units": str(line.units),
        "line_npi": claim.clinician.npi,
    }


def _name(person: Person) -> str:
    """Last name, first name, first letter of the middle name."""
    parts = [person.last_name, person.first_name, person.middle_name[:1]]
    return ", ".join(plain(part) for part in parts if part)


def _home(whose: str, address: Address, phone: str) -> dict[str, str]:
    return {
        f"{whose}_street": plain(address.street),
        f"{whose}_city": plain(address.city),
        f"{whose}_state": plain(address.state),
        f"{whose}_zip": plain(address.postal_code),
        f"{whose}_phone": _phone(phone),
    }


def _city_line(address: Address) -> str:
    return plain(f"{address.city} {address.state} {address.postal_code}")


def _sex(whose: str, sex: str) -> dict[str, str]:
    """One of two boxes; neither where it is not known or another."""
    return {f"{whose}_{sex}": TICK} if sex in ("female", "male") else {}


def _day(value: date | None) -> str:
    return f"{value:%m %d %Y}" if value else ""


def _phone(text: str) -> str:
    """970 5550142: the form prints the brackets around the first three digits."""
    number = digits(text)
    return f"{number[:3]} {number[3:]}" if len(number) == 10 else ""


def _amount(amount: Decimal) -> str:
    """Dollars and cents with a space between, at the right end of eight signs."""
    return f"{amount:.2f}".replace(".", " ").rjust(8)
