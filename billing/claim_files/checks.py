"""What a claim lacks before it may be sent: everything that a payer sends back unread.

A checker of X12 lets much of it pass: a diagnosis with its dot, an NPI with a wrong digit, a fifth
modifier. Where each comes from: docs/claim_files.md
"""

import re

from billing.claim_files.claim_checks import claim_problems
from billing.claim_files.insurance_checks import insurance_problems
from billing.claim_files.line_checks import diagnosis_problems, line_problems
from billing.claim_files.problem import About, Problem, address_problems, passes, unwritable
from billing.claim_files.segments import digits
from billing.claim_files.values import Claim, Clinician, Patient, Practice, Submitter
from emr.validators import validate_ein, validate_npi

TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
# The biller's own address is where somebody is treated; letters may go to a box, the claim not.
A_BOX = re.compile(r"\b(P\.?\s*O\.?\s*BOX|POST OFFICE BOX)\b", re.IGNORECASE)


def problems_in(claim: Claim) -> list[Problem]:
    """Everything that keeps the claim from being sent, in a file or on paper; the file's marked."""
    return [
        *practice_problems(claim.practice),
        *clinician_problems(claim.clinician),
        *patient_problems(claim.patient),
        *insurance_problems(claim),
        *claim_problems(claim),
        *diagnosis_problems(claim.diagnoses),
        *line_problems(claim),
    ]


def practice_problems(practice: Practice) -> list[Problem]:
    about, problems = About.PRACTICE, []
    if not passes(validate_npi, practice.npi):
        problems.append(Problem("practice-npi", about, "The practice has no valid NPI."))
    if not passes(validate_ein, practice.tax_id):
        problems.append(Problem("practice-tax-id", about, "The practice has no valid tax id."))
    if not TAXONOMY.fullmatch(practice.taxonomy):
        sentence = "The practice has no taxonomy code: ten signs, such as 225100000X."
        problems.append(Problem("practice-taxonomy", about, sentence))
    if A_BOX.search(practice.address.street):
        sentence = "A claim asks for the street of the practice, not for a PO box."
        problems.append(Problem("practice-box", about, sentence))
    problems += address_problems(about, "the practice", practice.address, nine=True)
    return problems + unwritable(about, "the practice", name=practice.name)


def clinician_problems(clinician: Clinician) -> list[Problem]:
    about, problems = About.CLINICIAN, []
    if not passes(validate_npi, clinician.npi):
        problems.append(Problem("clinician-npi", about, "The clinician has no valid NPI."))
    if not TAXONOMY.fullmatch(clinician.taxonomy):
        sentence = "The clinician has no taxonomy code, and their profession has no usual one."
        problems.append(Problem("clinician-taxonomy", about, sentence))
    name = clinician.name
    return problems + unwritable(
        about, "the clinician", last_name=name.last_name, first_name=name.first_name
    )


def patient_problems(patient: Patient) -> list[Problem]:
    about, name = About.PATIENT, patient.name
    problems = address_problems(about, "the patient", patient.address, nine=False)
    return problems + unwritable(
        about,
        "the patient",
        last_name=name.last_name,
        first_name=name.first_name,
        middle_name=name.middle_name,
    )


def submitter_problems(submitter: Submitter | None) -> list[Problem]:
    """Whether a file can be addressed at all; a claim on paper does not need it."""
    about = About.SUBMITTER
    if submitter is None:
        sentence = "Nobody has said yet who sends the files, and to which clearing house."
        return [Problem("submitter-missing", about, sentence, only_in_a_file=True)]
    if len(digits(submitter.contact_phone)) == 10:
        return []
    sentence = "The telephone of who sends the files has ten digits."
    return [Problem("submitter-phone", about, sentence, only_in_a_file=True)]
