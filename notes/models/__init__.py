"""The procedure note and what stands in it."""

from notes.models.addendum import Addendum, AddendumNeedling
from notes.models.charted import (
    AdverseReaction,
    Injection,
    Measure,
    Needling,
    NoteDiagnosis,
    OtherService,
    ReactionKind,
    Side,
)
from notes.models.follow_up import CallAttempt, FollowUpCall
from notes.models.muscle import FavouriteMuscle, Muscle
from notes.models.note import AddendumKind, Note, SupersededDraft

__all__ = [
    "Addendum",
    "AddendumKind",
    "AddendumNeedling",
    "AdverseReaction",
    "CallAttempt",
    "FavouriteMuscle",
    "FollowUpCall",
    "Injection",
    "Measure",
    "Muscle",
    "Needling",
    "Note",
    "NoteDiagnosis",
    "OtherService",
    "ReactionKind",
    "Side",
    "SupersededDraft",
]
