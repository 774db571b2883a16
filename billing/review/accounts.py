"""Patients' accounts: every entry with its running balances, what is owed, and what waits as an advance."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import ChargeSheet, Claim, Party, Payment, Posting
from billing.models.money import CENT
from billing.review.visit_prices import prices_of
from emr.models import Patient, Practice, Visit
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
    note is not charged, or its payer has not answered. What was paid with a visit beyond its price
    pays what else is owed, and is no advance.
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
    own = {patient: balances.get((patient, Party.PATIENT), NOTHING) for patient in patient_ids}
    advances = _kept(_advances(patient_ids), own)
    return {
        patient: Account(
            patient_balance=own[patient],
            payer_balance=balances.get((patient, Party.PAYER), NOTHING),
            advances=advances.get(patient, {}),
        )
        for patient in patient_ids
    }


def _advances(patient_ids: Collection[int]) -> dict[int, dict[int, Decimal]]:
    """By patient and visit: all that was paid with a visit whose price is not on the account."""
    payments = Payment.objects.filter(
        patient__in=patient_ids,
        visit__in=unsettled(Visit.objects.filter(patient__in=patient_ids)),
    )
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for payment in with_left(payments):
        if payment.left:
            found[payment.patient_id][payment.visit_id] += payment.left
    return found


def _kept(
    advances: dict[int, dict[int, Decimal]], balances: dict[int, Decimal]
) -> dict[int, dict[int, Decimal]]:
    """The advances without what pays the rest of the account: the desk asks for both at once.

    Only who owes and has an advance is looked at, for prices are costly to find.
    """
    kept = {patient: dict(of_visits) for patient, of_visits in advances.items()}
    owed = {patient: balances[patient] + sum(paid.values()) for patient, paid in kept.items()}
    asked = [visit for patient, paid in kept.items() if owed[patient] > NOTHING for visit in paid]
    if not asked:
        return kept
    visits = Visit.objects.filter(pk__in=asked).select_related("patient", "provider__user")
    visits = list(visits.order_by("start", "pk"))
    prices = prices_of(visits, practice=Practice.objects.get(pk=1))
    for visit in visits:
        paid = kept[visit.patient_id]
        beyond = max(paid[visit.pk] - prices[visit.pk].of_patient, NOTHING)
        used = min(beyond, owed[visit.patient_id])
        owed[visit.patient_id] -= used
        paid[visit.pk] -= used
        if not paid[visit.pk]:
            del paid[visit.pk]
    return kept


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

    What was paid at a visit pays that visit; all else but its advance pays what is open longest.
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
    accounts = accounts_of(patient_ids)
    settled: dict[int, Settled] = {}
    for patient, owing in notes.items():
        settled |= _settled(owing, paid[patient], kept_for=accounts[patient].advances)
    return settled


def _settled(
    owing: list[tuple[int, int, Decimal]],
    paid: dict[int | None, Decimal],
    *,
    kept_for: dict[int, Decimal],
) -> dict[int, Settled]:
    """One patient's; `kept_for` are visits that were paid in advance, with what they keep of it."""
    applied = {}
    for note, visit, total in owing:
        applied[note] = max(min(total, paid[visit]), NOTHING)
        paid[visit] -= applied[note]
    rest = NOTHING
    for visit, left in paid.items():
        rest += max(left - kept_for.get(visit, NOTHING), NOTHING)
    settled = {}
    for note, _, total in owing:
        more = max(min(total - applied[note], rest), NOTHING)
        rest -= more
        settled[note] = Settled(owed=total, paid=applied[note] + more)
    return settled
