"""One file a noun; import them from here."""

from emr.models.audit import AuditEntry
from emr.models.authorization import Authorization, ConservativeCare
from emr.models.coverage import Coverage, CoverageKind, Payer, Relation
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
from emr.models.payer_policy import NeedlingPolicy, PayerPolicy, PlanModifier, UnitRule
from emr.models.practice import DistinctModifier, Divisions, NecessityDenials, Practice
from emr.models.provider import Licence, Profession, Provider, TrainingRecord
from emr.models.scope_override import ScopeOverride
from emr.models.user import Role, User
from emr.models.verification import Answer, Verification
from emr.models.visit import Visit, VisitState

__all__ = [
    "COPIES",
    "AlertKind",
    "Answer",
    "AuditEntry",
    "Authorization",
    "CashPrice",
    "ConservativeCare",
    "Coverage",
    "CoverageKind",
    "DayClose",
    "DayCloseReason",
    "Diagnosis",
    "DiagnosisRelease",
    "DiagnosisWordStart",
    "DistinctModifier",
    "Divisions",
    "Document",
    "DocumentEvent",
    "Fee",
    "FormerIdentity",
    "FunctionalGoal",
    "ImportFile",
    "ImportState",
    "Licence",
    "NecessityDenials",
    "NeedlingPolicy",
    "Patient",
    "PatientAlert",
    "PatientSearchWord",
    "Payer",
    "PayerPolicy",
    "PlanModifier",
    "Practice",
    "Profession",
    "Provider",
    "Relation",
    "Role",
    "ScopeOverride",
    "Sex",
    "TrainingRecord",
    "UnitRule",
    "User",
    "Verification",
    "Visit",
    "VisitState",
]
