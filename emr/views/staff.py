"""The people who work here: who they are, what they may do, how they get in.

What could make somebody else's account one's own asks the owner for their password again, so that
a screen left alone gives nobody away.
"""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emr import staff
from emr.access import owner_required, role_required, staff_required
from emr.accounts import mail_is_set_up
from emr.chips import Chip
from emr.models import Role, User
from emr.provider_forms import ProviderForm
from emr.scope_standing import scope_standings
from emr.staff_forms import AddPersonForm, PersonForm, RolesForm

INVITED = "invited"  # in the session: whose set-password link is to be shown, once


@role_required(Role.OWNER, Role.COMPLIANCE)
@require_safe
def people(request):
    everybody = (
        User.objects.order_by("-is_active", "last_name", "first_name")
        .select_related("provider")
        .prefetch_related("groups")
    )
    chips = _needling_chips(everybody, request.practice)
    rows = [
        (
            person,
            role_words(group.name for group in person.groups.all()),
            chips.get(person.pk),
        )
        for person in everybody
    ]
    return render(request, "emr/staff.html", {"rows": rows})


def _needling_chips(people, practice) -> dict[int, Chip]:
    """By person: whether each clinician who treats here may needle today."""
    treating = [person.provider for person in people if hasattr(person, "provider")]
    treating = [provider for provider in treating if provider.active]
    standings = scope_standings(treating, state=practice.state, on=timezone.localdate())
    return {provider.user_id: standings[provider.pk].chip for provider in treating}


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def add_person(request):
    form = AddPersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        person = staff.add_person(by=request.user, **form.cleaned_data)
        return _invite(request, person)
    status = 422 if form.is_bound else 200
    return render(request, "emr/staff_add.html", {"form": form}, status=status)


@owner_required
@require_safe
def person(request, user_id):
    return _render_person(request, get_object_or_404(User, pk=user_id))


@owner_required
@require_POST
@reauthentication_required
def edit_person(request, user_id):
    person = get_object_or_404(User, pk=user_id)
    form = PersonForm(request.POST, instance=get_object_or_404(User, pk=user_id))
    if not form.is_valid():
        return _render_person(request, person, form=form)
    staff.edit_person(person=person, by=request.user, **form.cleaned_data)
    return _done(request, person, "Saved.")


@owner_required
@require_POST
@reauthentication_required
def set_roles(request, user_id):
    person = get_object_or_404(User, pk=user_id)
    form = RolesForm(request.POST)
    if form.is_valid():
        try:
            staff.set_roles(person=person, by=request.user, **form.cleaned_data)
        except staff.LastOwner as refusal:
            form.add_error("roles", str(refusal))
        else:
            return _done(request, person, "Roles saved. They hold from the next click on.")
    return _render_person(request, person, roles_form=form)


@owner_required
@require_POST
@reauthentication_required
def invite(request, user_id):
    person = get_object_or_404(User, pk=user_id, is_active=True)
    return _invite(request, person)


@owner_required
@require_POST
@reauthentication_required
def deactivate(request, user_id):
    person = get_object_or_404(User, pk=user_id, is_active=True)
    try:
        staff.deactivate_person(person=person, by=request.user)
    except staff.LastOwner as refusal:
        return _render_person(request, person, refusal=refusal)
    return _done(request, person, f"{person} can no longer sign in.")


@owner_required
@require_POST
@reauthentication_required
def reactivate(request, user_id):
    person = get_object_or_404(User, pk=user_id, is_active=False)
    staff.reactivate_person(person=person, by=request.user)
    return _invite(request, person)


@owner_required
@require_POST
@reauthentication_required
def remove_second_factor(request, user_id):
    person = get_object_or_404(User, pk=user_id)
    staff.remove_second_factor(person=person, by=request.user)
    return _done(request, person, "The second factor is off. Ask them to set up a new one.")


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_provider(request, user_id):
    person = get_object_or_404(User, pk=user_id, provider=None)
    form = ProviderForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        provider = staff.add_provider(person=person, by=request.user, **form.cleaned_data)
        return redirect("emr:provider", provider.pk)
    status = 422 if form.is_bound else 200
    context = {"person": person, "form": form}
    return render(request, "emr/provider_add.html", context, status=status)


@staff_required
@require_safe
def account(request):
    """One's own: the only page of these that is everybody's."""
    context = {
        "roles": role_words(request.user.roles),
        "provider": getattr(request.user, "provider", None),
        "second_factor": _has_second_factor(request.user),
    }
    return render(request, "emr/staff_account.html", context)


def role_words(names) -> list[str]:
    held = set(names)
    return [role.label for role in Role if role in held]


def _invite(request, person):
    staff.invite_person(person=person, by=request.user)
    if mail_is_set_up():
        context = {"person": person, "link": _set_password_link(person), "by": request.user}
        get_adapter().send_mail("account/email/invitation", person.email, context)
        return _done(request, person, f"A link to set a password was mailed to {person.email}.")
    request.session[INVITED] = person.pk
    return redirect("emr:person", person.pk)


def _set_password_link(person: User) -> str:
    """Allauth's own: signed, good for one password and three days, and kept nowhere."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    return get_adapter().get_reset_password_from_key_url(key)


def _done(request, person, message):
    messages.success(request, message)
    return redirect("emr:person", person.pk)


def _render_person(request, person, *, form=None, roles_form=None, refusal=None):
    refused = form or roles_form or refusal
    link = None
    if not refused and request.session.get(INVITED) == person.pk:
        del request.session[INVITED]
        link = _set_password_link(person)
    context = {
        "person": person,
        "provider": getattr(person, "provider", None),
        "form": form or PersonForm(instance=person),
        "roles_form": roles_form or RolesForm(initial={"roles": list(person.roles)}),
        "refusal": refusal,
        "link": link,
        "second_factor": _has_second_factor(person),
    }
    status = 409 if refusal else 422 if refused else 200
    return render(request, "emr/staff_person.html", context, status=status)


def _has_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
