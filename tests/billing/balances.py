"""What a party owes for a patient, or for one note: the sum of the entries as the database adds them."""

from decimal import Decimal

from billing.models import Party, Posting
from emr.models import Patient
from notes.models import Note


def balance_of(patient: Patient, party: Party) -> Decimal:
    """Below zero the practice owes it back."""
    return Posting.objects.filter(patient=patient, party=party).balance()


def balance_of_note(note: Note, party: Party) -> Decimal:
    return Posting.objects.filter(note=note, party=party).balance()
