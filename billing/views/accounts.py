"""A patient's account: the ledger, what is owed, and the statement to print."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.models import MaintenanceSeries, Party, Payment, Posting, Superbill
from billing.prints.statements import statement_pdf
from billing.review.accounts import account_of, entries_of, with_left
from emr import audit
from emr.access import money_required, role_required
from emr.banner import banner_of
from emr.http import ClinicRequest
from emr.models import Patient, Role, Visit
from emr.models.visit import GONE
from emr.views.documents import PDF_POLICY
from notes.models import Note

MONEY = (Role.FRONT_DESK, Role.BILLER, Role.OWNER)
ACCOUNT_READERS = (*MONEY, Role.COMPLIANCE)
account_readers = role_required(*ACCOUNT_READERS)
COMING = 3


@account_readers
@require_safe
def account(request: ClinicRequest, patient_id: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.opened(patient, request=request, part="account")
    today = timezone.localdate()
    context = {
        "account": account_of(patient),
        "entries": entries_of(patient)[::-1],
        "payments": with_left(Payment.objects.filter(patient=patient)),
        "superbills": Superbill.objects.filter(sheet__note__visit__patient=patient).select_related(
            "sheet__note", "document"
        ),
        "series": MaintenanceSeries.objects.filter(patient=patient).select_related(
            "provider__user"
        ),
        "visits": _visits_to_pay(patient),
        "may_take": request.user.has_role(*MONEY),
        "reads_claims": request.user.has_role(Role.BILLER, Role.OWNER, Role.COMPLIANCE),
        **banner_of(patient, day=today),
    }
    return render(request, "billing/account.html", context)


def _visits_to_pay(patient: Patient) -> list[Visit]:
    """Today's first, then those to come."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    visits = Visit.objects.filter(patient=patient, start__gte=midnight).exclude(state__in=GONE)
    return list(visits.select_related("provider__user").order_by("start")[:COMING])


def todays_visit(patient: Patient) -> Visit | None:
    """The first visit of today that takes place."""
    today = Visit.objects.starting_on(timezone.localdate()).filter(patient=patient)
    return today.exclude(state__in=GONE).order_by("start").first()


def last_charged_to(patient: Patient) -> Note | None:
    """The note of the last visit with a charge to the patient, for which a superbill may be made."""
    charges = Posting.objects.filter(
        patient=patient, party=Party.PATIENT, kind=Posting.Kind.CHARGE, reversed_by=None
    )
    notes = Note.objects.filter(pk__in=charges.values("note")).defer("content", "snapshot")
    return notes.order_by("-date_of_service", "-pk").first()


@money_required
@require_safe
def statement(request: ClinicRequest, patient_id: int) -> HttpResponse:
    """What the patient owes and how it came to be, on paper as of today; it is not kept."""
    patient = get_object_or_404(Patient, pk=patient_id)
    audit.viewed(patient, by=request.user, patient_id=patient.pk, part="statement")
    return HttpResponse(
        statement_pdf(patient, practice=request.practice, day=timezone.localdate()),
        content_type="application/pdf",
        headers={
            "Content-Disposition": 'inline; filename="statement.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
