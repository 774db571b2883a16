"""What a biller does about a payer's policies.

A policy holds from its first day on; the next one of the same plan ends it the day before. What a
past day held never changes, so that a claim of last year is judged by last year's policy.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from emr import audit
from emr.actions import Refused
from emr.models import CoverageKind, Payer, PayerPolicy, User

DAY = timedelta(days=1)


@transaction.atomic
def set_policy(*, payer: Payer, starts_on: date, by: User, plan: str = "", **says) -> PayerPolicy:
    """What the payer, or one plan of it, says from a day on; `says` are the columns of the policy.

    It takes the place of one that begins on the same day, today or later: a slip can be mended.
    """
    payer = Payer.objects.select_for_update().get(pk=payer.pk)
    if payer.kind == CoverageKind.SELF_PAY:
        raise Refused("Who pays themselves has no policy.")
    plan = " ".join(plan.split())
    _refuse_the_past(payer, plan, starts_on)
    row = _row(payer.pk, plan)
    if later := row.filter(starts_on__gt=starts_on).order_by("starts_on").first():
        raise Refused(
            f"Another policy is set from {later.starts_on:%Y-%m-%d} on. Give a first day after that"
            " one, or take that one back first."
        )
    row.filter(starts_on=starts_on).delete()
    row.filter(ends_on=None).update(ends_on=starts_on - DAY)
    policy = PayerPolicy(
        payer=payer,
        plan=plan,
        starts_on=starts_on,
        recorded_by=by,
        recorded_at=timezone.now(),
        **says,
    )
    policy.full_clean()
    policy.save()
    audit.record("payer policy set", policy, by=by, payer=payer.pk, starts_on=starts_on.isoformat())
    return policy


@transaction.atomic
def take_back_policy(*, policy: PayerPolicy, by: User) -> None:
    """A policy that has not begun is as if it had never been set; the one before it goes on."""
    Payer.objects.select_for_update().get(pk=policy.payer_id)
    found = PayerPolicy.objects.filter(pk=policy.pk).first()
    if found is None:
        raise Refused("This policy was taken back already.")
    if found.starts_on <= timezone.localdate():
        raise Refused("This policy has begun: set a new one instead.")
    starts_on = found.starts_on
    audit.record(
        "payer policy taken back",
        found,
        by=by,
        payer=found.payer_id,
        starts_on=starts_on.isoformat(),
    )
    found.delete()
    _row(found.payer_id, found.plan).filter(ends_on=starts_on - DAY).update(ends_on=None)


def _row(payer_id: int, plan: str):
    """The policies that follow one another: of one payer and one plan."""
    return PayerPolicy.objects.filter(payer=payer_id, plan__iexact=plan)


def _refuse_the_past(payer: Payer, plan: str, starts_on: date) -> None:
    """Only a first policy may reach back: no other was held against the days before it."""
    if starts_on >= timezone.localdate():
        return
    held = PayerPolicy.objects.filter(Q(plan="") | Q(plan__iexact=plan), payer=payer)
    if held.exists():
        raise Refused(
            "Past visits keep the policy of their day, and there was one before this. Give a first"
            " day from today on."
        )
