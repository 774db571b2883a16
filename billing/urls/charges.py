"""Addresses of notes and their charges."""

from django.urls import path

from billing.views import charges

urlpatterns = [
    # /billing/notes/<note>/
    path("billing/notes/<id:note_id>/", charges.of_note, name="of-note"),
    path("billing/notes/<id:note_id>/charges/", charges.charges, name="charges"),
    path("billing/notes/<id:note_id>/charges/check/", charges.check_charges, name="check-charges"),
]
