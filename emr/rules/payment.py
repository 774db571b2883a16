"""Who pays for the needling: whether a claim goes out, with which modifiers, and what the patient owes.

The table, its sources and our choices: docs/rules/abn.md#who-pays
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from emr.rules.abn_findings import (
    OPTION_NO_CLAIM,
    has_declined,
    has_valid_abn,
    is_by_chiropractor,
)
from emr.rules.facts import Authorization, Coverage, Visit
from emr.rules.liability_modifiers import NoticeState, liability_modifiers
from emr.rules.low_back import claimed_benefit, meets_low_back_benefit, needs_kx
from emr.rules.notice_choice import POLICIES_THAT_DO_NOT_PAY

Claim = Literal["send", "hold", "none"]
PatientPays = Literal["may", "must_not", "look"]


@dataclass(frozen=True, kw_only=True)
class Payment:
    claim: Claim
    patient_pays: PatientPays  # should the payer not pay; "look" is for a person to decide
    liability: tuple[str, ...] = ()  # modifiers of the needling line
    liability_why: tuple[str, ...] = ()  # a sentence for each of them
    kx: bool = False


UNDECIDED = Payment(claim="send", patient_pays="look")

# Coverages whose answer hangs on nothing else.
_PAYMENT_OF_COVERAGE = {
    "": UNDECIDED,
    "self_pay": Payment(claim="none", patient_pays="may"),
    "medicaid": Payment(claim="send", patient_pays="must_not"),
    "workers_comp": Payment(claim="send", patient_pays="must_not"),
    "auto": Payment(claim="send", patient_pays="must_not"),
}
_PAYMENT_OF_DETERMINATION = {
    "": Payment(claim="hold", patient_pays="must_not"),
    "denied": Payment(claim="none", patient_pays="may"),
    "approved": Payment(claim="send", patient_pays="must_not"),
}
_MEDICARE_WITHOUT_NOTICE = Payment(claim="hold", patient_pays="must_not")
_MEDICARE_DECLINED = Payment(claim="hold", patient_pays="must_not")
_MEDICARE_NO_CLAIM = Payment(claim="none", patient_pays="may")
_MEDICARE_WITH_NOTICE = Payment(claim="send", patient_pays="may")


def payment_of(visit: Visit, *, needled: bool) -> Payment:
    """The row of the table for a visit; without needling only what holds for any service.

    Findings that stop the claim are not looked at here.
    """
    coverage = visit.coverage or Coverage()
    day = visit.date_of_service
    if coverage.kind in _PAYMENT_OF_COVERAGE:
        payment = _PAYMENT_OF_COVERAGE[coverage.kind]
    elif not needled:
        payment = UNDECIDED
    elif coverage.kind == "medicare":
        payment = _medicare(visit, coverage)
    elif coverage.kind == "medicare_advantage":
        payment = _PAYMENT_OF_DETERMINATION[coverage.organization_determination]
    elif coverage.kind == "tricare":
        payment = _agreed_or_look(coverage, day)
    else:
        payment = _commercial(coverage, day)
    if visit.patient is not None and visit.patient.qmb:
        return replace(payment, patient_pays="must_not")
    return payment


def _medicare(visit: Visit, coverage: Coverage) -> Payment:
    if is_by_chiropractor(visit):
        voluntary = visit.abn is not None and visit.abn.voluntary
        claim: Claim = "send" if coverage.claim_requested else "none"
        excluded = Payment(claim=claim, patient_pays="may")
        return _with_liability(excluded, visit, coverage, "voluntary" if voluntary else "none")
    low_back = claimed_benefit(visit)
    if low_back is not None and meets_low_back_benefit(visit):
        return Payment(claim="send", patient_pays="must_not", kx=needs_kx(low_back))
    if has_declined(visit.abn):
        return _MEDICARE_DECLINED
    if visit.abn is None or not has_valid_abn(visit):
        return _with_liability(_MEDICARE_WITHOUT_NOTICE, visit, coverage, "none")
    if visit.abn.option == OPTION_NO_CLAIM:
        return _MEDICARE_NO_CLAIM
    notice: NoticeState = "refused" if visit.abn.refused else "option_1"
    return _with_liability(_MEDICARE_WITH_NOTICE, visit, coverage, notice)


def _with_liability(
    payment: Payment, visit: Visit, coverage: Coverage, notice: NoticeState
) -> Payment:
    found = liability_modifiers(
        coverage_kind=coverage.kind,
        profession=visit.provider.profession if visit.provider else "",
        notice=notice,
        on=visit.date_of_service,
        instead_of_ga=coverage.notice_modifier,
    )
    return replace(
        payment,
        liability=tuple(each.modifier for each in found),
        liability_why=tuple(each.why for each in found),
    )


def _commercial(coverage: Coverage, day: date) -> Payment:
    if coverage.policy == "covered":
        return Payment(claim="send", patient_pays="must_not")
    if coverage.policy == "authorization":
        good = is_authorized(coverage.authorization, on=day)
        return Payment(claim="send" if good else "hold", patient_pays="must_not")
    if coverage.policy == "excluded":
        return _agreed_or_look(coverage, day)
    if coverage.policy in POLICIES_THAT_DO_NOT_PAY:
        agreed = has_agreed(coverage, on=day)
        return UNDECIDED if agreed else Payment(claim="hold", patient_pays="must_not")
    return UNDECIDED


def _agreed_or_look(coverage: Coverage, day: date) -> Payment:
    """No claim in any case; the patient pays what they agreed to."""
    return Payment(claim="none", patient_pays="may" if has_agreed(coverage, on=day) else "look")


def has_agreed(coverage: Coverage, *, on: date) -> bool:
    """Whether an agreement to pay was signed by the date of service."""
    return coverage.agreement_signed_on is not None and coverage.agreement_signed_on <= on


def is_authorized(authorization: Authorization | None, *, on: date) -> bool:
    """Whether an authorization is on file, in its dates and not used up before this visit."""
    if authorization is None or authorization == Authorization():
        return False
    begun = authorization.starts_on is None or authorization.starts_on <= on
    ended = authorization.ends_on is not None and authorization.ends_on < on
    left = authorization.visits is None or (authorization.used or 0) < authorization.visits
    return begun and not ended and left
