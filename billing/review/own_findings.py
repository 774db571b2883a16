"""What the app itself finds in charged lines, beyond the contract of `check_visit`.

Why each is there: docs/rules/modifiers.md and docs/claims.md
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from billing.review.lines import Line
from emr.models import CoverageKind
from emr.rules import facts
from emr.rules.abn_findings import is_by_chiropractor
from emr.rules.charged_needling import is_needling
from emr.rules.findings import STOP_CLAIM, WARN, Finding, Severity, Stops, listed
from emr.rules.folding import says_something
from emr.rules.needling import NEEDLING_CODES
from emr.rules.payment import Claim, payment_of

# All that Medicare pays a chiropractor: manipulation of the spine by hand, 42 CFR 410.21(b).
PAID_TO_A_CHIROPRACTOR = ("98940", "98941", "98942")
EXCLUDED = "GY"
WITHOUT_GY = "excluded-without-gy"  # of lines on the claim, whoever pays for the rest
LIABILITY = ("GA", "GX", "GY", "GZ")
# Findings of what was needled alone: they say nothing of a claim without a needling line.
OF_NEEDLING = (
    "consent-",
    "abn-",
    "statutory-exclusion",
    "organization-determination-",
    "low-back-",
    "coverage-not-verified",
    "authorization-",
    "frequency-limit-",
    "payer-",
    "tricare-",
    "agreement-",
    "estimate-",
    "scope-",
    "endorsement-",
    "training-",
    "delegation-",
)
# What a signed note froze, and nobody can mend in it any more.
MAY_BE_SET_ASIDE = ("drug-code-not-valid", "needling-inside-other-code")

RANK = {severity: rank for rank, severity in enumerate(Severity)}


def find_in_lines(
    visit: facts.Visit, lines: Sequence[Line], *, suggested: Sequence[Line]
) -> list[Finding]:
    """What is wrong with the lines of a claim; those of the patient's account apart."""
    claimed = [line for line in lines if not line.to_patient]
    return [
        *find_excluded_lines(visit, claimed),
        *find_other_liability(claimed, suggested=suggested),
    ]


def of_claim(findings: Collection[Finding], codes: Collection[str]) -> list[Finding]:
    """The findings that concern a claim with these codes."""
    if not set(codes).isdisjoint(NEEDLING_CODES):
        return list(findings)
    return [each for each in findings if not each.code.startswith(OF_NEEDLING)]


def is_excluded_for(visit: facts.Visit) -> bool:
    """Whether Original Medicare pays a chiropractor, which it does for one thing only."""
    medicare = visit.coverage is not None and visit.coverage.kind == CoverageKind.MEDICARE
    return medicare and is_by_chiropractor(visit)


def find_excluded_lines(visit: facts.Visit, claimed: Sequence[Line]) -> list[Finding]:
    if not is_excluded_for(visit):
        return []
    codes = [
        line.code
        for line in claimed
        if line.code not in PAID_TO_A_CHIROPRACTOR and EXCLUDED not in line.modifiers
    ]
    return [
        _found(
            WITHOUT_GY,
            STOP_CLAIM,
            subject=code,
            message=f"Put GY on {code}, or take it off the claim: Medicare pays a chiropractor only"
            f" {listed(PAID_TO_A_CHIROPRACTOR)}.",
            source="docs/rules/modifiers.md#chiropractors-and-medicare",
        )
        for code in dict.fromkeys(codes)
    ]


def find_other_liability(claimed: Sequence[Line], *, suggested: Sequence[Line]) -> list[Finding]:
    """Needling charged with other words than suggested on who is to pay."""
    due = next((_liability(line) for line in suggested if line.code in NEEDLING_CODES), None)
    if due is None:
        return []
    return [
        _found(
            "liability-not-as-suggested",
            WARN,
            subject=line.code,
            message=f"Look who is to pay: {line.code} has {_named(_liability(line))}, and what is on"
            f" file asks for {_named(due)}.",
            source="docs/rules/modifiers.md#liability",
        )
        for line in claimed
        if line.code in NEEDLING_CODES and _liability(line) != due
    ]


def to_set_aside(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Those stops that nothing in a signed note can clear any more."""
    return tuple(each for each in findings if each.code in MAY_BE_SET_ASIDE)


def set_aside(
    findings: Collection[Finding], reasons: Mapping[tuple[str, str], str]
) -> tuple[Finding, ...]:
    """The findings with each that was set aside as a warning that says why; by code and subject."""
    return tuple(
        _set_aside(each, reasons[each.code, each.subject])
        if (each.code, each.subject) in reasons
        else each
        for each in findings
    )


def reasons_for(
    findings: Collection[Finding], reasons: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Those reasons that say something and belong to one of the findings."""
    found = {(each.code, each.subject) for each in findings}
    return {key: why for key, why in reasons.items() if key in found and says_something(why)}


def _set_aside(finding: Finding, reason: str) -> Finding:
    severity, stops = WARN
    said = reason.strip().rstrip(".")
    message = f"Set aside: {said}. Without that: {finding.message}"
    return replace(finding, severity=severity, stops=stops, message=message)


def claim_of(visit: facts.Visit, findings: Collection[Finding]) -> Claim:
    """Whether a claim goes out, by these findings."""
    claim = payment_of(visit, needled=is_needling(visit)).claim
    stopped = any(each.stops == Stops.CLAIM for each in findings)
    return "hold" if stopped and claim == "send" else claim


def gravest_first(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """In the order of the rules, and those of the app behind them in each severity."""
    return tuple(sorted(findings, key=lambda each: RANK[each.severity]))


def _liability(line: Line) -> tuple[str, ...]:
    return tuple(each for each in LIABILITY if each in line.modifiers)


def _named(modifiers: tuple[str, ...]) -> str:
    return listed(modifiers) if modifiers else "none of GA, GX, GY and GZ"


def _found(
    code: str, weight: tuple[Severity, Stops | None], *, subject: str, message: str, source: str
) -> Finding:
    severity, stops = weight
    return Finding(
        code=code,
        severity=severity,
        stops=stops,
        subject=subject,
        message=message,
        source=source,
    )
