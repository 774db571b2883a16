"""Charges, claims, what payers answer, and money; import them from here."""

from billing.models.charge import Charge, ChargeSheet
from billing.models.claim import Claim, ClaimStep, Frequency, State
from billing.models.claim_file import ClaimFile, ClaimSubmitter, Usage
from billing.models.money import Party, Payment, Posting, Refund, Superbill
from billing.models.paper_claim import PaperClaim
from billing.models.remittance import (
    Adjustment,
    CollectionDecision,
    Group,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceClaim,
    RemittanceFile,
    RemittanceLine,
    RemittanceMatch,
)
from billing.models.series import MaintenanceSeries, SeriesVisit

__all__ = [
    "Adjustment",
    "Charge",
    "ChargeSheet",
    "Claim",
    "ClaimFile",
    "ClaimStep",
    "ClaimSubmitter",
    "CollectionDecision",
    "Frequency",
    "Group",
    "MaintenanceSeries",
    "PaperClaim",
    "Party",
    "Payment",
    "Posting",
    "ProviderAdjustment",
    "Refund",
    "Remark",
    "Remittance",
    "RemittanceClaim",
    "RemittanceFile",
    "RemittanceLine",
    "RemittanceMatch",
    "SeriesVisit",
    "State",
    "Superbill",
    "Usage",
]
