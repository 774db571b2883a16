"""What no page sends must break nothing, change nothing and stand in no log."""

import hashlib
import io
import logging
import os
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from emr.forms import PatientForm
from emr.logs import DiscreetFormatter
from emr.models import Patient
from notes.models import Note
from tests import factories
from tests.bad_requests import BAD_REQUESTS, FORM, SAVE
from tests.records import DRAFT_WORDS, MEDICARE_NUMBER, SIGNED_WORDS, TYPED

PASSING = {"django_session", "emr_cache"}  # who is signed in, how often somebody tried
HEALTH_DATA = [TYPED, DRAFT_WORDS, SIGNED_WORDS, MEDICARE_NUMBER, "Marlow", "Odette", "1951-03-08"]


@pytest.fixture(scope="module")
def shared(shared_records):
    return shared_records


@pytest.fixture
def records(patient, olive, shared):
    """What the addresses and fields of the table name."""
    return shared.records | {
        "stranger": factories.make_patient(last_name="Vale").pk,
        "olive": olive.pk,
        "today": factories.today().isoformat(),
        "tomorrow": (factories.today() + timedelta(days=1)).isoformat(),
        "seen": PatientForm(instance=patient).face,
    }


@pytest.fixture
def log():
    """What a clinic's own log would say."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


def sent(client, bad, records):
    method, _, address = bad.request.partition(" ")
    posted, content_type = bad.posted, bad.content_type or FORM
    if bad.files:
        values = {name: each() if callable(each) else each for name, each in posted.items()}
        return client.post(filled(address, records), values, headers=bad.headers)
    if isinstance(posted, dict):
        fields = {
            name: [filled(each, records) for each in ([value] if isinstance(value, str) else value)]
            for name, value in posted.items()
        }
        posted = urlencode(fields, doseq=True)
    headers = {name: value for name, value in bad.headers.items() if name != "Cookie"}
    extra = {"HTTP_COOKIE": bad.headers["Cookie"]} if "Cookie" in bad.headers else {}
    return client.generic(
        method,
        filled(address, records),
        posted or "",
        content_type=content_type,
        headers=headers,
        **extra,
    )


def filled(text: str, records) -> str:
    """The text with each {name} of a record in its place, whatever other braces there are."""
    for name, value in records.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def fingerprint(besides=()) -> dict[str, str]:
    """A digest of each table and of the uploaded files; reading is written down, so not "viewed"."""
    verbs = ("viewed", "searched patients", *besides)
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - PASSING):
            where = ""
            if table == "emr_auditentry":
                where = f" WHERE verb NOT IN ({', '.join(['%s'] * len(verbs))})"
            cursor.execute(f'SELECT * FROM "{table}"{where}', verbs if where else ())
            rows = sorted(map(repr, cursor.fetchall()))
            digests[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    files = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(settings.MEDIA_ROOT)
        for name in names
    )
    return digests | {"files": repr(files)}


@pytest.mark.parametrize("bad", BAD_REQUESTS)
def test_a_bad_request_is_refused_and_leaves_all_as_it_was(bad, shared, records, log):
    options = {"raise_request_exception": False, "enforce_csrf_checks": bad.checks_token}
    client = shared.client(bad.who, **options)
    before = fingerprint(bad.leaves)

    response = sent(client, bad, records)

    written = log.getvalue()
    assert response.status_code == bad.status, written
    assert fingerprint(bad.leaves) == before
    assert [each for each in HEALTH_DATA if each in written] == []


def test_the_table_has_at_least_sixty_requests_and_each_a_sentence_of_its_own():
    sentences = [row.id for row in BAD_REQUESTS]

    assert len(sentences) >= 60
    assert len(sentences) == len(set(sentences))


# What is odd and yet somebody's text

ODD = "Zoë 👩🏽‍⚕️ \u202eturned\u202c שלום \ufeff x\u0300\u0301 \a\v\x1b\x7f end"


def test_odd_letters_of_a_name_are_kept_as_they_were_typed(fran_client):
    odd = "Zoë 👩🏽 שלום x\u0300\u0301 end"  # signs that nobody sees are refused
    person = {
        "last_name": odd,
        "first_name": "می\u200cنا",
        "birth_date": "1970-04-05",
        "sex": "other",
    }

    response = fran_client.post(reverse("emr:add-patient"), person)

    patient = Patient.objects.get(birth_date="1970-04-05")
    assertRedirects(response, patient.get_absolute_url())
    assert (patient.last_name, patient.first_name) == (odd, "می\u200cنا")


def test_a_draft_of_odd_letters_is_saved_as_typed_reviewed_and_printed(records, dana_client):
    address = reverse("notes:note", args=[records["draft"]])
    posted = SAVE | {"plan": ODD, "needled": f"~{ODD}\0:right"}

    saved = dana_client.post(address, posted)
    review = dana_client.get(reverse("notes:review", args=[records["draft"]]))
    printed = dana_client.get(reverse("notes:draft-pdf", args=[records["draft"]]))

    content = Note.objects.get(pk=records["draft"]).content
    # A muscle's name is part of an address on the page, and so has no signs that cannot be seen.
    seen = "Zoë 👩🏽 ⚕️ turned שלום x\u0300\u0301 end"
    assert (content["plan"], content["sites"][0]["name"]) == (ODD, seen)
    assert [each.status_code for each in (saved, review, printed)] == [302, 200, 200]
    assert printed.content.startswith(b"%PDF-")
