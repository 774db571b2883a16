"""What an owner decides where the law of the state stops a clinician: an override, and its end."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from emr import audit
from emr.actions import Refused
from emr.models import Provider, ScopeOverride, User


@transaction.atomic
def set_override(
    *,
    provider: Provider,
    state: str,
    about: str,
    reason: str,
    starts_on: date,
    by: User,
    ends_on: date | None = None,
) -> ScopeOverride:
    """The stop becomes a warning that says who decided so, since when and why; what the law leaves
    open becomes information that says the same."""
    Provider.objects.select_for_update().get(pk=provider.pk)
    standing = ScopeOverride.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on),
        provider=provider,
        state=state,
        about=about,
        ended_at=None,
    )
    if ends_on:
        standing = standing.filter(starts_on__lte=ends_on)
    if other := standing.order_by("starts_on").first():
        until = f"until {other.ends_on:%Y-%m-%d}" if other.ends_on else "without a last day"
        raise Refused(
            f"There is an override of this from {other.starts_on:%Y-%m-%d} on, {until}."
            " End that one first, or give other days."
        )
    override = ScopeOverride(
        provider=provider,
        state=state,
        about=about,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    override.full_clean()
    override.save()
    audit.record(
        "override set",
        override,
        by=by,
        provider=provider.pk,
        state=state,
        about=about,
        starts_on=starts_on.isoformat(),
    )
    return override


@transaction.atomic
def end_override(*, override: ScopeOverride, by: User) -> ScopeOverride:
    """From today on it counts no more; for the days before it stays what it was."""
    override = ScopeOverride.objects.select_for_update().get(pk=override.pk)
    if override.ended_at:
        raise Refused("This override was ended already.")
    override.ended_by, override.ended_at = by, timezone.now()
    override.save(update_fields=["ended_by", "ended_at"])
    audit.record("override ended", override, by=by, provider=override.provider_id)
    return override
