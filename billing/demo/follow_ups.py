"""The desk rings whoever had a reaction, the day after."""

from datetime import date

from billing.demo.clinic import Clinic
from notes.actions import record_call
from notes.models import FollowUpCall

HOW_THEY_ARE = [
    "Well since the evening. No mark left, slept on it, comes as planned.",
    "Still a little sore when pressed, no swelling, no fever. Knows to ring if it gets worse.",
    "Fine, and a little embarrassed. Will eat something before the next visit.",
]


def make_calls(clinic: Clinic, day: date) -> None:
    """All that are due by the day; every other patient is reached only at the second try."""
    for place, call in enumerate(FollowUpCall.objects.open().filter(due_on__lte=day)):
        clinic.clock.now = min(clinic.moment(day, 9, 40 + place), clinic.now)
        # By its place among them all, for numbers of rows are the database's own.
        earlier = FollowUpCall.objects.filter(pk__lt=call.pk).count()
        reached = earlier % 2 == 0 or call.attempts.exists()
        words = clinic.random.choice(HOW_THEY_ARE) if reached else "No answer, left no message"
        record_call(call=call, reached=reached, words=words, by=clinic.desk)
