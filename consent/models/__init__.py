"""What a patient agrees to."""

from consent.models.consent import Consent

__all__ = ["Consent"]
