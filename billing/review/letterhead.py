"""Who a paper of the practice is from."""

from emr.models import Practice


def head_of(practice: Practice) -> dict:
    """What stands at the head of every receipt, statement and superbill, as plain values."""
    return {
        "name": practice.name,
        "letterhead": practice.letterhead,
        "address": list(practice.address),
        "phone": practice.phone,
        "tty": practice.tty,
        "npi": practice.npi,
        "tax_id": practice.tax_id,
    }
