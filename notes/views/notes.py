"""The note page: open it, and the one post that saves, counts and checks."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from emr import audit
from emr.access import role_required, therapist_required
from emr.http import ClinicRequest
from emr.models import Role, Visit
from notes import actions, page, papers
from notes.forms import ContentForm, DiscardForm
from notes.models import Note
from notes.review import review_note
from notes.views import signed

readers = role_required(*Role)
discarders = role_required(Role.THERAPIST, Role.OWNER)
KEEP = {"mine", "theirs"}
TOO_OLD = [{"id": "main", "label": "This page", "message": "Load it again: it is too old to save."}]


@therapist_required
@require_POST
def start(request: ClinicRequest, visit_id: int) -> HttpResponse:
    visit = get_object_or_404(
        Visit.objects.select_related("patient", "provider__user"), pk=visit_id
    )
    try:
        note = actions.start_note(
            visit=visit, by=request.user, take_over="take_over" in request.POST
        )
    except actions.NotAllowedNowError as error:
        audit.viewed(visit, by=request.user, patient_id=visit.patient_id)
        may_take_over = isinstance(error, actions.TakeOverFirstError)
        context = {"visit": visit, "reason": str(error), "may_take_over": may_take_over}
        return render(request, "notes/start_refused.html", context, status=409)
    return redirect(note)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: ClinicRequest, note_id: int) -> HttpResponse:
    theirs = Note.objects.select_related("visit__patient", "visit__provider__user", "document")
    if request.method == "POST":
        if not request.user.is_therapist:
            raise Http404
        return save(request, get_object_or_404(theirs.written_by(request.user), pk=note_id))
    note = get_object_or_404(theirs.readable_by(request.user), pk=note_id)
    if note.signed_at:
        return signed.show(request, note)
    return show_draft(request, note, ContentForm(content=page.filled(note.content)))


def save(request: ClinicRequest, note: Note) -> HttpResponse:
    if note.signed_at or note.discarded_at:
        return render_locked(request, note)
    form = posted_form(request, note)
    revision = posted_revision(request, "revision")
    if not form.is_valid() or not form.is_whole or revision is None:
        return show_draft(request, note, form, errors=form.errors() or TOO_OLD, status=422)
    try:
        note = actions.save_draft(
            note=note, content=form.content, revision=revision, by=request.user
        )
        if "take_last" in request.POST:
            note = actions.take_over_last(note=note, by=request.user)
    except actions.StaleDraftError as stale:
        same = not page.differences(form.content, page.filled(stale.theirs.content))
        if not same or "take_last" in request.POST:
            return show_draft(request, stale.theirs, form, mine=form.content, status=409)
        note = stale.theirs  # both say the same: nothing to choose
    except actions.NotAllowedNowError:
        return render_locked(request, note)
    return after_save(request, note, form)


def posted_form(request: ClinicRequest, note: Note) -> ContentForm:
    return ContentForm(
        request.POST,
        content=page.filled(note.content),
        diagnoses=page.chosen_diagnoses(request.POST),
    )


def posted_revision(request: ClinicRequest, name: str) -> int | None:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def after_save(request: ClinicRequest, note: Note, form: ContentForm) -> HttpResponse:
    """On to the review, the whole page anew where the checklist grew, or the summary."""
    if "review" in request.POST:
        return go(request, reverse("notes:review", args=[note.pk]))
    if "add_other" in request.POST or "take_last" in request.POST:
        return HttpResponseClientRefresh() if request.htmx else redirect(note)
    if request.htmx or "find_diagnosis" in request.POST:
        return show_draft(request, note, form)
    return HttpResponseRedirect(reverse("notes:note", args=[note.pk]))


def go(request: ClinicRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def show_draft(
    request: ClinicRequest, note: Note, form: ContentForm, *, errors=(), mine=None, status=200
) -> HttpResponse:
    """The whole page, or for htmx the summary alone, from the same context.

    After an error or a conflict the page keeps the revision that it came with, so that a later
    save meets the same conflict instead of writing over the other version.
    """
    visit = note.visit
    unsaved = bool(errors) or mine is not None
    content = page.filled(note.content)
    judged = review_note(note, practice=request.practice, content=content)
    context = {
        "note": note,
        "visit": visit,
        "review": judged,
        "papers": papers.papers(visit, judged),
        "groups": papers.groups(visit, judged),
        "errors": errors,
        "differences": page.differences(mine, content) if mine is not None else None,
        "revision": request.POST.get("revision", "")[:10] if unsaved else note.revision,
    }
    if request.htmx:
        return render(request, "notes/_summary.html", context, status=status)
    audit.viewed(note, by=request.user, patient_id=visit.patient_id)
    context |= page.everything(request, note, form, judged)
    return render(request, "notes/note.html", context, status=status)


def render_locked(request: ClinicRequest, note: Note) -> HttpResponse:
    note.refresh_from_db(fields=["signed_at", "discarded_at"])
    context = {"note": note}
    template = "notes/_locked.html" if request.htmx else "notes/locked.html"
    return render(request, template, context, status=409)


@therapist_required
@require_POST
def settle(request: ClinicRequest, note_id: int) -> HttpResponse:
    """One of two versions of a draft is kept, the other set aside."""
    mine = Note.objects.written_by(request.user).select_related("visit__patient")
    note = get_object_or_404(mine, pk=note_id)
    if note.signed_at or note.discarded_at:
        return render_locked(request, note)
    form = posted_form(request, note)
    theirs = posted_revision(request, "theirs")
    keep = request.POST.get("keep")
    if not form.is_valid() or not form.is_whole or theirs is None or keep not in KEEP:
        return show_draft(request, note, form, errors=form.errors() or TOO_OLD, status=422)
    try:
        actions.settle_conflict(
            note=note,
            mine=form.content,
            keep_mine=keep == "mine",
            theirs_revision=theirs,
            by=request.user,
        )
    except actions.StaleDraftError as stale:
        return show_draft(request, stale.theirs, form, mine=form.content, status=409)
    except actions.NotAllowedNowError:
        return render_locked(request, note)
    return HttpResponseClientRefresh() if request.htmx else redirect(note)


@discarders
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: ClinicRequest, note_id: int) -> HttpResponse:
    note = get_object_or_404(
        Note.objects.discardable_by(request.user).select_related("visit__patient"),
        pk=note_id,
    )
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.discard_draft(note=note, reason=form.cleaned_data["reason"], by=request.user)
        except actions.NotAllowedNowError:
            return render_locked(request, note)
        messages.success(request, "The draft was discarded.")
        return redirect(note.visit.patient)
    audit.viewed(note, by=request.user, patient_id=note.visit.patient_id)
    context = {"note": note, "patient": note.visit.patient, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "notes/discard.html", context, status=status)
