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
        form.add_error(None, "Too many tries. Wait five minutes, then sign.")
        return render_addendum(request, note, form, sites, status=429)
    if not all([form.is_valid(), sites.is_valid()]):
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


def render_addendum(request, note, form, sites, *, status=200) -> HttpResponse:
    audit.viewed(note, by=request.user, patient_id=note.visit.patient_id)
    context = {
        "note": note,
        **page.banner(note.visit),
        "form": form,
        "sites": sites,
        **page.checklist(request.user, sites),
    }
    return render(request, "notes/addendum.html", context, status=status)
