from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from emr.models import Document
from emr.views.verify import Verdict
from tests.factories import SOME_TIME, make_document

ADDRESS = reverse("emr:verify")
CODE = "H7KQ-2M4T-9XWC"
PDF = b"%PDF-1.7 Odette Marlow <desc>Filiform document H7KQ-2M4T-9XWC</desc>"


@pytest.fixture
def document(practice):
    return make_document(
        code=CODE, content=PDF, signed_by="Dana Whitlock, PT, DPT", made_from="notes.Note 12"
    )


def hand_in(client, content, **form):
    return client.post(ADDRESS, {"file": SimpleUploadedFile("note.pdf", content)} | form)


def test_the_very_bytes_are_the_document_that_was_signed(client, document):
    response = hand_in(client, PDF)

    assert response.context["answer"].verdict == Verdict.SIGNED
    assertContains(response, "This is the document that was signed")
    assertContains(response, "Dana Whitlock, PT, DPT")
    assertContains(response, "4 Mar 2025, 10:30 MST")
    assertContains(response, document.sha256)
    assertNotContains(response, "Marlow")
    assertNotContains(response, "later amended")


@pytest.mark.parametrize("change", [b" ", b"\n%%EOF"], ids=["a space", "an update"])
def test_one_byte_more_is_not_the_document_that_was_signed(client, document, change):
    response = hand_in(client, PDF + change)

    assert response.context["answer"].verdict == Verdict.ALTERED
    assertContains(response, "these bytes are not the ones that were signed")


@pytest.mark.parametrize("where", ["before", "behind"])
def test_a_second_invented_code_does_not_hide_the_first(client, document, where):
    invented = b" Filiform document H7KQ-2M4T-9XWD "
    changed = PDF + invented if where == "behind" else PDF.replace(b"Odette", invented)

    response = hand_in(client, changed)

    assert response.context["answer"].verdict == Verdict.ALTERED
    assert response.context["answer"].document == document


def test_a_typed_code_stands_in_for_one_that_was_cut_out(client, document):
    response = hand_in(client, b"%PDF-1.7 nothing left", code=CODE)

    assert response.context["answer"].verdict == Verdict.ALTERED


def test_a_stranger_among_pdfs_is_not_known(client, document):
    response = hand_in(client, b"%PDF-1.4 something else")

    assert response.context["answer"].verdict == Verdict.UNKNOWN
    assert response.context["answer"].document is None


@pytest.mark.parametrize("typed", [CODE, "h7kq 2m4t 9xwc", "H7KQ2M4T9XWC"])
def test_a_code_tells_what_was_signed_and_asks_for_the_file(client, document, typed):
    response = client.post(ADDRESS, {"code": typed})

    assert response.context["answer"].verdict == Verdict.ON_FILE
    assertContains(response, "Procedure note")
    assertContains(response, document.sha256)
    assertContains(response, "drop the PDF below")


def test_an_unknown_code_is_not_known(client, document):
    response = client.post(ADDRESS, {"code": "H7KQ-2M4T-9XWD"})

    assert response.context["answer"].verdict == Verdict.UNKNOWN


def test_a_later_amended_version_is_mentioned(client, document):
    make_document(
        kind=Document.Kind.AMENDED_NOTE,
        made_from="notes.Note 12",
        created_at=SOME_TIME + timedelta(days=2),
    )
    make_document(made_from="notes.Note 1", created_at=SOME_TIME + timedelta(days=3))

    response = hand_in(client, PDF)

    assert response.context["answer"].verdict == Verdict.SIGNED
    assertContains(response, "A later amended version exists")
    assertContains(response, "signed on 6 Mar 2025")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 a spreadsheet", "This is not a PDF."),
        (b"%PDF-1.7" + b" " * 20_000_000, "larger than 20 MB"),
        (b"%PDF-1.7" + b" " * 22_000_000, "larger than 20 MB"),
    ],
    ids=["no pdf", "a little too large", "far too large"],
)
def test_what_cannot_be_one_of_ours_is_refused(client, document, content, message):
    assertContains(hand_in(client, content), message, status_code=422)


@pytest.mark.parametrize(
    ("code", "message"),
    [("", "Choose a PDF, or type the code"), ("H7KQ", "A code has twelve letters")],
)
def test_nothing_to_check_is_said(client, document, code, message):
    assertContains(client.post(ADDRESS, {"code": code}), message, status_code=422)


def test_the_code_of_a_qr_code_waits_in_the_field(client, document):
    response = client.get(ADDRESS, {"code": CODE.lower()})

    assertContains(response, f'value="{CODE}"')
    assert response.context["answer"] is None


def test_it_needs_neither_a_sign_in_nor_a_token(document):
    response = hand_in(Client(enforce_csrf_checks=True), PDF)

    assert response.context["answer"].verdict == Verdict.SIGNED


def test_guessing_is_slowed_down(client, document):
    answers = [client.post(ADDRESS, {"code": CODE}).status_code for _ in range(61)]

    assert answers == [200] * 60 + [429]


def test_an_installation_without_a_practice_answers_too(client, db):
    assert client.post(ADDRESS, {"code": CODE}).status_code == 200
