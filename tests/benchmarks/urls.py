"""The addresses of a clinic, the floor, and signing without the password's hash."""

from django.http import HttpResponse
from django.urls import path

from emr.access import staff_required, therapist_required
from emr.urls import handler400, handler403, handler404, handler500, urlpatterns
from notes.actions import sign_note
from notes.models import Note
from notes.snapshot import digest_for_review

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@staff_required
def floor(request):
    """What every page behind sign-in costs before it does anything."""
    return HttpResponse("")


@therapist_required
def sign(request, note_id: int):
    """Without the password, whose hash is slow on purpose and would hide all else."""
    note = Note.objects.get(pk=note_id)
    sign_note(
        note=note,
        revision=note.revision,
        reviewed=digest_for_review(note, practice=request.practice),
        practice=request.practice,
        by=request.user,
    )
    return HttpResponse("")


urlpatterns = [
    path("benchmarks/floor/", floor),
    path("benchmarks/sign/<int:note_id>/", sign),
    *urlpatterns,
]
