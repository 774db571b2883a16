"""Money that a patient hands over at the desk, and money that is given back."""

import uuid
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from billing.actions.postings import post
from billing.models import Party, Payment, Posting, Refund
from billing.models.money import CENT
from billing.prints.receipts import receipt_of
from billing.prints.sealed import file_sealed
from billing.review.accounts import NOTHING, account_of, left_of
from billing.review.asking import ask_of, owed_elsewhere_of
from emr import audit
from emr.actions import Refused
from emr.models import Patient, Practice, User, Visit
from emr.models.visit import GONE
from emr.rules.folding import says_something
from emr.validators import validate_no_card_number

MORE_THAN_ASKED = (
    "This is more than there is to ask for now (${asked}): say that it is paid in advance, or"
    " correct the amount."
)
SENT_BEFORE = (
    "This form was sent before and is on record as ${amount}, {method}: nothing more was {done}. Look"
    " at the account, and open the form anew for another."
)
CHANGED = "The account changed meanwhile: look at it again, then take the payment."
NOT_TO_BE_ASKED = "{why} Take at most what the account owes: ${owed}."


def take_payment(
    *,
    patient: Patient,
    amount: Decimal,
    method: Payment.Method,
    practice: Practice,
    by: User,
    reference: str = "",
    visit: Visit | None = None,
    in_advance: bool = False,
    entry: uuid.UUID | None = None,
) -> Payment:
    """Money from the patient, posted to their account, with a receipt under the practice's seal.

    More than there is to ask for is taken only `in_advance`, for a visit, and never where the rules
    say that the patient must not pay. `entry` names the form: sent twice, it is taken once, and with
    other contents it is refused. Raises Refused, and ValidationError for what is no amount or looks like a card number.
    """
    entry = entry or uuid.uuid4()
    typed = {
        "patient_id": patient.pk,
        "visit_id": visit and visit.pk,
        "amount": amount,
        "method": method,
        "reference": reference,
    }
    if taken := Payment.objects.filter(entry=entry).first():
        _refuse_other(taken, typed, done="taken")
        return taken
    _check(amount, method, reference)
    elsewhere = _refuse_payment(patient, visit, amount, in_advance=in_advance, practice=practice)
    now = timezone.now()
    sealed = receipt_of(
        patient=patient,
        amount=amount,
        method=method,
        reference=reference,
        visit=visit,
        in_advance=in_advance,
        owed_elsewhere=elsewhere,
        practice=practice,
        at=now,
        by=by,
    )
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=patient.pk)
        if taken := Payment.objects.filter(entry=entry).first():
            _refuse_other(taken, typed, done="taken")
            return taken
        again = _refuse_payment(patient, visit, amount, in_advance=in_advance, practice=practice)
        if again != elsewhere:  # the receipt would say what is no longer so
            raise Refused(CHANGED)
        payment = Payment(
            patient=patient,
            visit=visit,
            amount=amount,
            method=method,
            reference=reference,
            entry=entry,
            received_on=timezone.localdate(now, timezone=practice.zone),
            received_at=now,
            received_by=by,
            receipt=file_sealed(sealed, made_from=f"billing.Payment {entry}", by=by),
        )
        payment.save(force_insert=True)
        audit.record(
            "payment taken",
            payment,
            by=by,
            patient_id=patient.pk,
            amount=str(amount),
            method=str(method),
            receipt=payment.receipt_id,
        )
        post(
            patient=patient,
            party=Party.PATIENT,
            kind=Posting.Kind.PAYMENT,
            amount=-amount,
            posted_on=payment.received_on,
            payment=payment,
            by=by,
        )
    return payment


@transaction.atomic
def give_refund(
    *,
    payment: Payment,
    amount: Decimal,
    method: Payment.Method,
    reason: str,
    by: User,
    reference: str = "",
    entry: uuid.UUID | None = None,
) -> Refund:
    """Give back of one payment, never more than is left of it; with the reason.

    `entry` names the form: sent twice, it is given once, and with other contents it is refused.
    Raises Refused and ValidationError.
    """
    entry = entry or uuid.uuid4()
    Patient.objects.select_for_update().get(pk=payment.patient_id)
    if given := Refund.objects.filter(entry=entry).first():
        typed = {
            "payment_id": payment.pk,
            "amount": amount,
            "method": method,
            "reference": reference,
            "reason": reason,
        }
        _refuse_other(given, typed, done="given back")
        return given
    _check(amount, method, reference)
    validate_no_card_number(reason)
    if not says_something(reason):
        raise Refused("Say why it is given back.")
    left = left_of(payment)
    if amount > left:
        raise Refused(f"Of this payment ${left} is left: no more can be given back.")
    now = timezone.now()
    refund = Refund(
        payment=payment,
        amount=amount,
        method=method,
        reference=reference,
        reason=reason,
        entry=entry,
        refunded_on=timezone.localdate(now),
        refunded_at=now,
        refunded_by=by,
    )
    refund.save(force_insert=True)
    audit.record(
        "refund given",
        refund,
        by=by,
        patient_id=payment.patient_id,
        payment=payment.pk,
        amount=str(amount),
        method=str(method),
    )
    post(
        patient=payment.patient,
        party=Party.PATIENT,
        kind=Posting.Kind.REFUND,
        amount=amount,
        posted_on=refund.refunded_on,
        payment=payment,
        refund=refund,
        by=by,
    )
    return refund


def _refuse_other(found: Payment | Refund, typed: dict, *, done: str) -> None:
    """Refused where the form says anything else than what it made the first time."""
    if any(getattr(found, name) != value for name, value in typed.items()):
        method = found.get_method_display().lower()
        raise Refused(SENT_BEFORE.format(amount=found.amount, method=method, done=done))


def _check(amount: Decimal, method: Payment.Method, reference: str) -> None:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise ValidationError({"amount": "Give an amount in dollars and cents, above zero."})
    if method not in Payment.Method.values:
        raise ValidationError({"method": "Say how it was paid."})
    if method != Payment.Method.CASH and not reference.strip():
        raise ValidationError({"reference": "Give the number of the card slip or the check."})
    try:
        validate_no_card_number(reference)
    except ValidationError as error:
        raise ValidationError({"reference": error.messages}) from error


def _refuse_payment(
    patient: Patient,
    visit: Visit | None,
    amount: Decimal,
    *,
    in_advance: bool,
    practice: Practice,
) -> Decimal:
    """How much of what is handed over at the visit pays what else is owed; Refused if none may be."""
    if visit is None:
        owed = account_of(patient).owed
        if amount > owed:
            raise Refused(
                f"The account owes ${owed}. What is paid in advance belongs to a visit: take it there."
            )
        return NOTHING
    if visit.patient_id != patient.pk:
        raise Refused("This visit is of another patient.")
    if Visit.objects.get(pk=visit.pk).state in GONE:
        raise Refused("This visit does not take place: take the payment on the account.")
    ask = ask_of(visit, practice=practice)
    if amount <= ask.amount:
        return owed_elsewhere_of(ask, amount)
    if ask.pays == "must_not":
        raise Refused(NOT_TO_BE_ASKED.format(why=ask.why, owed=ask.account.owed))
    if not in_advance:
        raise Refused(MORE_THAN_ASKED.format(asked=ask.amount))
    return owed_elsewhere_of(ask, amount)
