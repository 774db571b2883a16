"""The number that a line of a claim carries (REF*6R), by which the payer's answer finds it again."""

from billing.models import Charge


def line_number(charge: Charge) -> str:
    """Of the charge's own row, so that it is never given twice; names nobody."""
    return f"L{charge.pk}"
