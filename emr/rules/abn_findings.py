"""What is wrong with the notice on file for a visit that Medicare will not pay.

Sources and our choices: docs/rules/abn.md#findings
"""

from datetime import date
from decimal import Decimal

from emr.rules.abn import exceeds_tolerance
from emr.rules.editions import edition_usable
from emr.rules.facts import Abn, Coverage, Visit
from emr.rules.findings import Finding, finding
from emr.rules.folding import says_something
from emr.rules.low_back import meets_low_back_benefit
from emr.rules.notice_choice import CHIROPRACTOR

SOURCE = "docs/rules/abn.md#findings"

OPTION_NO_CLAIM = 2
OPTION_DECLINED = 3

# With one of these the notice shifts nothing to the patient.
VOIDING = frozenset(
    {
        "abn-missing",
        "abn-edition-obsolete",
        "abn-option-missing",
        "abn-after-service",
        "abn-refusal-not-witnessed",
    }
)


def find_abn_problems(visit: Visit) -> list[Finding]:
    """What the notice lacks, or that none may be used; `visit.charge` is the price asked."""
    if visit.coverage is None:
        return []
    if visit.coverage.kind == "medicare_advantage":
        return _advantage_problems(visit.abn, visit.coverage)
    if visit.coverage.kind != "medicare":
        return []
    if is_by_chiropractor(visit):
        return [_statutory_exclusion(), *_declined(visit.abn)]
    if meets_low_back_benefit(visit):
        return _declined(visit.abn)
    if visit.abn is None or visit.abn.voluntary:
        return [_missing(visit.abn), *_declined(visit.abn)]
    return [
        *_edition_problems(visit.abn),
        *_answer_problems(visit.abn, visit.date_of_service),
        *_declined(visit.abn),
        *_estimate_problems(visit.abn, visit.charge),
        *_no_claim(visit.abn),
    ]


def has_valid_abn(visit: Visit) -> bool:
    """Whether the patient, with Original Medicare and no chiropractor, may be held to the notice.

    A price beyond the estimate holds the claim, and yet the notice was properly given.
    """
    return VOIDING.isdisjoint(each.code for each in find_abn_problems(visit))


def is_by_chiropractor(visit: Visit) -> bool:
    return visit.provider is not None and visit.provider.profession == CHIROPRACTOR


def has_declined(abn: Abn | None) -> bool:
    return abn is not None and abn.option == OPTION_DECLINED


def _advantage_problems(abn: Abn | None, coverage: Coverage) -> list[Finding]:
    findings = []
    if abn is not None:
        message = "Void the ABN: it is not allowed with Medicare Advantage and shifts nothing."
        findings.append(_problem("abn-not-for-advantage", message))
    if not coverage.organization_determination:
        message = (
            "Ask the plan for an organization determination; without one the patient owes nothing."
        )
        findings.append(_problem("organization-determination-missing", message, "coverage"))
    return findings


def _statutory_exclusion() -> Finding:
    message = (
        "Bill Medicare only if the patient asks for it: the law excludes needling by a"
        " chiropractor, and no ABN is needed."
    )
    return _problem("statutory-exclusion", message, "coverage")


def _missing(abn: Abn | None) -> Finding:
    voluntary = "; a voluntary notice shifts nothing here" if abn else ""
    return _problem(
        "abn-missing",
        f"Have an ABN signed before needling; without one the patient owes nothing{voluntary}.",
    )


def _edition_problems(abn: Abn) -> list[Finding]:
    if abn.edition_expires is None:
        message = "Name the edition of the ABN by the expiry date printed on it."
        return [_problem("abn-edition-obsolete", message)]
    if abn.signed_on is None or edition_usable(abn.edition_expires, on=abn.signed_on):
        return []
    message = (
        f"Do not rely on this ABN: the edition that expires {abn.edition_expires} was not usable on"
        f" {abn.signed_on}."
    )
    return [_problem("abn-edition-obsolete", message)]


def _answer_problems(abn: Abn, day: date) -> list[Finding]:
    findings = []
    if abn.option is None and not abn.refused:
        message = "Do not rely on this ABN: the patient ticked no option on it."
        findings.append(_problem("abn-option-missing", message))
    elif abn.signed_on is None:
        message = "Do not rely on this ABN: it bears no date of signature or refusal."
        findings.append(_problem("abn-option-missing", message))
    if abn.signed_on is not None and abn.signed_on > day:
        message = f"Do not rely on this ABN: it was signed on {abn.signed_on}, after the service."
        findings.append(_problem("abn-after-service", message))
    if abn.refused and not says_something(abn.witness):
        message = "Record who witnessed that the patient refused to sign the ABN."
        findings.append(_problem("abn-refusal-not-witnessed", message))
    return findings


def _declined(abn: Abn | None) -> list[Finding]:
    if not has_declined(abn):
        return []
    message = (
        "Take the needling off, or put the changed mind on file: the patient declined it with"
        " option 3."
    )
    return [_problem("abn-service-declined", message)]


def _estimate_problems(abn: Abn, charge: Decimal | None) -> list[Finding]:
    if abn.estimate is None or charge is None:
        return []
    if not exceeds_tolerance(estimate=abn.estimate, charge=charge):
        return []
    message = (
        f"Lower the price or have a new ABN signed before the next visit: ${charge} is too far above"
        f" the estimate of ${abn.estimate}."
    )
    return [_problem("abn-estimate-exceeded", message)]


def _no_claim(abn: Abn) -> list[Finding]:
    if abn.option != OPTION_NO_CLAIM:
        return []
    message = "Do not bill Medicare for the needling: the patient chose option 2."
    return [_problem("abn-no-claim", message)]


def _problem(code: str, message: str, subject: str = "abn") -> Finding:
    return finding(code, subject=subject, message=message, source=SOURCE)
