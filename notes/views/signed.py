"""A signed note, read: what was signed, its addenda, its PDFs."""

import json

from django.http import HttpResponse
from django.shortcuts import render

from emr import audit
from emr.http import ClinicRequest
from emr.models import Role
from notes import page
from notes.models import AddendumKind, Note


def show(request: ClinicRequest, note: Note) -> HttpResponse:
    addenda = list(note.addenda.signed().select_related("author", "document"))
    corrected = [each for each in addenda if each.kind == AddendumKind.CORRECTED_MUSCLES]
    snapshot = json.loads(note.snapshot)
    in_force = corrected[-1] if corrected else note
    audit.viewed(note, by=request.user, patient_id=note.visit.patient_id)
    context = {
        "note": note,
        "visit": note.visit,
        **page.banner(note.visit),
        "snapshot": snapshot,
        "addenda": [(each, json.loads(each.snapshot)) for each in reversed(addenda)],
        "in_force": in_force,
        "in_error": any(each.kind == AddendumKind.ENTERED_IN_ERROR for each in addenda),
        "may_add": note.author_id == request.user.pk or request.user.has_role(Role.OWNER),
    }
    return render(request, "notes/signed.html", context)
