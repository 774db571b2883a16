"""Why a step with a note was refused; each message is for the person who tried."""

from notes.models import Note


class NotAllowedNowError(Exception):
    """The record is not in the state for this step; the message says so to the person."""


class TakeOverFirstError(NotAllowedNowError):
    """The visit is a colleague's, who has not charted it yet."""


class StaleDraftError(Exception):
    """Somebody saved the draft since; `theirs` is the note as it stands."""

    def __init__(self, theirs: Note) -> None:
        super().__init__("This draft was saved elsewhere in the meantime.")
        self.theirs = theirs
