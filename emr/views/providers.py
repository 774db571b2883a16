"""A clinician's licences and training, and the certificates that prove it."""

from copy import copy
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from emr import audit, staff
from emr.access import owner_required, role_required
from emr.models import Licence, Provider, Role, TrainingRecord, User
from emr.staff_forms import EndLicenceForm, LicenceForm, ProviderForm, TrainingForm

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
def end_licence(request, licence_id):
    licence = get_object_or_404(Licence.objects.select_related("provider__user"), pk=licence_id)
    form = EndLicenceForm(request.POST, licence=licence)
    if not form.is_valid():
        return _render_provider(request, licence.provider, end_form=form)
    staff.end_licence(licence=licence, by=request.user, **form.cleaned_data)
    return _done(request, licence.provider, f"Licence {licence} now ends.")


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


def _render_provider(
    request, provider, *, form=None, licence_form=None, end_form=None, training_form=None
):
    licences = list(provider.licences.all())
    for licence in licences:
        refused = end_form and end_form.licence == licence
        licence.end_form = end_form if refused else EndLicenceForm(licence=licence)
    today = timezone.localdate()
    is_owner = request.user.has_role(Role.OWNER)
    bound = [each for each in (form, licence_form, end_form, training_form) if each]
    context = {
        "provider": provider,
        "licences": licences,
        "valid": {licence.pk for licence in provider.licences.valid_on(today)},
        "today": today,
        "training": provider.training.all(),
        "hours": provider.training.all().hours(),
        "may_edit": is_owner,
        "may_train": is_owner or provider.user_id == request.user.pk,
        "form": form or ProviderForm(instance=provider),
        "licence_form": licence_form or LicenceForm(auto_id="licence_%s"),
        "training_form": training_form or TrainingForm(auto_id="training_%s"),
    }
    return render(request, "emr/provider.html", context, status=422 if bound else 200)
