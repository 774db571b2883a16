"""What a patient may be asked for at a visit, and why: the account, the price, and the rule who pays.

The price and the rule who pays: billing.review.visit_prices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.review.accounts import NOTHING, Account, accounts_of, settled_notes, unsettled
from billing.review.lines import total_of
from billing.review.suggestion import suggest
from billing.review.visit_prices import prices_of
from consent.review import Standing
from emr.models import CoverageKind, Practice, Visit
from emr.rules import facts
from emr.rules.notice_choice import CHIROPRACTOR
from emr.rules.payment import PatientPays, Payment, payment_of
from notes.models import Note

SOURCE = "docs/rules/abn.md#who-pays"
QMB = "A qualified Medicare beneficiary (QMB) is never asked for what Medicare covers."
# By kind of coverage, what the desk says; where it hangs on more, the functions below say it.
MAY = {
    CoverageKind.SELF_PAY: "The patient pays without insurance.",
    CoverageKind.MEDICARE_ADVANTAGE: "The plan denied it before the visit, so the patient pays.",
    CoverageKind.TRICARE: "TRICARE does not pay for it, and the patient agreed to pay.",
    CoverageKind.COMMERCIAL: "The plan excludes it, and the patient agreed to pay.",
}
MUST_NOT = {
    CoverageKind.MEDICAID: "Medicaid patients are not asked to pay.",
    CoverageKind.WORKERS_COMP: "The injury claim pays, not the patient.",
    CoverageKind.AUTO: "The accident claim pays, not the patient.",
}
LOOK = {
    "": "Nobody is on record as who pays on that day: ask for the coverage first.",
    CoverageKind.TRICARE: "TRICARE does not pay for it, and no agreement to pay is signed.",
}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What may be asked at one visit. `price` is what the visit itself still adds to the account;
    None where nobody knows it, or where all of it stands there already."""

    visit: Visit
    pays: PatientPays
    claim: str
    why: str
    price: Decimal | None
    account: Account
    source: str = SOURCE

    @property
    def paid(self) -> Decimal:
        """Paid for this visit in advance."""
        return self.account.advances.get(self.visit.pk, NOTHING)

    @property
    def due(self) -> Decimal:
        """What is left of the price, if the patient may be asked for it."""
        if self.pays != "may" or self.price is None:
            return NOTHING
        return max(self.price - self.paid, NOTHING)

    @property
    def amount(self) -> Decimal:
        """What to ask for now: the rest of the price and what the account owes."""
        return max(self.due + self.account.owed - self.account.credit, NOTHING)


def ask_of(visit: Visit, *, practice: Practice) -> Ask:
    """Of one visit, by the lines of its note once that is signed."""
    ask = asks_of([visit], practice=practice)[visit.pk]
    note = Note.objects.in_force().filter(visit=visit).first()
    if note is None or ask.price is None or ask.claim != "none":
        return ask
    return replace(ask, price=total_of(suggest(note, practice=practice).of_patient))


def asks_of(visits: Sequence[Visit], *, practice: Practice) -> dict[int, Ask]:
    """By visit, with patient and provider read along; queries do not grow with them."""
    ids = [visit.pk for visit in visits]
    prices = prices_of(visits, practice=practice)
    accounts = accounts_of({visit.patient_id for visit in visits})
    open_visits = set(unsettled(Visit.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    found = {}
    for visit in visits:
        priced = prices[visit.pk]
        found[visit.pk] = Ask(
            visit=visit,
            pays=priced.payment.patient_pays,
            claim=priced.payment.claim,
            why=_why(priced.known, priced.standing, priced.payment),
            price=priced.price if visit.pk in open_visits else None,
            account=accounts[visit.patient_id],
        )
    return found


def owed_elsewhere_of(ask: Ask, amount: Decimal) -> Decimal:
    """How much of what is handed over at the visit pays what else the account owes.

    The visit comes first, as in `billing.review.accounts`; what is more than both stays with it.
    """
    note = Note.objects.in_force().filter(visit=ask.visit).first()
    settled = settled_notes(ask.visit.patient).get(note.pk) if note else None
    own = settled.left if settled else NOTHING
    return max(min(amount - ask.due - own, ask.account.owed - own), NOTHING)


def _why(known: facts.Visit, standing: Standing, payment: Payment) -> str:
    kind = standing.notice.coverage_kind
    if payment.patient_pays == "must_not":
        if standing.qmb:
            return QMB
        return MUST_NOT.get(kind) or _why_not(known, kind)
    if payment.patient_pays == "look":
        return LOOK.get(kind, "It is not sure whether the payer pays: a person decides.")
    if kind == CoverageKind.MEDICARE:
        return _why_medicare(known, payment)
    return MAY[kind]


def _why_medicare(known: facts.Visit, payment: Payment) -> str:
    if known.provider and known.provider.profession == CHIROPRACTOR:
        return "Medicare never pays a chiropractor for needling, so the patient pays."
    if payment.claim == "none":
        return "ABN with option 2: no claim goes to Medicare, the patient pays."
    return (
        "ABN: the claim goes to Medicare, and the patient may be asked to pay now. What Medicare"
        " pays is given back."
    )


def _why_not(known: facts.Visit, kind: str) -> str:
    if kind == CoverageKind.MEDICARE_ADVANTAGE:
        if payment_of(known, needled=True).claim == "send":
            return "The plan approved it before the visit: wait for what its answer leaves."
        return "Medicare Advantage: unless the plan denied it before the visit, nothing is owed."
    if kind == CoverageKind.MEDICARE:
        if payment_of(known, needled=True).claim == "send":
            return "Medicare's low-back benefit pays: wait for what its answer leaves."
        return "No valid ABN was signed before the visit: the patient owes nothing for needling."
    if known.coverage and known.coverage.policy in ("covered", "authorization"):
        return "The plan pays: ask only for what its answer leaves to the patient."
    return "The patient signed no agreement to pay: they are not asked."
