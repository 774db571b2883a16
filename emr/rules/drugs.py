"""The drugs of an injection: whether one is named, and whether its code may be billed on the day.

Sources and our choices: docs/rules/drugs.md
"""

from collections.abc import Iterator
from datetime import date

from emr.rules.code_labels import Code, code_of
from emr.rules.facts import Visit
from emr.rules.findings import Finding, finding, listed
from emr.rules.folding import says_something

PAGE = "docs/rules/drugs.md"

# Given into a vein and never into a muscle, whatever the day.
FOR_INFUSION = frozenset({"J2001"})


def find_drug_problems(visit: Visit) -> list[Finding]:
    """An injection without a drug, and drug codes that may not be billed on the date of service."""
    given = list(filter(None, map(_drug_of, dict.fromkeys(_codes_of(visit)))))
    named = given or any(says_something(each.drug) for each in visit.injected)
    findings = [_none_named()] if visit.injected and not named else []
    return findings + [
        _not_valid(drug, visit.date_of_service)
        for drug in given
        if not may_be_billed(drug, on=visit.date_of_service)
    ]


def may_be_billed(drug: Code, *, on: date) -> bool:
    return drug.code not in FOR_INFUSION and drug.valid(on=on)


def _codes_of(visit: Visit) -> Iterator[str]:
    """Every code of a visit that may be a drug's; a charge of no units bills nothing."""
    for injection in visit.injected:
        yield injection.drug.strip().upper()
    for service in visit.services:
        yield service.code.strip().upper()
    for charge in visit.charged:
        if charge.units:
            yield charge.code.strip().upper()


def _drug_of(code: str) -> Code | None:
    known = code_of(code)
    return known if known is not None and known.family == "drug" else None


def _none_named() -> Finding:
    message = (
        "Add the code of the injected drug if the practice bought it; the claim may go without."
    )
    return finding(
        "injection-without-drug",
        subject="injected",
        message=message,
        source=f"{PAGE}#no-drug-named",
    )


def _not_valid(drug: Code, day: date) -> Finding:
    successors = filter(None, map(code_of, drug.replaced_by))
    good = [each.code for each in successors if may_be_billed(each, on=day)]
    remedy = f"Use {listed(good, joined_by='or')} instead of" if good else "Take off"
    return finding(
        "drug-code-not-valid",
        subject=drug.code,
        message=f"{remedy} {drug.code}: {_why_not(drug, day)}.",
        source=f"{PAGE}#valid-days",
    )


def _why_not(drug: Code, day: date) -> str:
    if drug.code in FOR_INFUSION:
        return "it is for infusion into a vein, never for an injection into a muscle"
    if drug.valid_to is not None and drug.valid_to < day:
        return f"it was good until {drug.valid_to}"
    return f"it is good from {drug.valid_from} on"
