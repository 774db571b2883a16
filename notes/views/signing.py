"""Review, sign, and the PDFs."""

import base64

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from emr import audit, documents
from emr.access import staff_required, therapist_required
from emr.http import ClinicRequest
from emr.models import Document
from emr.views.documents import pdf_response
from notes import actions, page, papers, printing, snapshot
from notes.forms import SignForm
from notes.models import Note
from notes.review import review_note

PAGE_SCALE = 1.6  # pixels a point: sharp at the width of a tablet
NOT_YET = ""


def my_draft(request: ClinicRequest, note_id: int) -> Note:
    drafts = Note.objects.unsigned().written_by(request.user)
    return get_object_or_404(
        drafts.select_related("visit__patient", "visit__provider__user"), pk=note_id
    )


@therapist_required
@require_safe
def review(request: ClinicRequest, note_id: int) -> HttpResponse:
    signed = Note.objects.signed().written_by(request.user).filter(pk=note_id).first()
    if signed:
        return redirect(signed)
    note = my_draft(request, note_id)
    return render_review(request, note, blank_form(request, note))


def blank_form(request: ClinicRequest, note: Note) -> SignForm:
    reviewed = snapshot.digest_for_review(note, practice=request.practice)
    return SignForm(user=request.user, initial={"revision": note.revision, "reviewed": reviewed})


def render_review(
    request: ClinicRequest, note: Note, form: SignForm, *, refused="", status=200
) -> HttpResponse:
    judged, pdf = _draft(request, note)
    pages = [base64.b64encode(png).decode() for png in documents.page_images(pdf, scale=PAGE_SCALE)]
    context = {
        "note": note,
        "visit": note.visit,
        **page.banner(note.visit, standing=judged.standing),
        "review": judged,
        "papers": papers.papers(note.visit, judged),
        "groups": papers.groups(note.visit, judged),
        "pages": pages,
        "form": form,
        "refused": refused,
        "attestation": snapshot.ATTESTATION,
    }
    return render(request, "notes/review.html", context, status=status)


@therapist_required
@require_safe
def draft_pdf(request: ClinicRequest, note_id: int) -> HttpResponse:
    note = my_draft(request, note_id)
    _, pdf = _draft(request, note)
    return inline_pdf(pdf, name=f"draft-{note.pk}.pdf")


def _draft(request: ClinicRequest, note: Note):
    note.content = page.filled(note.content)
    judged = review_note(note, practice=request.practice)
    frozen = snapshot.of_note(note, practice=request.practice, review=judged, code=NOT_YET)
    return judged, printing.note_pdf(frozen, draft=True)


@therapist_required
@require_POST
def sign(request: ClinicRequest, note_id: int) -> HttpResponse:
    note = get_object_or_404(
        Note.objects.written_by(request.user).select_related(
            "visit__patient", "visit__provider__user"
        ),
        pk=note_id,
    )
    if note.signed_at or note.discarded_at:
        return render(request, "notes/locked.html", {"note": note}, status=409)
    if not ratelimit.consume(request, action="sign", user=request.user):
        return render_review(
            request,
            note,
            blank_form(request, note),
            refused="Too many tries. Wait five minutes, then sign.",
            status=429,
        )
    form = SignForm(request.POST, user=request.user)
    if not form.is_valid():
        if "password" in form.errors:
            audit.record(
                "signature refused", note, by=request.user, patient_id=note.visit.patient_id
            )
        return render_review(request, note, form, status=422)
    try:
        actions.sign_note(
            note=note,
            revision=form.cleaned_data["revision"],
            reviewed=form.cleaned_data["reviewed"],
            practice=request.practice,
            by=request.user,
        )
    except actions.NotAllowedNowError as refusal:
        note.refresh_from_db()
        if note.signed_at or note.discarded_at:
            return render(request, "notes/locked.html", {"note": note}, status=409)
        form = blank_form(request, note)
        return render_review(request, note, form, refused=str(refusal), status=409)
    return redirect(note)


@staff_required
@require_safe
def pdf(request: ClinicRequest, note_id: int) -> HttpResponse:
    """The note as it reads now: the last amended print, or the note as signed."""
    note = signed_note(note_id)
    last = note.addenda.signed().select_related("document").last()
    return _send(request, note, last.document if last else note.document)


@staff_required
@require_safe
def original_pdf(request: ClinicRequest, note_id: int) -> HttpResponse:
    """The untouched bytes of the first signature."""
    note = signed_note(note_id)
    return _send(request, note, note.document)


@staff_required
@require_safe
def handout_pdf(request: ClinicRequest, note_id: int) -> HttpResponse:
    """What the patient takes home; not part of the record, so it is set anew each time."""
    notes = Note.objects.readable_by(request.user).select_related(
        "visit__patient", "visit__provider"
    )
    note = get_object_or_404(notes, pk=note_id)
    pdf = printing.handout_pdf(note, practice=request.practice)
    audit.record("hand-out printed", note, by=request.user, patient_id=note.visit.patient_id)
    return inline_pdf(pdf, name=f"handout-{note.pk}.pdf")


def inline_pdf(pdf: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def signed_note(note_id: int) -> Note:
    notes = Note.objects.signed().select_related("document", "visit__patient")
    return get_object_or_404(notes, pk=note_id)


def _send(request: ClinicRequest, note: Note, document: Document) -> HttpResponse:
    audit.viewed(document, by=request.user, patient_id=note.visit.patient_id, note=note.pk)
    return pdf_response(document, download="download" in request.GET)
