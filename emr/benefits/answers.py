"""What a plan answered about its benefits: written down, and taken over for the next patient."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from emr import audit
from emr.actions import Refused
from emr.models import Answer, Coverage, User, Verification
from emr.rules.payer_policy import DAYS_VERIFIED

# What is taken over with an answer. Remarks may be about the patient of the call, and stay there.
TAKEN_OVER = (
    "verified_on",
    "way",
    "spoke_with",
    "reference",
    "covered",
    "authorization",
    "limit",
    "limit_visits",
    "limit_days",
    "investigational",
)


def offered_for(coverage: Coverage, *, day: date) -> Verification | None:
    """The newest answer of the same payer about the same plan that is not stale on the day.

    None where the coverage names no plan, or has an answer that is as new.
    """
    if not coverage.plan:
        return None
    found = Verification.objects.filter(
        based_on=None,
        coverage__payer=coverage.payer_id,
        coverage__plan__iexact=coverage.plan,
        verified_on__gte=day - timedelta(days=DAYS_VERIFIED),
        verified_on__lte=day,
    ).exclude(coverage=coverage)
    if own := coverage.verifications.order_by("-verified_on").first():
        found = found.filter(verified_on__gt=own.verified_on)
    return found.order_by("-verified_on", "-pk").first()


@transaction.atomic
def record_verification(*, coverage: Coverage, by: User, **answers) -> Verification:
    """What the payer answered; `answers` are the columns of the verification."""
    if answers["limit"] != Answer.YES:
        answers |= {"limit_visits": None, "limit_days": None}
    return _save(Verification(coverage=coverage, **answers), "benefits verified", by=by)


@transaction.atomic
def take_over_verification(
    *, verification: Verification, coverage: Coverage, by: User
) -> Verification:
    """The answers to a call for another patient of the plan, as of the day of that call."""
    Coverage.objects.select_for_update().get(pk=coverage.pk)
    if verification != offered_for(coverage, day=timezone.localdate()):
        raise Refused("These answers cannot be taken over any more: ask the plan.")
    answers = {name: getattr(verification, name) for name in TAKEN_OVER}
    taken = Verification(coverage=coverage, based_on=verification, **answers)
    return _save(taken, "verification taken over", by=by)


def _save(verification: Verification, verb: str, *, by: User) -> Verification:
    verification.recorded_by, verification.recorded_at = by, timezone.now()
    verification.full_clean()
    verification.save()
    audit.record(
        verb,
        verification,
        by=by,
        patient_id=verification.coverage.patient_id,
        verified_on=verification.verified_on.isoformat(),
    )
    return verification
