"""What a person did about consents and notices; import the actions from here."""

from consent.actions.consents import record_consent, withdraw_consent
from consent.actions.errors import Overtaken, Refused

__all__ = [
    "Overtaken",
    "Refused",
    "record_consent",
    "withdraw_consent",
]
