"""What a person does with a note; import the actions from here."""

from notes.actions.addenda import add_addendum
from notes.actions.drafts import (
    discard_draft,
    save_draft,
    settle_conflict,
    star_muscle,
    start_note,
    take_over_last,
)
from notes.actions.errors import NotAllowedNowError, StaleDraftError, TakeOverFirstError
from notes.actions.follow_ups import record_call
from notes.actions.signing import sign_note

__all__ = [
    "NotAllowedNowError",
    "StaleDraftError",
    "TakeOverFirstError",
    "add_addendum",
    "discard_draft",
    "record_call",
    "save_draft",
    "settle_conflict",
    "sign_note",
    "star_muscle",
    "start_note",
    "take_over_last",
]
