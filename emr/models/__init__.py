"""One file a noun; import them from here."""

from emr.models.audit import AuditEntry
from emr.models.coverage import Coverage, CoverageKind, Payer
from emr.models.day_close import DayClose, DayCloseReason
from emr.models.diagnosis import Diagnosis, DiagnosisRelease, DiagnosisWordStart
from emr.models.document import COPIES, Document, DocumentEvent
from emr.models.fee import CashPrice, Fee
from emr.models.import_file import ImportFile, ImportState
from emr.models.patient import (
    AlertKind,
    FormerIdentity,
    FunctionalGoal,
    Patient,
    PatientAlert,
    PatientSearchWord,
    Sex,
)
from emr.models.practice import Divisions, Practice
from emr.models.provider import Licence, Profession, Provider, TrainingRecord
from emr.models.user import Role, User
from emr.models.visit import Visit, VisitState

__all__ = [
    "COPIES",
    "AlertKind",
    "AuditEntry",
    "CashPrice",
    "Coverage",
    "CoverageKind",
    "DayClose",
    "DayCloseReason",
    "Diagnosis",
    "DiagnosisRelease",
    "DiagnosisWordStart",
    "Divisions",
    "Document",
    "DocumentEvent",
    "Fee",
    "FormerIdentity",
    "FunctionalGoal",
    "ImportFile",
    "ImportState",
    "Licence",
    "Patient",
    "PatientAlert",
    "PatientSearchWord",
    "Payer",
    "Practice",
    "Profession",
    "Provider",
    "Role",
    "Sex",
    "TrainingRecord",
    "User",
    "Visit",
    "VisitState",
]
