"""Superbills of a note: those on file, and making one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions.superbills import make_superbill
from billing.forms.money import SuperbillForm
from billing.models import Superbill
from billing.review.lines import lines_of, total_of
from billing.review.suggestion import suggest
from billing.review.superbills import why_not
from billing.views.accounts import MONEY, account_readers
from billing.views.charges import find_note
from billing.views.payments import copy_named
from emr import audit
from emr.access import money_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.filing import record_document_event
from emr.http import ClinicRequest
from emr.models import Role
from emr.views.documents import pdf_response
from notes.models import Note


@account_readers
@require_http_methods(["GET", "HEAD", "POST"])
def of_note(request: ClinicRequest, note_id: int) -> HttpResponse:
    """The superbills of a visit; a post makes one of what is charged and paid today."""
    if request.method == "POST" and not request.user.has_role(*MONEY):
        raise Http404
    note = find_note(note_id)
    if request.method != "POST":
        return _render(request, note, SuperbillForm())
    form = SuperbillForm(request.POST)
    if not form.is_valid():
        return _render(request, note, form, status=422)
    try:
        make_superbill(
            note=note, practice=request.practice, by=request.user, referrer=form.referrer
        )
    except Refused as error:
        return _render(request, note, form, status=409, conflict=str(error))
    messages.success(request, "The superbill is on file: print it for the patient.")
    return redirect("billing:superbills", note.pk)


def _render(
    request: ClinicRequest,
    note: Note,
    form: SuperbillForm,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    patient = note.visit.patient
    audit.opened(patient, request=request, part="superbill")
    suggestion = suggest(note, practice=request.practice)
    lines = lines_of(suggestion.sheet) if suggestion.sheet else ()
    lines = [line for line in lines if line.to_patient]
    found = Superbill.objects.filter(sheet__note=note).select_related("document", "made_by")
    context = {
        "note": note,
        "why_not": why_not(suggestion),
        "lines": lines,
        "total": total_of(lines),
        "superbills": [(each, list(each.document.events.all())) for each in found],
        "form": form,
        "conflict": conflict,
        "may_make": request.user.has_role(*MONEY),
        "reads_charges": request.user.has_role(Role.BILLER, Role.OWNER, Role.COMPLIANCE),
        **banner_of(patient, day=note.date_of_service),
    }
    return render(request, "billing/superbills.html", context, status=status)


def find_superbill(superbill_id: int) -> Superbill:
    superbills = Superbill.objects.select_related("document", "sheet__note__visit")
    return get_object_or_404(superbills, pk=superbill_id)


@account_readers
@require_safe
def superbill_pdf(request: ClinicRequest, superbill_id: int) -> HttpResponse:
    found = find_superbill(superbill_id)
    patient_id = found.sheet.note.visit.patient_id
    audit.viewed(found, by=request.user, patient_id=patient_id, part="superbill")
    return pdf_response(found.document, download="download" in request.GET)


@money_required
@require_POST
def copy_superbill(request: ClinicRequest, superbill_id: int) -> HttpResponse:
    found = find_superbill(superbill_id)
    what = copy_named(request)
    note = found.sheet.note
    record_document_event(
        document=found.document, what=what, patient_id=note.visit.patient_id, by=request.user
    )
    messages.success(request, f"{what.label}: it is on record.")
    return redirect("billing:superbills", note.pk)
