"""Payments: taking one at a visit or on the account, its page with receipt and refunds, a day's."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions.money import give_refund, take_payment
from billing.forms.money import PaymentForm, RefundForm
from billing.models import Payment, Refund
from billing.review.accounts import NOTHING, account_of, left_of
from billing.review.asking import Ask, ask_of
from billing.review.takings import takings_of
from billing.views.accounts import MONEY, account_readers
from emr import audit
from emr.access import money_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.filing import record_document_event
from emr.http import ClinicRequest
from emr.models import DocumentEvent, Patient, Visit
from emr.models.visit import GONE
from emr.views.desk import day_in
from emr.views.documents import pdf_response


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay_visit(request: ClinicRequest, visit_id: int) -> HttpResponse:
    """Money at a visit; a visit that does not take place has its money on the account."""
    visits = Visit.objects.select_related("patient", "provider__user")
    visit = get_object_or_404(visits, pk=visit_id)
    if visit.state in GONE:
        return redirect("billing:account", visit.patient_id)
    return _pay(request, visit.patient, visit)


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay_account(request: ClinicRequest, patient_id: int) -> HttpResponse:
    return _pay(request, get_object_or_404(Patient, pk=patient_id), None)


def _pay(request: ClinicRequest, patient: Patient, visit: Visit | None) -> HttpResponse:
    ask = ask_of(visit, practice=request.practice) if visit else None
    amount = ask.amount if ask else account_of(patient).owed
    if request.method != "POST":
        form = PaymentForm(for_visit=bool(visit), initial={"amount": amount or None})
        return _render_pay(request, patient, ask, form)
    form = PaymentForm(request.POST, for_visit=bool(visit))
    if not form.is_valid():
        return _render_pay(request, patient, ask, form, status=422)
    try:
        payment = take_payment(
            patient=patient,
            visit=visit,
            practice=request.practice,
            by=request.user,
            **form.cleaned_data,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _render_pay(request, patient, ask, form, status=422)
    except Refused as error:
        return _render_pay(request, patient, ask, form, status=409, conflict=str(error))
    messages.success(request, f"${payment.amount} taken. The receipt is on file.")
    return redirect("billing:payment", payment.pk)


def _render_pay(
    request: ClinicRequest,
    patient: Patient,
    ask: Ask | None,
    form: PaymentForm,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    audit.opened(patient, request=request, part="payment")
    context = {
        "ask": ask,
        "visit": ask and ask.visit,
        "account": ask.account if ask else account_of(patient),
        "form": form,
        "conflict": conflict,
        **banner_of(patient, day=timezone.localdate()),
    }
    return render(request, "billing/pay.html", context, status=status)


# One payment


def find_payment(payment_id: int) -> Payment:
    payments = Payment.objects.select_related("patient", "visit", "receipt", "received_by")
    return get_object_or_404(payments, pk=payment_id)


@account_readers
@require_safe
def payment(request: ClinicRequest, payment_id: int) -> HttpResponse:
    return _render(request, find_payment(payment_id))


@account_readers
@require_safe
def receipt(request: ClinicRequest, payment_id: int) -> HttpResponse:
    found = find_payment(payment_id)
    audit.viewed(found, by=request.user, patient_id=found.patient_id, part="receipt")
    return pdf_response(found.receipt, download="download" in request.GET)


@money_required
@require_POST
def copy_receipt(request: ClinicRequest, payment_id: int) -> HttpResponse:
    found = find_payment(payment_id)
    what = copy_named(request)
    record_document_event(
        document=found.receipt, what=what, patient_id=found.patient_id, by=request.user
    )
    messages.success(request, f"{what.label}: it is on record.")
    return redirect("billing:payment", payment_id)


def copy_named(request: ClinicRequest) -> DocumentEvent.What:
    what = request.POST.get("what", "")
    if what not in DocumentEvent.What.values:
        raise BadRequest("Say how the copy was given.")
    return DocumentEvent.What(what)


@money_required
@require_POST
def refund(request: ClinicRequest, payment_id: int) -> HttpResponse:
    found = find_payment(payment_id)
    form = RefundForm(request.POST, auto_id="refund_%s")
    if not form.is_valid():
        return _render(request, found, form=form, status=422)
    try:
        given = give_refund(payment=found, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _render(request, found, form=form, status=422)
    except Refused as error:
        return _render(request, found, form=form, status=409, conflict=str(error))
    messages.success(request, f"${given.amount} given back.")
    return redirect("billing:payment", payment_id)


def _render(
    request: ClinicRequest,
    found: Payment,
    *,
    form: RefundForm | None = None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    patient = found.patient
    audit.opened(patient, request=request, part="payment")
    left, account = left_of(found), account_of(patient)
    form = form or RefundForm(
        auto_id="refund_%s",
        initial={"amount": _proposed(left, account.credit), "method": found.method},
    )
    context = {
        "payment": found,
        "left": left,
        "account": account,
        "refunds": Refund.objects.filter(payment=found).select_related("refunded_by"),
        "copies": found.receipt.events.select_related("by"),
        "form": form,
        "conflict": conflict,
        "may_take": request.user.has_role(*MONEY),
        **banner_of(patient, day=timezone.localdate()),
    }
    return render(request, "billing/payment.html", context, status=status)


def _proposed(left: Decimal, credit: Decimal) -> Decimal | None:
    """The credit, as far as this payment holds it."""
    return min(left, credit) if credit > NOTHING else None


# A day


@money_required
@require_safe
def of_day(request: ClinicRequest) -> HttpResponse:
    """What came in and went out on a day, by way of payment: what the drawer must hold."""
    day = day_in(request.GET.get("day")) or timezone.localdate()
    takings = takings_of(day)
    if takings.rows:
        audit.rows_viewed(
            "payments read",
            request.user,
            by=request.user,
            rows=len(takings.rows),
            patient_ids={row.patient.pk for row in takings.rows},
            part="payments",
        )
    context = {"takings": takings, "day": day, "today": timezone.localdate()}
    return render(request, "billing/payments.html", context)
