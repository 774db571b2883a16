"""What is owed: sums of postings, and nothing else."""

from decimal import Decimal

from billing.models import Claim, Party, Posting


def balance_of_claim(claim: Claim, party: Party) -> Decimal:
    """What the party owes of this claim; below zero more came off than was charged."""
    return Posting.objects.filter(claim=claim, party=party).balance()
