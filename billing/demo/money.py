"""What patients hand over at the desk and get back, and what is agreed for the time after a plan."""

from datetime import date, timedelta
from decimal import Decimal

from billing.actions.money import give_refund, take_payment
from billing.actions.series import plan_series
from billing.actions.superbills import make_superbill
from billing.demo.clinic import Clinic
from billing.demo.patients import Invented, by_number
from billing.models import Payment
from billing.review.accounts import account_of
from emr.models import VisitState
from emr.rules.needling import NEEDLING_CODES
from notes.models import Note

# How each pays, at their last visit before today and all that is owed; others owe it still.
PAYS = {
    10040: Payment.Method.CARD,
    10044: Payment.Method.CARD,
    10052: Payment.Method.CARD,
    10053: Payment.Method.CASH,
    10076: Payment.Method.CHEQUE,
}
LAST_VISITS = 5  # working days
# Who wants the bill to take along: option 2, no claim to Medicare.
SUPERBILL = 10076

# They paid for a visit of next week and then called it off; one has the money back already.
CALLED_OFF = {10053: "", 10040: "His shift was moved, so that the visit that was paid for is off"}
PAID_AHEAD = Decimal("95.00")

# Plan of care over, and still wants to come every other week.
IN_SERIES = 10044
SERIES_PRICE, SERIES_VISITS, SERIES_EVERY = Decimal("80.00"), 6, 14


def take_payments(clinic: Clinic, day: date, *, ago: int) -> None:
    """Who was here on the day and is named above pays what the account owes."""
    if ago >= LAST_VISITS:
        return
    notes = Note.objects.in_force().filter(date_of_service=day)
    here = set(notes.values_list("visit__patient__record_number", flat=True))
    clinic.clock.now = clinic.moment(day, 17, 10)
    for number, method in PAYS.items():
        patient = clinic.patients[str(number)]
        owed = account_of(patient).owed
        if str(number) in here and owed:
            clinic.pass_minutes(2)
            take_payment(
                patient=patient,
                amount=owed,
                method=method,
                reference=_reference(method, number),
                practice=clinic.practice,
                by=clinic.desk,
            )


def close_month(clinic: Clinic, day: date) -> None:
    """On the evening of the last working day."""
    invented = by_number()
    clinic.clock.now = clinic.moment(day, 17, 45)
    for number, reason in CALLED_OFF.items():
        _pay_and_call_off(clinic, invented[str(number)], day, reason=reason)
    _make_superbill(clinic, day)
    who = invented[str(IN_SERIES)]
    plan_series(
        patient=clinic.patient(who),
        provider=clinic.therapist(who).provider,
        starts_at=clinic.moment(day + timedelta(days=SERIES_EVERY), 16, 40),
        visits=SERIES_VISITS,
        every_days=SERIES_EVERY,
        price=SERIES_PRICE,
        discharged_on=day,
        place="Room 3",
        by=clinic.desk,
    )


def _pay_and_call_off(clinic: Clinic, who: Invented, day: date, *, reason: str) -> None:
    start = clinic.moment(day + timedelta(days=7), 15, who.number % 60)
    visit = clinic.book(who, start, at=clinic.clock.now)
    payment = take_payment(
        patient=clinic.patient(who),
        amount=PAID_AHEAD,
        method=Payment.Method.CARD,
        reference=_reference(Payment.Method.CARD, who.number),
        visit=visit,
        in_advance=True,
        practice=clinic.practice,
        by=clinic.desk,
    )
    clinic.pass_minutes(4)
    clinic.move(visit, VisitState.CANCELLED, at=clinic.clock.now)
    if reason:
        give_refund(
            payment=payment,
            amount=PAID_AHEAD,
            method=Payment.Method.CARD,
            reference=_reference(Payment.Method.CARD, who.number),
            reason=reason,
            by=clinic.desk,
        )


def _make_superbill(clinic: Clinic, day: date) -> None:
    """Nobody has written down yet that the patient got it."""
    notes = Note.objects.in_force().filter(
        visit__patient__record_number=str(SUPERBILL), suggested_code__in=NEEDLING_CODES
    )
    notes = notes.filter(date_of_service__lte=day).select_related(
        "visit__patient", "visit__provider__user"
    )
    if note := notes.order_by("date_of_service").last():
        make_superbill(note=note, practice=clinic.practice, by=clinic.biller)


def _reference(method: Payment.Method, number: int) -> str:
    """Of the slip or the check; cash has none."""
    if method == Payment.Method.CASH:
        return ""
    return f"{'Check' if method == Payment.Method.CHEQUE else 'Slip'} {number % 1000}"
