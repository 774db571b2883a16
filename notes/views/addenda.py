"""Add to a signed note."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emr import audit
from emr.access import role_required
from emr.http import ClinicRequest
from emr.models import Role
from notes import actions, page
from notes.forms import AddendumForm, SitesForm
from notes.models import AddendumKind
from notes.views.signing import signed_note

authors = role_required(Role.THERAPIST, Role.OWNER)


@authors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ClinicRequest, note_id: int) -> HttpResponse:
    note = signed_note(note_id)
    if note.author_id != request.user.pk and not request.user.has_role(Role.OWNER):
        raise Http404
    if request.method != "POST":
        form = AddendumForm(user=request.user)
        return render_addendum(
            request, note, form, SitesForm(sites=note.content_in_force()["sites"])
        )
    form = AddendumForm(request.POST, user=request.user)
    sites = SitesForm(request.POST)
    if "add_other" in request.POST or request.POST.get("other_name", "").strip():
        # A muscle typed by name is looked at in the list before it is signed.
        form = AddendumForm(user=request.user, initial=request.POST.dict())
        return render_addendum(request, note, form, sites)
    if not ratelimit.consume(request, action="sign", user=request.user):
        # Not the form as sent: its errors would say whether the password was right.
        form = AddendumForm(user=request.user, initial=request.POST.dict())
        refused = "Too many tries. Wait five minutes, then sign."
        return render_addendum(request, note, form, sites, refused=refused, status=429)
    if not is_good(form, sites):
        if "password" in form.errors:
            audit.record(
                "signature refused", note, by=request.user, patient_id=note.visit.patient_id
            )
        return render_addendum(request, note, form, sites, status=422)
    try:
        kind = AddendumKind(form.cleaned_data["kind"])
        actions.add_addendum(
            note=note,
            kind=kind,
            text=form.cleaned_data["text"],
            sites=sites.cleaned() if kind == AddendumKind.CORRECTED_MUSCLES else [],
            practice=request.practice,
            by=request.user,
        )
    except actions.NotAllowedNowError as refusal:
        form.add_error(None, str(refusal))
        return render_addendum(request, note, form, sites, status=409)
    messages.success(request, "The addendum is signed and stands on top of the note.")
    return redirect(note)


def is_good(form: AddendumForm, sites: SitesForm) -> bool:
    """The list of muscles counts only where it is corrected; its errors are then the form's."""
    good = form.is_valid()
    if form.cleaned_data.get("kind") != AddendumKind.CORRECTED_MUSCLES or sites.is_valid():
        return good
    for message in sites.messages():
        form.add_error(None, message)
    return False


def render_addendum(request, note, form, sites, *, refused="", status=200) -> HttpResponse:
    audit.viewed(note, by=request.user, patient_id=note.visit.patient_id)
    context = {
        "note": note,
        **page.banner(note.visit),
        "form": form,
        "sites": sites,
        "refused": refused,
        **page.checklist(request.user, sites),
    }
    return render(request, "notes/addendum.html", context, status=status)
