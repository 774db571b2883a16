from datetime import datetime

from django.utils import timezone


class Clock:
    """Stands in for `timezone.now` while the clinic's past is told: `clock.now = …` moves it.

    The actions have no argument for the time on purpose: nobody shall be able to sign a note with
    another time than that of signing. A turned clock needs no such door, and reaches all that an
    action writes: the signature, the audit entry, who registered whom when.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __enter__(self) -> "Clock":
        self._real = timezone.now
        timezone.now = lambda: self.now
        return self

    def __exit__(self, *_error) -> None:
        timezone.now = self._real
