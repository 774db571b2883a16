"""The ledger: entries are only ever added, and every balance is their sum."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.models import Claim, Party, Posting
from emr import audit
from emr.actions import Refused
from emr.models import Patient, User
from notes.models import Note

Kind = Posting.Kind


@transaction.atomic
def post(
    *,
    patient: Patient,
    party: Party,
    kind: Posting.Kind,
    amount: Decimal,
    by: User,
    posted_on: date | None = None,
    **sources,
) -> Posting:
    """One entry: by how much what the party owes grew (+) or shrank (−); today if no day is given.

    `sources` are the rows that it comes from: note, charge, claim, remitted_line, adjustment,
    payment, refund, and a memo.
    """
    posting = Posting(
        patient=patient,
        party=party,
        kind=kind,
        amount=amount,
        posted_on=posted_on or timezone.localdate(),
        at=timezone.now(),
        by=by,
        **sources,
    )
    posting.save(force_insert=True)
    audit.record(
        "posted",
        posting,
        by=by,
        patient_id=patient.pk,
        kind=str(kind),
        party=str(party),
        amount=str(amount),
    )
    return posting


@transaction.atomic
def take_back(*, posting: Posting, by: User, memo: str = "") -> Posting:
    """The opposite entry of a wrong one, which both stay."""
    if Posting.objects.filter(reverses=posting).exists():
        raise Refused("This entry was taken back already.")
    return post(
        patient=posting.patient,
        party=Party(posting.party),
        kind=Kind.REVERSAL,
        amount=-posting.amount,
        by=by,
        note=posting.note,
        charge=posting.charge,
        claim=posting.claim,
        reverses=posting,
        memo=memo,
    )


@transaction.atomic
def transfer_to_patient(
    *, patient: Patient, note: Note, claim: Claim, amount: Decimal, by: User, **sources
) -> tuple[Posting, Posting]:
    """What the payer will not pay and the patient owes: off the one account, on the other."""
    shared = {"note": note, "claim": claim, "by": by, "kind": Kind.TRANSFER} | sources
    return (
        post(patient=patient, party=Party.PAYER, amount=-amount, **shared),
        post(patient=patient, party=Party.PATIENT, amount=amount, **shared),
    )
