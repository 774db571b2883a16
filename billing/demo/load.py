"""Loads the demo: all of it once, then each day that day's list."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from billing.demo.ahead import plan_ahead
from billing.demo.bills import charge_former_days
from billing.demo.clinic import Clinic
from billing.demo.clock import Clock
from billing.demo.founding import found_clinic, is_demo
from billing.demo.month import tell_month
from billing.demo.today import close_former_days, is_told, tell_today
from emr.models import Patient, Practice, User


class NotTheDemoError(Exception):
    """The database belongs to somebody; nothing invented is put into it."""


@transaction.atomic
def load(*, days: int, say: Callable[[str], None]) -> None:
    """Says line by line what it has done; all of it is stored, or nothing.

    Does nothing when the demo has today's list. On a later day only that day's list is added.
    Raises NotTheDemoError.
    """
    practice = Practice.objects.filter(pk=1).first()
    is_new = practice is None and not User.objects.exists() and not Patient.objects.exists()
    if not is_new and not is_demo(practice):
        raise NotTheDemoError(
            "This database is not the demonstration's, so nothing was added. Name another one in"
            " DATABASE_URL."
        )
    now = timezone.now()
    with Clock(now) as clock:
        if is_new:
            clock.now = now - timedelta(days=days * 2 + 30)
            found_clinic(clock, now=now)
            practice = Practice.objects.get(pk=1)
        with timezone.override(practice.zone):
            today = timezone.localdate(now)
            if is_told(today):
                say("The demo clinic is there, and so is today's list.")
                return
            # The month is always the same; each day after it has a list of its own.
            random = Random("Harbour Lane")
            clinic = Clinic(practice=practice, clock=clock, now=now, random=random)
            if is_new:
                tell_month(clinic, today=today, days=days, say=say)
            else:
                close_former_days(clinic, now=now)
                charge_former_days(clinic)
            clinic.random.seed(f"Harbour Lane {today}")
            tell_today(clinic, now=now, say=say)
            plan_ahead(clinic, now=now)
