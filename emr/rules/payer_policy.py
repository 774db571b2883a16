"""What a payer's policy asks of needling: benefits verified, authorization, limits, an agreement.

Sources and our choices: docs/rules/payers.md
"""

from datetime import date

from emr.rules.facts import Authorization, Coverage, Visit
from emr.rules.findings import Finding, finding
from emr.rules.notice_choice import POLICIES_THAT_DO_NOT_PAY
from emr.rules.payment import has_agreed, is_authorized

PAGE = "docs/rules/payers.md"

# What a plan said about benefits is not relied on for longer.
DAYS_VERIFIED = 180

# Payers that may ask for an authorization; the others decide in a way of their own.
THAT_AUTHORIZE = ("commercial", "medicaid", "workers_comp", "auto")

_WHY_NOT_PAID = {
    "excluded": ("payer-excluded", "the plan excludes dry needling"),
    "investigational": ("payer-investigational", "the plan calls dry needling investigational"),
    "not_necessary": (
        "payer-not-necessary",
        "the plan calls dry needling not medically necessary",
    ),
}
_WHY_TRICARE_DOES_NOT_PAY = ("tricare-not-covered", "TRICARE does not pay for dry needling")


def find_payer_problems(visit: Visit) -> list[Finding]:
    """What stands between the needling of a visit and its payer's policy."""
    coverage, day = visit.coverage, visit.date_of_service
    if coverage is None:
        return []
    return [
        *_verification(coverage, day),
        *_authorization(coverage, day),
        *_frequency(coverage),
        *_policy(coverage, day),
    ]


def is_verified(verified_on: date | None, *, on: date) -> bool:
    """Whether the benefits were verified, and not too long before the day."""
    return verified_on is not None and (on - verified_on).days <= DAYS_VERIFIED


def _verification(coverage: Coverage, day: date) -> list[Finding]:
    if coverage.kind != "commercial" or is_verified(coverage.verified_on, on=day):
        return []
    since = (
        f"they were last verified on {coverage.verified_on}, more than {DAYS_VERIFIED} days before"
        if coverage.verified_on
        else "nobody has yet"
    )
    message = f"Ask the plan about its benefits for dry needling: {since}."
    return [_problem("coverage-not-verified", "coverage", message, anchor="verification")]


def _authorization(coverage: Coverage, day: date) -> list[Finding]:
    if coverage.kind not in THAT_AUTHORIZE or coverage.policy != "authorization":
        return []
    authorization = coverage.authorization
    if is_authorized(authorization, on=day):
        return []
    if authorization is None or authorization == Authorization():
        code = "authorization-missing"
        message = "Put an authorization for dry needling on file: the payer pays only with one."
    else:
        code = "authorization-spent"
        message = f"Get a new authorization: {_why_spent(authorization, day)}."
    return [_problem(code, "authorization", message, anchor="authorizations")]


def _why_spent(authorization: Authorization, day: date) -> str:
    name = f"number {authorization.number.strip()}" if authorization.number.strip() else "this one"
    if authorization.starts_on is not None and day < authorization.starts_on:
        return f"{name} begins on {authorization.starts_on}, after the visit"
    if authorization.ends_on is not None and authorization.ends_on < day:
        return f"{name} ended on {authorization.ends_on}"
    return f"no visit is left of the {authorization.visits} that {name} allows"


def _frequency(coverage: Coverage) -> list[Finding]:
    limit = coverage.limit
    if limit is None or limit.visits is None or (limit.used or 0) < limit.visits:
        return []
    window = f" in {limit.days} days" if limit.days else ""
    message = (
        f"Do not bill this visit without asking the plan: it pays for {limit.visits}{window}, and"
        f" {limit.used or 0} came before."
    )
    return [_problem("frequency-limit-reached", "visits", message, anchor="frequency")]


def _policy(coverage: Coverage, day: date) -> list[Finding]:
    if coverage.kind == "tricare":
        code, why = _WHY_TRICARE_DOES_NOT_PAY
    elif coverage.kind == "commercial" and coverage.policy in POLICIES_THAT_DO_NOT_PAY:
        code, why = _WHY_NOT_PAID[coverage.policy]
    else:
        return []
    found = _problem(
        code, "coverage", f"Expect no payment for the needling: {why}.", anchor="policies"
    )
    return [found, *_agreement(coverage, day)]


def _agreement(coverage: Coverage, day: date) -> list[Finding]:
    """No agreement by the date of service, under a policy that does not pay."""
    if has_agreed(coverage, on=day):
        return []
    signed_on = coverage.agreement_signed_on
    message = (
        "Have an agreement to pay signed before needling: without one the patient may owe nothing."
        if signed_on is None
        else f"Look for an earlier agreement: this one was signed on {signed_on}, after the visit."
    )
    return [_problem("agreement-missing", "agreement", message, anchor="agreements")]


def _problem(code: str, subject: str, message: str, *, anchor: str) -> Finding:
    return finding(code, subject=subject, message=message, source=f"{PAGE}#{anchor}")
