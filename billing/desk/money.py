"""Money at the desk: visits to be paid, balances due, credits to give back, superbills to hand over."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, Max, OuterRef

from billing.models import Posting, Superbill
from billing.review.accounts import Account, every_account
from billing.review.asking import asks_of
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Counter, Group, Row, told, visits_of
from emr.models import COPIES, DocumentEvent, Patient, Practice, Role, User, VisitState
from emr.told_days import told_day

MONEY = (Role.FRONT_DESK, Role.BILLER, Role.OWNER)
HERE = (VisitState.ARRIVED, VisitState.IN_PROGRESS, VisitState.DONE)


def visits_to_pay(day: date, user: User) -> list[Row]:
    """Patients who were here on the day and may be asked for their visit."""
    visits = list(visits_of(day).filter(state__in=HERE))
    asks = asks_of(visits, practice=Practice.objects.get(pk=1)) if visits else {}
    pay_at = addresses("billing:pay-visit")
    return [
        Row(
            patient=visit.patient,
            what=f"${asks[visit.pk].due:.2f} for the visit",
            when=told(visit),
            day=day,
            chip=Chip(tone=Tone.INFO, word=visit.get_state_display()),
            url=pay_at(visit.pk),
            word="Take payment",
        )
        for visit in visits
        if asks[visit.pk].due
    ]


def balances_due(day: date, user: User) -> list[Row]:
    """What patients owe, the oldest last entry first."""
    chip = Chip(tone=Tone.WARN, word="Due")
    return _accounts(lambda account: account.owed, "owed", chip, "Open the account")


def credits_due(day: date, user: User) -> list[Row]:
    """What was paid and has nothing left that it could pay for."""
    chip = Chip(tone=Tone.WARN, word="Give back")
    return _accounts(lambda account: account.credit, "to give back", chip, "Open the account")


def _accounts(
    amount_of: Callable[[Account], Decimal], what: str, chip: Chip, word: str
) -> list[Row]:
    amounts = {patient: amount_of(account) for patient, account in every_account().items()}
    amounts = {patient: amount for patient, amount in amounts.items() if amount}
    last = Posting.objects.filter(patient__in=amounts).order_by().values_list("patient")
    days = dict(last.annotate(last=Max("posted_on")))
    patients = Patient.objects.in_bulk(amounts)
    account_at = addresses("billing:account")
    rows = [
        Row(
            patient=patients[patient],
            what=f"${amount:.2f} {what}",
            when=f"Last entry {told_day(days[patient])}",
            day=days[patient],
            chip=chip,
            url=account_at(patient),
            word=word,
        )
        for patient, amount in amounts.items()
    ]
    return sorted(rows, key=lambda row: (row.day, row.patient.pk))


def superbills_to_hand_over(day: date, user: User) -> list[Row]:
    """Superbills of which the patient has no copy yet, oldest first."""
    given = DocumentEvent.objects.filter(document=OuterRef("document"), what__in=COPIES)
    found = Superbill.objects.filter(~Exists(given)).select_related("sheet__note__visit__patient")
    found = found.defer("sheet__note__content", "sheet__note__snapshot").order_by("made_at", "pk")
    superbills_of = addresses("billing:superbills")
    return [
        Row(
            patient=each.sheet.note.visit.patient,
            what="Superbill",
            when=f"Visit of {told_day(each.sheet.note.date_of_service)}",
            day=each.sheet.note.date_of_service,
            chip=Chip(tone=Tone.WARN, word="No copy given"),
            url=superbills_of(each.sheet.note_id),
            word="Open",
            document=each.document_id,
        )
        for each in found
    ]


COUNTERS = (
    Counter(
        key="superbill-copy",
        title="Superbills to hand over",
        about="Made, and not in the patient's hands yet.",
        group=Group.PAPERS,
        order=95,
        rows=superbills_to_hand_over,
        gives_copies=True,
        roles=MONEY,
        steps_by=MONEY,
    ),
    Counter(
        key="visit-to-pay",
        title="Visits to be paid today",
        about="Patients who are here, or were, and may be asked for the visit itself.",
        group=Group.MONEY,
        order=120,
        rows=visits_to_pay,
        tone=Tone.INFO,
        roles=MONEY,
        steps_by=MONEY,
    ),
    Counter(
        key="balance-due",
        title="Balances due",
        about="What patients owe; an advance for another visit is not counted against it.",
        group=Group.MONEY,
        order=170,
        rows=balances_due,
        roles=MONEY,
        steps_by=MONEY,
    ),
    Counter(
        key="credit",
        title="Credits to give back",
        about="Paid, and nothing is left that it could pay for: give it back from the payment.",
        group=Group.MONEY,
        order=175,
        rows=credits_due,
        roles=MONEY,
        steps_by=MONEY,
    ),
)
