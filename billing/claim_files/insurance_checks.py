"""Whether the payer can be addressed and will know whose insurance it is."""

from billing.claim_files.claim_loops import FILING_INDICATORS
from billing.claim_files.problem import About, Problem, passes, unwritable
from billing.claim_files.segments import plain
from billing.claim_files.values import MEDICARE, Claim, Insurance
from emr.validators import validate_medicare_number

SECOND = (
    "This payer pays second, and a claim to it carries what the first one decided, which files do"
    " not hold yet. Most first payers pass it on; else print it and add their answer."
)


def insurance_problems(claim: Claim) -> list[Problem]:
    insured = claim.insurance
    problems = _payer_problems(insured, About.PAYER)
    problems += _subscriber_problems(insured, About.COVERAGE)
    if not insured.first:
        problems.append(Problem("payer-second", About.COVERAGE, SECOND, only_in_a_file=True))
    if claim.other:
        problems += _of_the_other(claim.other)
    return problems


def _of_the_other(other: Insurance) -> list[Problem]:
    """The other insurance is only told of, so that it stops the file alone."""
    found = _payer_problems(other, About.OTHER_PAYER)
    found += _subscriber_problems(other, About.OTHER_COVERAGE)
    return [Problem(each.code, each.about, each.message, only_in_a_file=True) for each in found]


def _payer_problems(insured: Insurance, about: About) -> list[Problem]:
    payer, problems = insured.payer, []
    if payer.kind not in FILING_INDICATORS:
        sentence = "No claim goes to somebody who pays themselves."
        return [Problem(f"{about}-kind".replace(" ", "-"), about, sentence)]
    if len(plain(payer.electronic_id)) < 2:
        sentence = f"{payer.name} has no electronic payer id: the clearing house's list has it."
        code = f"{about}-electronic-id".replace(" ", "-")
        problems.append(Problem(code, about, sentence, only_in_a_file=True))
    return problems + unwritable(about, "the payer", name=payer.name)


def _subscriber_problems(insured: Insurance, about: About) -> list[Problem]:
    kind, name = insured.payer.kind, insured.subscriber
    slug = about.replace(" ", "-")
    if kind not in FILING_INDICATORS:
        return []
    problems = []
    if kind == MEDICARE:
        if not passes(validate_medicare_number, insured.member_number):
            sentence = "The Medicare number is missing or has not the pattern of one."
            problems.append(Problem(f"{slug}-medicare-number", about, sentence))
        if not insured.of_the_patient:
            sentence = "Medicare insures nobody through somebody else: the patient is “self”."
            problems.append(Problem(f"{slug}-relation", about, sentence))
    elif len(plain(insured.member_number)) < 2:
        sentence = f"The member number at {insured.payer.name} is missing."
        problems.append(Problem(f"{slug}-member-number", about, sentence))
    if not insured.of_the_patient and not (
        name.last_name and name.first_name and insured.birth_date
    ):
        sentence = "Give the subscriber's last name, first name and birth date."
        problems.append(Problem(f"{slug}-subscriber", about, sentence))
    if insured.of_the_patient:
        return problems  # the patient's name is looked at with the patient
    return problems + unwritable(
        about, "the subscriber", last_name=name.last_name, first_name=name.first_name
    )
