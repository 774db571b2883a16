"""What a patient agrees to; one file a noun, import them from here."""

from consent.models.abn_wording import AbnWording
from consent.models.consent import Consent, ConsentWithdrawal
from consent.models.consent_form import ConsentForm, ConsentText, Language
from consent.models.determination import OrganizationDetermination
from consent.models.notice import (
    ABN_KINDS,
    Kind,
    Notice,
    NoticeAnnotation,
    NoticeLine,
    NoticeStep,
    State,
)
from consent.models.signature import Mark, Method, PatientSignature, Scan
from consent.models.signing import Signing

__all__ = [
    "ABN_KINDS",
    "AbnWording",
    "Consent",
    "ConsentForm",
    "ConsentText",
    "ConsentWithdrawal",
    "Kind",
    "Language",
    "Mark",
    "Method",
    "Notice",
    "NoticeAnnotation",
    "NoticeLine",
    "NoticeStep",
    "OrganizationDetermination",
    "PatientSignature",
    "Scan",
    "Signing",
    "State",
]
