"""What came of a step: a refusal with its reason, or several in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.utils import timezone

from notes.actions import NotAllowedNowError
from tests.factories import ZONE


def at_once(*calls) -> list:
    """What each call came to, its answer or the exception, when all run in the same moment."""
    start = Barrier(len(calls))

    def run(call):
        with timezone.override(ZONE):
            try:
                start.wait(timeout=20)
                return call()
            except Exception as error:
                return error
            finally:
                connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def refusal(step, *args, **kwargs) -> str:
    """Why the step was refused."""
    with pytest.raises(NotAllowedNowError) as refused, transaction.atomic():
        step(*args, **kwargs)
    return str(refused.value)
