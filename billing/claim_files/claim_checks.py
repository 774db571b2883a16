"""What the claim itself says: replaced claims, accidents, who referred the patient."""

from billing.claim_files.problem import About, Problem, passes, unwritable
from billing.claim_files.values import Claim
from emr.validators import validate_npi

# Lines under a plan of care, which Medicare pays only with the physician who certified it.
PLAN_OF_CARE = {"GP", "GO", "GN"}
ACCIDENT_OF = {"workers_comp": "work", "auto": "auto"}


def claim_problems(claim: Claim) -> list[Problem]:
    found = [*_replacement(claim), *_accident(claim), *_referrer(claim)]
    problems = [Problem(code, About.CLAIM, message) for code, message in found]
    return [*_replaced_at_medicare(claim), *problems, *_letters(claim)]


def _replaced_at_medicare(claim: Claim) -> list[Problem]:
    """Its contractors correct a claim by reopening it, which is asked for by letter or telephone."""
    if claim.frequency == "1" or not claim.to_medicare:
        return []
    sentence = (
        "Medicare takes no file in the place of an earlier claim: ask its contractor to reopen that"
        " one, and count this one as sent on paper."
    )
    code = "medicare-takes-no-replacement"
    return [Problem(code, About.CLAIM, sentence, only_in_a_file=True)]


def _replacement(claim: Claim):
    if claim.frequency == "1" or claim.to_medicare:
        return
    if not claim.payer_control_number:
        yield "payer-number-missing", "Give the payer's own number of the claim that this replaces."


def _accident(claim: Claim):
    expected = ACCIDENT_OF.get(claim.insurance.payer.kind)
    if expected and claim.accident != expected:
        where = "at work" if expected == "work" else "with a car"
        say = "say that it was one" if expected == "work" else "say that it was one, and its state"
        yield "accident-missing", f"This payer pays for accidents {where}: {say}."
    if (claim.accident or expected) and claim.onset_on is None:
        yield "accident-day-missing", "Give the day of the accident, as the first day of symptoms."
    if claim.onset_on and claim.onset_on > claim.date_of_service:
        yield "onset-after-service", "The symptoms began after the visit: check the day."


def _referrer(claim: Claim):
    referrer = claim.referrer
    if referrer is None:
        therapy = any(PLAN_OF_CARE & set(line.modifiers) for line in claim.lines)
        if claim.to_medicare and therapy:
            yield (
                "certifying-physician-missing",
                "Medicare asks on therapy lines for the name and NPI of the physician who certified"
                " the plan of care: enter them as the referrer.",
            )
        return
    if not referrer.name.last_name or not referrer.name.first_name:
        yield "referrer-name", "Give the last and the first name of the referrer."
    if not passes(validate_npi, referrer.npi):
        yield "referrer-npi", "The referrer has no valid NPI."


def _letters(claim: Claim) -> list[Problem]:
    if claim.referrer is None:
        return []
    name = claim.referrer.name
    return unwritable(
        About.CLAIM, "the referrer", last_name=name.last_name, first_name=name.first_name
    )
