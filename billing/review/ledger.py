"""What is owed: sums of postings, and nothing else."""

from decimal import Decimal

from billing.models import Claim, Party, Posting
from emr.models import Patient
from notes.models import Note


def balance_of(patient: Patient, party: Party) -> Decimal:
    """What the party owes for this patient; below zero the practice owes it back."""
    return Posting.objects.filter(patient=patient, party=party).balance()


def balance_of_note(note: Note, party: Party) -> Decimal:
    return Posting.objects.filter(note=note, party=party).balance()


def balance_of_claim(claim: Claim, party: Party) -> Decimal:
    return Posting.objects.filter(claim=claim, party=party).balance()
