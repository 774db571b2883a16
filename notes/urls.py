"""Addresses of the procedure note."""

from django.urls import path

from notes.views import addenda, diagnoses, follow_ups, lists, muscles, notes, signing

app_name = "notes"
urlpatterns = [
    # /visits/<visit>/note/
    path("visits/<id:visit_id>/note/", notes.start, name="start"),
    # /notes/
    path("notes/unsigned/", lists.unsigned, name="unsigned"),
    path("notes/of-patient/<id:patient_id>/", lists.of_patient, name="of-patient"),
    path("notes/<id:note_id>/", notes.note, name="note"),
    path("notes/<id:note_id>/settle/", notes.settle, name="settle"),
    path("notes/<id:note_id>/discard/", notes.discard, name="discard"),
    path("notes/<id:note_id>/review/", signing.review, name="review"),
    path("notes/<id:note_id>/draft.pdf", signing.draft_pdf, name="draft-pdf"),
    path("notes/<id:note_id>/sign/", signing.sign, name="sign"),
    path("notes/<id:note_id>/note.pdf", signing.pdf, name="pdf"),
    path("notes/<id:note_id>/original.pdf", signing.original_pdf, name="original-pdf"),
    path("notes/<id:note_id>/handout.pdf", signing.handout_pdf, name="handout"),
    path("notes/<id:note_id>/addenda/", addenda.add, name="add-addendum"),
    # /follow-ups/
    path("follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("follow-ups/<id:call_id>/", follow_ups.record_call, name="record-call"),
    # the pickers of the note page
    path("muscles/<slug:muscle_id>/star/", muscles.star, name="star-muscle"),
    path("diagnoses/", diagnoses.search, name="diagnoses"),
]
