"""A clinician's licences and training, the proof of it, and whether they may needle here."""

from copy import copy
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from emr import audit, scope_overrides, staff
from emr.access import owner_required, role_required
from emr.actions import Refused
from emr.chips import Chip, Tone
from emr.credentials import stands_on
from emr.models import Licence, Provider, Role, ScopeOverride, TrainingRecord, User
from emr.provider_forms import (
    EditLicenceForm,
    LicenceForm,
    OverrideForm,
    ProviderForm,
    TrainingForm,
)
from emr.scope_standing import scope_standing_of
from emr.staff_forms import STATE_CHOICES

READERS = (Role.OWNER, Role.COMPLIANCE, Role.THERAPIST)
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def providers_for(user: User):
    """Everybody's for owner and compliance; for a therapist, their own."""
    providers = Provider.objects.select_related("user")
    if user.has_role(Role.OWNER, Role.COMPLIANCE):
        return providers
    return providers.filter(user=user)


@role_required(*READERS)
@require_safe
def provider(request, provider_id):
    return _render_provider(request, get_object_or_404(providers_for(request.user), pk=provider_id))


@owner_required
@require_POST
def edit_provider(request, provider_id):
    provider = get_object_or_404(providers_for(request.user), pk=provider_id)
    # On a copy: a form writes its answers into its instance, wrong ones too.
    form = ProviderForm(request.POST, instance=copy(provider))
    if not form.is_valid():
        return _render_provider(request, provider, form=form)
    staff.edit_provider(provider=provider, by=request.user, **form.cleaned_data)
    return _done(request, provider, "Saved. Notes signed before keep what they said.")


@owner_required
@require_POST
def add_licence(request, provider_id):
    provider = get_object_or_404(providers_for(request.user), pk=provider_id)
    form = LicenceForm(request.POST, instance=Licence(provider=provider))
    if not form.is_valid():
        return _render_provider(request, provider, licence_form=form)
    licence = staff.add_licence(provider=provider, by=request.user, **form.cleaned_data)
    return _done(request, provider, f"Licence {licence} added.")


@owner_required
@require_POST
def edit_licence(request, licence_id):
    licence = get_object_or_404(Licence.objects.select_related("provider__user"), pk=licence_id)
    form = EditLicenceForm(request.POST, licence=licence)
    if not form.is_valid():
        return _render_provider(request, licence.provider, edit_form=form)
    staff.edit_licence(licence=licence, by=request.user, **form.cleaned_data)
    return _done(request, licence.provider, f"Licence {licence} changed.")


@owner_required
@require_POST
def set_override(request, provider_id):
    """For the state of the practice; another one's law stops nobody here."""
    provider = get_object_or_404(providers_for(request.user), pk=provider_id)
    form = OverrideForm(request.POST)
    if not form.is_valid():
        return _render_provider(request, provider, override_form=form)
    facts = form.cleaned_data | {"provider": provider, "state": request.practice.state}
    try:
        scope_overrides.set_override(by=request.user, **facts)
    except Refused as error:
        form.add_error(None, str(error))
        return _render_provider(request, provider, override_form=form, status=409)
    return _done(request, provider, "The override is set.")


@owner_required
@require_POST
def end_override(request, override_id):
    found = ScopeOverride.objects.select_related("provider__user")
    override = get_object_or_404(found, pk=override_id)
    try:
        scope_overrides.end_override(override=override, by=request.user)
    except Refused as error:
        return _render_provider(request, override.provider, conflict=str(error), status=409)
    return _done(request, override.provider, "The override is ended.")


@role_required(Role.OWNER, Role.THERAPIST)
@require_POST
def add_training(request, provider_id):
    provider = get_object_or_404(_trained_by(request.user), pk=provider_id)
    form = TrainingForm(request.POST, request.FILES, instance=TrainingRecord(provider=provider))
    if not form.is_valid():
        return _render_provider(request, provider, training_form=form)
    training = staff.add_training(provider=provider, by=request.user, **form.cleaned_data)
    return _done(request, provider, f"{training.course} added.")


@role_required(*READERS)
@require_safe
def certificate(request, training_id):
    providers = providers_for(request.user)
    training = get_object_or_404(TrainingRecord, pk=training_id, provider__in=providers)
    if not training.certificate:
        raise Http404
    kind = Path(training.certificate.name).suffix.removeprefix(".")
    audit.record("viewed", training, by=request.user, provider=training.provider_id)
    response = FileResponse(
        training.certificate.open(),
        as_attachment=True,
        filename=f"certificate-{training.pk}.{kind}",
        content_type=TYPES[kind],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _trained_by(user: User):
    """Those whose training this person may add: an owner everybody's, a therapist their own."""
    if user.has_role(Role.OWNER):
        return providers_for(user)
    return Provider.objects.select_related("user").filter(user=user)


def _done(request, provider, message):
    messages.success(request, message)
    return redirect("emr:provider", provider.pk)


def _render_provider(request, provider, *, status: int | None = None, **changes):
    """The page; `changes` are forms that were refused, or a conflict."""
    today = timezone.localdate()
    standing = scope_standing_of(provider, state=request.practice.state, on=today)
    is_owner = request.user.has_role(Role.OWNER)
    first_override = {"about": standing.to_override or None, "starts_on": today}
    context = {
        "provider": provider,
        "standing": standing,
        "state": dict(STATE_CHOICES).get(request.practice.state, request.practice.state),
        "overrides": _overrides(standing.credentials.on_file.overrides[provider.pk], today),
        "licences": _licences(provider, changes.pop("edit_form", None)),
        "valid": {licence.pk for licence in provider.licences.valid_on(today)},
        "today": today,
        "training": provider.training.all(),
        "hours": provider.training.all().hours(),
        "may_edit": is_owner,
        "may_train": is_owner or provider.user_id == request.user.pk,
        "form": ProviderForm(instance=provider),
        "licence_form": LicenceForm(auto_id="licence_%s"),
        "override_form": OverrideForm(initial=first_override),
        "training_form": TrainingForm(auto_id="training_%s"),
    }
    refused = 422 if request.method == "POST" else 200
    return render(request, "emr/provider.html", context | changes, status=status or refused)


def _licences(provider, refused: EditLicenceForm | None) -> list[Licence]:
    """Each with its form, the one that was refused as it was filled in."""
    licences = list(provider.licences.all())
    for licence in licences:
        wrong = refused and refused.licence == licence
        licence.edit_form = refused if wrong else EditLicenceForm(licence=licence)
    return licences


def _overrides(overrides: list[ScopeOverride], today) -> list[ScopeOverride]:
    """The newest first, each with how it stands today and whether it may be ended."""
    for override in overrides:
        is_over = bool(override.ended_at or (override.ends_on and override.ends_on < today))
        override.may_end = not is_over
        if stands_on(override, today):
            override.chip = Chip(tone=Tone.WARN, word="Stands")
        elif override.ended_at:
            override.chip = Chip(tone=Tone.MUTE, word="Ended")
        else:
            override.chip = Chip(tone=Tone.MUTE, word="Over" if is_over else "To come")
    return overrides[::-1]
