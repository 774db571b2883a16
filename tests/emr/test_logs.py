"""What a log line never says, whoever writes it."""

import logging

import pytest

from emr.logs import DiscreetFormatter


def line(message, *args):
    record = logging.LogRecord("django", logging.WARNING, "", 1, message, args, None)
    return DiscreetFormatter().format(record).split("django: ")[1]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Gone: /s/tok-en_1/", "Gone: /s/…/"),
        ("Not Found: /s/tok-en_1", "Not Found: /s/…"),
        (
            "Forbidden (Referer checking failed - https://other.example/s/tok-en_1/ does not match)",
            "Forbidden (Referer checking failed - https://other.example/s/…/ does not match)",
        ),
        ("from http://127.0.0.1:8000/s/tok-en_1/finish/", "from http://127.0.0.1:8000/s/…/finish/"),
        ("at /accounts/login/?next=%2Fs%2Ftok-en_1", "at /accounts/login/?next=%2Fs%2F…"),
        (
            "https://clinic.example/accounts/password/reset/key/1-tok-en_1/",
            "https://clinic.example/accounts/password/reset/key/…/",
        ),
        ("Not Found: /patients/7/notes/", "Not Found: /patients/7/notes/"),
    ],
)
def test_of_an_address_that_opens_something_only_the_beginning_is_written(said, written):
    assert line("%s", said) == written
