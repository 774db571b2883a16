"""An 835 file between its upload and its posting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.actions import remittances as actions
from billing.models import RemittanceClaim, RemittanceFile
from billing.remittance_chips import held_back, seen_chip
from billing.review.claim_finding import find_claims
from billing.review.remittances import look_at_file, read_kept
from emr import audit
from emr.access import billing_required
from emr.actions import Refused
from emr.http import ClinicRequest

CLAIMS_A_PAGE = 50


@billing_required
@require_safe
def file(request: ClinicRequest, file_id: int) -> HttpResponse:
    """What posting the file would do, before anything is posted; afterwards what came of it."""
    return _render(request, get_object_or_404(RemittanceFile, pk=file_id))


@billing_required
@require_POST
def post(request: ClinicRequest, file_id: int) -> HttpResponse:
    found = get_object_or_404(RemittanceFile, pk=file_id)
    confirmed = "confirmed" in request.POST
    try:
        posted = actions.import_remittance(
            file=found, practice=request.practice, by=request.user, confirmed=confirmed
        )
    except Refused as error:
        found.refresh_from_db()
        return _render(request, found, status=409, conflict=str(error))
    messages.success(request, "The remittance is posted.")
    if len(posted) == 1:
        return redirect("billing:remittance", posted[0].pk)
    return redirect("billing:remittance-file", file_id)


@billing_required
@require_POST
def discard(request: ClinicRequest, file_id: int) -> HttpResponse:
    found = get_object_or_404(RemittanceFile, pk=file_id)
    try:
        actions.discard_file(file=found, by=request.user)
    except Refused as error:
        found.refresh_from_db()
        return _render(request, found, status=409, conflict=str(error))
    messages.success(request, "The file is removed; nothing of it was posted.")
    return redirect("billing:remittances")


@billing_required
@require_safe
def download(request: ClinicRequest, file_id: int) -> HttpResponse:
    """The file as it came, for the payer's help desk or an auditor."""
    found = get_object_or_404(RemittanceFile, pk=file_id)
    patients = _patients_of(found)
    audit.rows_viewed(
        "downloaded 835",
        found,
        by=request.user,
        rows=len(patients),
        patient_ids={each for each in patients if each},
        part="remittance",
    )
    return HttpResponse(
        found.content,
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="remittance-{found.pk}.835"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _patients_of(found: RemittanceFile) -> list[int | None]:
    """Of each answer in it, whose claim it was matched to or would be; None where nobody knows."""
    if found.posted_at:
        answers = RemittanceClaim.objects.filter(remittance__file=found)
        return list(answers.values_list("match__claim__coverage__patient", flat=True))
    said = read_kept(found.content)
    claims = [
        each.claim
        for one in said
        for each in find_claims(one.claims, payer_identifier=one.payer_identifier)
    ]
    return [claim.coverage.patient_id if claim else None for claim in claims]


def _render(
    request: ClinicRequest, found: RemittanceFile, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    context = {"file": found, "conflict": conflict}
    if found.posted_at:
        context["remittances"] = found.remittances.select_related("payer").order_by("pk")
        return render(request, "billing/remittance_file_posted.html", context, status=status)
    seen = look_at_file(found, practice=request.practice)
    rows = [(remittance, claim) for remittance in seen for claim in remittance.claims]
    page = Paginator(rows, CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    shown = [claim for _, claim in page.object_list]
    audit.rows_viewed(
        "read 835",
        found,
        by=request.user,
        rows=len(shown),
        patient_ids={each.found.claim.coverage.patient_id for each in shown if each.found.claim},
        part="remittance",
    )
    context |= {
        "seen": [(each, held_back(each.said.provider_adjustments)) for each in seen],
        "several": len(seen) > 1,
        "new": sum(remittance.on_record is None for remittance in seen),
        "unsure": any(remittance.same_number for remittance in seen),
        "page": page,
        "rows": [(remittance, claim, seen_chip(claim)) for remittance, claim in page.object_list],
    }
    return render(request, "billing/remittance_file.html", context, status=status)
