"""Patients' accounts: every entry with its running balances, what is owed, and what waits as an advance."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import ChargeSheet, Claim, Party, Payment, Posting
from billing.models.money import CENT
from emr.models import Patient, Visit
from emr.models.visit import GONE
from emr.rules.claim_states import ClaimState
from notes.models import AddendumKind, Note

NOTHING = Decimal("0.00")
# The payer has not said yet what is left for the patient.
UNANSWERED = (ClaimState.HELD, ClaimState.READY, ClaimState.SENT, ClaimState.APPEALED)
# What a patient hands over or gets back; all else on their account is what they owe for a visit.
MONEY = (Posting.Kind.PAYMENT, Posting.Kind.REFUND)
READ_ALONG = ("charge", "note", "claim", "payment", "refund__payment", "reverses__charge", "by")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A posting in the column of its party, with both balances after it."""

    posting: Posting
    payer_balance: Decimal
    patient_balance: Decimal

    @property
    def payer(self) -> Decimal | None:
        return self.posting.amount if self.posting.party == Party.PAYER else None

    @property
    def patient(self) -> Decimal | None:
        return self.posting.amount if self.posting.party == Party.PATIENT else None


@dataclass(frozen=True, kw_only=True)
class Account:
    """What stands on one patient's account; sums of rows and nothing else.

    `advances` are what was paid for visits, by visit, whose price is not on the account yet: the
    note is not charged, or its payer has not answered.
    """

    patient_balance: Decimal = NOTHING
    payer_balance: Decimal = NOTHING
    advances: dict[int, Decimal] = field(default_factory=dict)

    @property
    def advance(self) -> Decimal:
        return sum(self.advances.values(), NOTHING)

    @property
    def owed(self) -> Decimal:
        """What the patient may be asked for now; an advance for one visit pays no other."""
        return max(self.patient_balance + self.advance, NOTHING)

    @property
    def credit(self) -> Decimal:
        """What is to be given back: paid, and nothing left that it could pay for."""
        return max(-self.patient_balance - self.advance, NOTHING)


def account_of(patient: Patient) -> Account:
    return accounts_of([patient.pk])[patient.pk]


def accounts_of(patient_ids: Collection[int]) -> dict[int, Account]:
    """By patient; in a number of queries that does not grow with them."""
    return _accounts(Posting.objects.filter(patient__in=patient_ids), patient_ids)


def every_account() -> dict[int, Account]:
    """By patient, of all who have an entry."""
    found = set(Posting.objects.order_by().values_list("patient", flat=True).distinct())
    return _accounts(Posting.objects.all(), found)


def _accounts(postings: QuerySet[Posting], patient_ids: Collection[int]) -> dict[int, Account]:
    summed = postings.order_by().values_list("patient", "party").annotate(sum=Sum("amount"))
    balances = {(patient, party): total.quantize(CENT) for patient, party, total in summed}
    advances = _advances(patient_ids)
    return {
        patient: Account(
            patient_balance=balances.get((patient, Party.PATIENT), NOTHING),
            payer_balance=balances.get((patient, Party.PAYER), NOTHING),
            advances=dict(advances.get(patient, {})),
        )
        for patient in patient_ids
    }


def _advances(patient_ids: Collection[int]) -> dict[int, dict[int, Decimal]]:
    payments = Payment.objects.filter(visit__in=unsettled(Visit.objects.all()))
    if len(patient_ids) == 1:  # else nearly everybody's are asked for
        payments = payments.filter(patient__in=patient_ids)
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for payment in with_left(payments):
        if payment.left:
            found[payment.patient_id][payment.visit_id] += payment.left
    return found


def with_left(payments: QuerySet[Payment]) -> list[Payment]:
    """Payments, each with `left`: what was not given back of it."""
    found = list(payments.annotate(back=Coalesce(Sum("refunds__amount"), NOTHING)))
    for payment in found:
        payment.left = payment.amount - payment.back.quantize(CENT)
    return found


def left_of(payment: Payment) -> Decimal:
    return with_left(Payment.objects.filter(pk=payment.pk))[0].left


def unsettled(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """The visits whose price is not on the patient's account yet and may still come there."""
    of_visit = {"note__visit": OuterRef("pk")}
    claims = Claim.objects.filter(**of_visit).with_state().order_by("-opened_at", "-pk")
    notes = Note.objects.filter(visit=OuterRef("pk"), discarded_at=None)
    in_error = Q(addenda__kind=AddendumKind.ENTERED_IN_ERROR)
    void = Exists(notes.filter(in_error)) & ~Exists(notes.exclude(in_error))
    uncharged = ~Exists(ChargeSheet.objects.filter(**of_visit)) & ~void
    on_account = Posting.objects.filter(
        **of_visit, party=Party.PATIENT, kind=Posting.Kind.CHARGE, reversed_by=None
    )
    waits = Q(claim_state__in=UNANSWERED) & ~Exists(on_account)
    visits = visits.exclude(state__in=GONE).annotate(
        claim_state=Subquery(claims.values("state_now")[:1])
    )
    return visits.filter(uncharged | waits)


def entries_of(patient: Patient) -> list[Entry]:
    """The whole ledger, oldest first."""
    postings = Posting.objects.filter(patient=patient).select_related(*READ_ALONG)
    balances = {Party.PAYER: NOTHING, Party.PATIENT: NOTHING}
    entries = []
    for posting in postings.defer("note__content", "note__snapshot"):
        balances[Party(posting.party)] += posting.amount
        entries.append(
            Entry(
                posting=posting,
                payer_balance=balances[Party.PAYER],
                patient_balance=balances[Party.PATIENT],
            )
        )
    return entries


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What of one note stands on the patient's account, and how much of it is paid."""

    owed: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def left(self) -> Decimal:
        return self.owed - self.paid


def settled_notes(patient: Patient) -> dict[int, Settled]:
    return settled_among([patient.pk])


def settled_among(patient_ids: Collection[int]) -> dict[int, Settled]:
    """By note, each patient's oldest visit first; queries do not grow with the patients.

    What was paid at a visit pays that visit; all else pays what is open longest.
    """
    owed = Posting.objects.filter(patient__in=patient_ids, party=Party.PATIENT, note__isnull=False)
    owed = owed.exclude(kind__in=MONEY).order_by("note__date_of_service", "note")
    of_note = owed.values_list("patient", "note", "note__visit").annotate(sum=Sum("amount"))
    notes: dict[int, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for patient, note, visit, total in of_note:
        notes[patient].append((note, visit, total.quantize(CENT)))
    paid: dict[int, dict[int | None, Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for payment in with_left(Payment.objects.filter(patient__in=patient_ids)):
        paid[payment.patient_id][payment.visit_id] += payment.left
    advances = _advances(patient_ids)
    settled: dict[int, Settled] = {}
    for patient, owing in notes.items():
        settled |= _settled(owing, paid[patient], kept_for=advances.get(patient, {}))
    return settled


def _settled(
    owing: list[tuple[int, int, Decimal]],
    paid: dict[int | None, Decimal],
    *,
    kept_for: Collection[int],
) -> dict[int, Settled]:
    """One patient's; `kept_for` are visits that were paid in advance and keep what is left of it."""
    applied = {}
    for note, visit, total in owing:
        applied[note] = max(min(total, paid[visit]), NOTHING)
        paid[visit] -= applied[note]
    rest = sum((left for visit, left in paid.items() if visit not in kept_for), NOTHING)
    settled = {}
    for note, _, total in owing:
        more = max(min(total - applied[note], rest), NOTHING)
        rest -= more
        settled[note] = Settled(owed=total, paid=applied[note] + more)
    return settled
