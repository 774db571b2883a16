"""Medicare's national benefit for chronic low back pain: whether a visit falls under it.

Sources and our choices: docs/rules/abn.md#low-back-benefit
"""

from emr.rules.facts import LowBack, Provider, Visit
from emr.rules.findings import Finding, finding

SOURCE = "docs/rules/abn.md#low-back-benefit"

PHYSICIANS = ("MD", "DO")
WITH_CREDENTIAL = ("NP", "PA")  # only if they hold the acupuncture credential

CHRONIC_FROM_WEEKS = 12
# More in 90 days only while the patient improves; more in 12 months never.
SESSIONS_IN_90_DAYS = 12
SESSIONS_IN_12_MONTHS = 20
FIRST_SESSION_WITH_KX = 13


def meets_low_back_benefit(visit: Visit) -> bool:
    """Whether the benefit is claimed with Original Medicare and nothing stands against it."""
    return claimed_benefit(visit) is not None and not find_low_back_problems(visit)


def claimed_benefit(visit: Visit) -> LowBack | None:
    """The claim to the benefit; None without one, or where Original Medicare does not pay."""
    is_medicare = visit.coverage is not None and visit.coverage.kind == "medicare"
    return visit.low_back if is_medicare else None


def needs_kx(low_back: LowBack) -> bool:
    """Whether the session is one of the later ones in 12 months, which KX vouches for."""
    number = low_back.session_number_12_months or 0
    return FIRST_SESSION_WITH_KX <= number <= SESSIONS_IN_12_MONTHS


def find_low_back_problems(visit: Visit) -> list[Finding]:
    """Why the benefit that a visit claims is not met; the rules of the ABN apply instead."""
    low_back = claimed_benefit(visit)
    if low_back is None:
        return []
    findings = []
    if visit.provider is not None and not _may_furnish(visit.provider):
        message = (
            "Take the low-back benefit off: it pays only an MD or DO, or an NP or PA with the"
            " acupuncture credential."
        )
        findings.append(_problem("low-back-provider", message))
    weeks = visit.patient.low_back_weeks if visit.patient else None
    if weeks is None:
        message = (
            "Record for how many weeks the low back has hurt: the benefit begins at"
            f" {CHRONIC_FROM_WEEKS}."
        )
        findings.append(_problem("low-back-too-short", message))
    elif weeks < CHRONIC_FROM_WEEKS:
        message = (
            f"Take the low-back benefit off: the pain has lasted {weeks} of the"
            f" {CHRONIC_FROM_WEEKS} weeks that it asks for."
        )
        findings.append(_problem("low-back-too-short", message))
    if _is_spent(low_back):
        message = (
            f"Take the low-back benefit off: it pays {SESSIONS_IN_90_DAYS} sessions in 90 days, more"
            f" only with improvement, and never more than {SESSIONS_IN_12_MONTHS} in 12 months."
        )
        findings.append(_problem("low-back-benefit-spent", message))
    return findings


def _may_furnish(provider: Provider) -> bool:
    return provider.profession in PHYSICIANS or (
        provider.profession in WITH_CREDENTIAL and provider.acupuncture_credential
    )


def _is_spent(low_back: LowBack) -> bool:
    in_90_days = low_back.session_number_90_days or 0
    in_12_months = low_back.session_number_12_months or 0
    return in_12_months > SESSIONS_IN_12_MONTHS or (
        in_90_days > SESSIONS_IN_90_DAYS and not low_back.improving
    )


def _problem(code: str, message: str) -> Finding:
    return finding(code, subject="low back", message=message, source=SOURCE)
