"""What every rule says: a finding, how grave it is, and in which order findings are read.

The meaning of each code: docs/rules/check_visit.md
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    STOP = "stop"
    WARN = "warn"
    INFO = "info"


class Stops(StrEnum):
    SIGN = "sign"
    CLAIM = "claim"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to put right or to know, told in a sentence that says what to do."""

    code: str
    severity: Severity
    stops: Stops | None
    subject: str
    message: str
    source: str

    def as_dict(self) -> dict[str, str | None]:
        return dict(vars(self))


STOP_SIGN = (Severity.STOP, Stops.SIGN)
STOP_CLAIM = (Severity.STOP, Stops.CLAIM)
WARN = (Severity.WARN, None)
INFO = (Severity.INFO, None)

# The order of the rows is the order in which findings of one severity are read.
USUAL_WEIGHT = {
    "no-muscle": STOP_SIGN,
    "muscle-too-vague": STOP_SIGN,
    "side-missing": STOP_SIGN,
    "muscle-injected-and-needled": STOP_CLAIM,
    "rationale-repeated": WARN,
    "divisions-counted-once": INFO,
    "divisions-counted-apart": WARN,
    "code-below-count": WARN,
    "code-above-count": STOP_CLAIM,
    "both-needling-codes": STOP_CLAIM,
    "units-above-one": STOP_CLAIM,
    "units-above-daily-limit": STOP_CLAIM,
    "needling-inside-other-code": STOP_CLAIM,
    "injection-without-drug": INFO,
    "drug-code-not-valid": STOP_CLAIM,
    "acupuncture-same-day": STOP_CLAIM,
    "pair-not-allowed": STOP_CLAIM,
    "pair-needs-modifier": INFO,
    "pair-needs-25": INFO,
    "pair-needs-a-decision": WARN,
    "modifier-without-pair": WARN,
    "modifiers-clash": STOP_CLAIM,
    "modifier-50": STOP_CLAIM,
    "units-tie": INFO,
    "minutes-do-not-support-units": STOP_CLAIM,
    "diagnosis-missing": STOP_CLAIM,
    "diagnosis-header": STOP_CLAIM,
    "diagnosis-unknown": STOP_CLAIM,
    "diagnosis-release-old": INFO,
    "consent-missing": STOP_CLAIM,
    "consent-expired": STOP_CLAIM,
    "consent-withdrawn": STOP_CLAIM,
    "statutory-exclusion": INFO,
    "abn-not-for-advantage": STOP_CLAIM,
    "organization-determination-missing": STOP_CLAIM,
    "abn-missing": STOP_CLAIM,
    "abn-edition-obsolete": STOP_CLAIM,
    "abn-option-missing": STOP_CLAIM,
    "abn-after-service": STOP_CLAIM,
    "abn-refusal-not-witnessed": STOP_CLAIM,
    "abn-service-declined": STOP_SIGN,
    "abn-estimate-exceeded": STOP_CLAIM,
    "abn-no-claim": INFO,
    "low-back-provider": STOP_CLAIM,
    "low-back-too-short": STOP_CLAIM,
    "low-back-benefit-spent": STOP_CLAIM,
    "coverage-not-verified": WARN,
    "authorization-missing": STOP_CLAIM,
    "authorization-spent": STOP_CLAIM,
    "frequency-limit-reached": STOP_CLAIM,
    "payer-excluded": WARN,
    "payer-investigational": WARN,
    "payer-not-necessary": WARN,
    "tricare-not-covered": WARN,
    "agreement-missing": STOP_CLAIM,
    "estimate-missing": WARN,
    "estimate-exceeded": WARN,
    "scope-prohibited": STOP_SIGN,
    "scope-pending": STOP_SIGN,
    "scope-silent": WARN,
    "endorsement-missing": STOP_SIGN,
    "training-short": STOP_SIGN,
    "delegation-not-allowed": STOP_SIGN,
    "functional-limitation-missing": STOP_SIGN,
    "trigger-point-findings-missing": STOP_SIGN,
    "medical-necessity-missing": STOP_SIGN,
    "technique-missing": STOP_SIGN,
    "tolerance-missing": STOP_SIGN,
    "pain-response-missing": STOP_SIGN,
    "needle-count-missing": STOP_SIGN,
    "contraindications-not-screened": STOP_SIGN,
    "tolerance-says-nothing": STOP_SIGN,
    "needles-unaccounted": STOP_SIGN,
    "measure-missing": WARN,
    "twitch-response-missing": WARN,
    "note-unsigned": STOP_CLAIM,
}

_SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_CODE_RANK = {code: rank for rank, code in enumerate(USUAL_WEIGHT)}


def finding(
    code: str,
    *,
    subject: str,
    message: str,
    source: str,
    weight: tuple[Severity, Stops | None] | None = None,
) -> Finding:
    """A finding with the usual weight of its code, unless the rule says otherwise."""
    severity, stops = weight or USUAL_WEIGHT[code]
    return Finding(
        code=code,
        severity=severity,
        stops=stops,
        subject=subject,
        message=message,
        source=source,
    )


def listed(names: Iterable[str], *, joined_by: str = "and") -> str:
    """Names as they stand in a sentence: "97110, 97112 and 97140"."""
    *others, last = names
    return f"{', '.join(others)} {joined_by} {last}" if others else last


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings as they are read: the gravest first, each code once a subject."""
    first_of: dict[tuple[str, str], Finding] = {}
    for each in sorted(findings, key=_reading_order):
        first_of.setdefault((each.code, each.subject), each)
    return tuple(first_of.values())


def _reading_order(each: Finding) -> tuple[int, int, str, str]:
    return _SEVERITY_RANK[each.severity], _CODE_RANK[each.code], each.subject, each.message
