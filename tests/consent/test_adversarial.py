"""What somebody tries who wants out of the room, or wants a signature that nobody gave.

Each try is refused with its reason, and every table and every uploaded file is as before.
"""

import json
from copy import copy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consent.models import Consent, Kind, Method, NoticeStep, PatientSignature, Signing
from emr.models import AuditEntry, Document
from emr.rules.ink import InkProblem
from tests.consent.rooms import (
    BIRTH,
    DRAWN,
    TYPED_NAME,
    finish,
    hand_over,
    make_issued,
    review,
    start,
)
from tests.emr.test_scans import ELF, make_pdf, make_picture, make_png_head
from tests.factories import make_consent_form, make_patient, today
from tests.notes.outcomes import at_once
from tests.records import make_records
from tests.sessions import sign_in
from tests.test_access import PATTERNS, ROWS, address
from tests.test_bad_input import fingerprint

OWN = {"room", "room-answer", "room-finish", "room-copy", "room-blank", "room-leave"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def form(practice):
    return make_consent_form()


@pytest.fixture
def kiosk(fran, form, patient, visit):
    client = Client(raise_request_exception=False)
    sign_in(client, fran)
    return hand_over(client, patient=patient)


@pytest.fixture
def phone(fran, form, patient, practice):
    sent = start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)
    client = Client(raise_request_exception=False)
    client.post(reverse("consent:link", args=[sent.token]), BIRTH)
    return client


# Out of the room


def test_a_tablet_in_the_room_opens_none_of_all_the_other_addresses(
    kiosk, practice, patient, dana, lee, fran
):
    records = make_records(practice=practice, patient=patient, dana=dana, lee=lee, fran=fran)
    others = sorted(
        {
            address(name, record, records)
            for name, record, *_ in (row.values for row in ROWS)
            if name.removeprefix("consent:") not in OWN
        }
    )
    before = fingerprint()

    answers = {
        (url, method, bool(headers)): response.status_code
        for url in others
        for method in ("get", "post")
        for headers in ({}, HTMX)
        if (response := getattr(kiosk, method)(url, headers=headers))
    }

    assert len(others) >= 100
    assert answers == {key: 401 if key[2] else 404 for key in answers}
    assert fingerprint() == before


ROUNDABOUT = [
    "/sign",
    "/Sign/",
    "//sign/",
    "/sign/../patients/",
    "/sign/%2e%2e/patients/",
    "/sign/nothing/",
    "/signings/1/",
    "/?next=/sign/",
    "/accounts/login/?next=/sign/",
    "/accounts/logout/",
    "/static/../healthz",
    "/s/anything/",
    "/.well-known/change-password",
    "/patients",
]


@pytest.mark.parametrize("url", ROUNDABOUT)
@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_no_spelling_and_no_method_leads_out_of_the_room(kiosk, url, method):
    before = fingerprint()

    response = getattr(kiosk, method)(url)

    assert response.status_code == 404
    assert fingerprint() == before


def test_the_page_that_refuses_leads_back_to_the_document_and_nowhere_else(kiosk):
    response = kiosk.get("/patients/")

    page = response.content.decode()
    assert "There is nothing else here" in page
    assert [
        part.split('"')[0] for part in page.split('href="/')[1:] if "static" not in part[:8]
    ] == [
        "sign/",
        "sign/leave/",
    ]


def test_signing_in_by_the_form_is_no_way_out(kiosk):
    login = {"login": "fran", "password": "needle-and-thread-7"}

    response = kiosk.post(reverse("account_login"), login)

    assert response.status_code == 404
    assert kiosk.get("/").status_code == 404


def test_the_session_that_staff_had_before_is_gone(fran, form, patient):
    client = Client(raise_request_exception=False)
    sign_in(client, fran)
    before = client.cookies["sessionid"].value
    hand_over(client, patient=patient)

    thief = Client()
    thief.cookies["sessionid"] = before

    assert client.cookies["sessionid"].value != before
    assert thief.get("/").status_code == 302
    assert thief.get("/sign/").status_code == 404


def test_leaving_cannot_be_done_by_another_site(fran, form, patient):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    sign_in(client, fran)
    token = client.get("/account/").context["csrf_token"]
    url = reverse("consent:start-signing", args=[patient.pk])
    client.post(url, {"method": "kiosk", "csrfmiddlewaretoken": str(token)})

    answers = [
        client.post(reverse(f"consent:{name}"), {"answer": "agree", **DRAWN}).status_code
        for name in sorted(OWN - {"room"})
    ]

    assert answers == [403] * 5
    assert Consent.objects.count() == 0


# Choosing for the patient


def test_no_address_of_a_notice_lets_staff_choose_for_the_patient(
    practice, patient, dana, lee, fran, olive, bo
):
    notice = make_issued(
        Kind.ABN, patient=patient, provider=dana.provider, practice=practice, by=fran
    )
    posted = {
        "option": "1",
        "answer": "1",
        "after": "chosen",
        "state": "chosen",
        "transcribed": "yes",
        "witness": "Kit Hall",
        "reason": "They said so",
        "text": "Option 1",
        "signed_on": today().isoformat(),
        **TYPED_NAME,
        "code": "H7KQ-2M4T-9XWC",
        "what": "paper copy",
        "file": SimpleUploadedFile("paper.pdf", make_pdf()),
    }
    names = [name for name, each in PATTERNS.items() if "notice_id" in str(each.pattern)]
    tried = []
    for person in (fran, dana, olive, lee, bo):
        for name in sorted(names):
            client = Client(raise_request_exception=False)
            sign_in(client, person)
            tried.append(client.post(reverse(name, args=[notice.pk]), posted).status_code)

    assert len(names) >= 8
    assert max(tried) < 500
    assert NoticeStep.objects.filter(after="chosen").count() == 0
    assert NoticeStep.objects.exclude(option=None).count() == 0
    assert PatientSignature.objects.count() == 0


@pytest.mark.parametrize("name", sorted(OWN - {"room-leave"}))
def test_staff_who_are_in_no_room_find_none_of_its_addresses(olive_client, kiosk, name):
    before = fingerprint()
    posted = {"answer": "1", **DRAWN}
    method = olive_client.get if name == "room" else olive_client.post

    assert method(reverse(f"consent:{name}"), posted).status_code == 404
    assert fingerprint() == before


def test_a_paper_cannot_be_keyed_in_without_its_scan(fran_client, practice, patient, dana, fran):
    parties = {"patient": patient, "practice": practice, "by": fran}
    notice = make_issued(Kind.ABN, provider=dana.provider, **parties)
    paper = start(Method.PAPER, notice=notice, **parties).signing
    before = fingerprint()
    posted = {
        "code": paper.code,
        "answer": "1",
        "language": "en",
        "signed_on": today().isoformat(),
    }

    response = fran_client.post(reverse("consent:scan-in", args=[paper.pk]), posted)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "file": ["Choose the scan, or take a photograph of the paper."]
    }
    assert fingerprint() == before


@pytest.mark.parametrize("method", [Method.KIOSK, Method.PHONE])
def test_only_a_paper_takes_a_scan(fran_client, form, patient, practice, fran, method):
    other = start(method, patient=patient, practice=practice, by=fran, form=form).signing
    posted = {"file": SimpleUploadedFile("paper.pdf", make_pdf()), "answer": "agree"}

    response = fran_client.post(reverse("consent:scan-in", args=[other.pk]), posted)

    assert response.status_code == 404


# Somebody else's document


def test_a_link_of_another_patient_opens_only_with_that_patients_birth_date(
    form, patient, practice, fran
):
    other = make_patient(birth_date=patient.birth_date.replace(year=1960))
    sent = start(Method.PHONE, patient=other, practice=practice, by=fran, form=form)
    link = reverse("consent:link", args=[sent.token])

    refused = Client().post(link, BIRTH)
    opened = Client().post(link, BIRTH | {"year": "1960"})

    assert (refused.status_code, opened.status_code) == (422, 302)


def test_what_is_posted_from_one_room_never_answers_another_document(
    phone, practice, dana, fran, form
):
    """A number of a signing, a patient or a notice that is sent along counts for nothing."""
    other = make_patient(first_name="Wilma")
    parties = {"patient": other, "practice": practice, "by": fran}
    foreign = make_issued(Kind.ABN, provider=dana.provider, **parties)
    waiting = start(Method.KIOSK, notice=foreign, **parties).signing
    along = {"signing": waiting.pk, "room": waiting.pk, "patient": other.pk, "notice": foreign.pk}

    finish(phone, answer="agree", **DRAWN, **{key: str(value) for key, value in along.items()})

    assert Consent.objects.get().patient.first_name == "Odette"
    assert foreign.steps.last().after == "issued"
    assert Signing.objects.get(pk=waiting.pk).ended_at is None


# Ink that is none


def pad(strokes, **changes):
    return json.dumps({"v": 1, "width": 600, "height": 200, "strokes": strokes} | changes)


ENDLESS = pad([[[x % 600, x % 200, x] for x in range(9000)]] * 2)
INK = {
    "an empty canvas": (pad([]), InkProblem.NOTHING),
    "no canvas at all": ("", InkProblem.NOTHING),
    "one dot": (pad([[[100, 100, 0]]]), InkProblem.ONLY_DOTS),
    "many dots": (pad([[[x, 50, x]] for x in range(0, 600, 5)]), InkProblem.ONLY_DOTS),
    "a stroke of one pixel": (pad([[[100, 100, 0], [101, 100, 9]]]), InkProblem.ONLY_DOTS),
    "a short stroke": (pad([[[100, 100, 0], [130, 110, 9]]]), InkProblem.TOO_SHORT),
    "a flat line": (pad([[[10, 100, 0], [500, 100, 9]]]), InkProblem.TOO_SMALL),
    "points outside the box": (pad([[[-5, 0, 0], [900, 0, 1]]]), InkProblem.UNREADABLE),
    "numbers that are none": (
        '{"v":1,"width":600,"height":200,"strokes":[[[NaN,1,0],[Infinity,9,1]]]}',
        InkProblem.UNREADABLE,
    ),
    "a drawing with a script": (
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        InkProblem.UNREADABLE,
    ),
    "a picture": ("data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+", InkProblem.UNREADABLE),
    "a script among the points": (
        pad([[["<script>", 1, 0], [200, 100, 9]]]),
        InkProblem.UNREADABLE,
    ),
    "ten thousand points and more": (ENDLESS[:200_000], InkProblem.UNREADABLE),
    "three hundred kilobytes": (ENDLESS, InkProblem.TOO_MUCH),
    "brackets without end": ("[" * 100_000, InkProblem.UNREADABLE),
}


@pytest.mark.parametrize(("ink", "problem"), INK.values(), ids=INK)
@pytest.mark.parametrize("post", [review, finish], ids=["looked over", "kept"])
def test_what_is_no_ink_is_refused_with_its_reason(kiosk, ink, problem, post):
    before = fingerprint()

    response = post(kiosk, answer="agree", **DRAWN | {"ink": ink})

    assert response.status_code == 422
    assert response.context["form"].errors == {"ink": [problem.value]}
    assert fingerprint() == before


@pytest.mark.parametrize("address", ["room-answer", "room-finish", "room-leave"])
def test_ten_megabytes_of_strokes_are_refused_before_anybody_reads_them(kiosk, address):
    before = fingerprint()
    huge = json.dumps([[[1, 1, 1]] * 100]) * 12_000

    response = kiosk.post(
        reverse(f"consent:{address}"), {"answer": "agree", **DRAWN | {"ink": huge}}
    )

    assert len(huge) > 10_000_000
    assert response.status_code == 413
    assert "with fewer strokes" in response.content.decode()
    assert fingerprint() == before


def test_what_was_typed_is_shown_as_text_and_never_acts(kiosk):
    nasty = '<script>alert(1)</script>"onload="x'

    typed = TYPED_NAME | {
        "answer": "decline",
        "reason": nasty,
        "who": "representative",
        "representative": nasty,
        "relation": nasty,
        "ground": "I am the legal guardian",
        "typed_name": nasty,
    }

    looked_over = review(kiosk, **typed)
    asked_again = review(kiosk, **typed | {"typed_name": "Odette Marlow"})

    assert (looked_over.status_code, asked_again.status_code) == (200, 422)
    for page in (looked_over.content.decode(), asked_again.content.decode()):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=&quot;x" in page


# Files that are no paper

PROGRAM = (
    "This PDF holds more than scanned pages, such as a script, a form or another file. "
    "Print it and scan the paper."
)
OTHER = "Only PDF, JPEG and PNG files can be read. Scan the page to a PDF, or photograph it."
LAUNCH = b"/OpenAction << /S /Launch /F (tool.exe) >>"
SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
FILES = {
    "a program": (ELF, OTHER),
    "a drawing with a script": (b'<svg onload="alert(1)"><script>alert(1)</script></svg>', OTHER),
    "a PDF that starts a program": (make_pdf(catalog=LAUNCH), PROGRAM),
    "a PDF that is a program": (make_pdf(catalog=SCRIPT), PROGRAM),
    "a PDF with a program behind its end": (
        make_pdf() + ELF,
        "This file is damaged or incomplete. Scan or photograph the page again.",
    ),
    "a picture of two hundred megapixels": (
        make_png_head(20_000, 10_000),
        "The picture has more than 50 megapixels. Scan with 300 dpi, or photograph in the"
        " camera's usual size.",
    ),
    "eleven megabytes": (
        make_picture("jpeg") + bytes(11_000_000),
        "This file is larger than 10 MB. Scan with 200 dpi or in grey.",
    ),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES)
def test_what_is_no_paper_is_refused_with_its_reason(
    fran_client, form, patient, practice, fran, content, reason
):
    paper = start(Method.PAPER, patient=patient, practice=practice, by=fran, form=form).signing
    before = fingerprint()
    posted = {
        "code": paper.code,
        "answer": "agree",
        "language": "en",
        "signed_on": today().isoformat(),
        "file": SimpleUploadedFile("paper.pdf", content, content_type="application/pdf"),
    }

    response = fran_client.post(reverse("consent:scan-in", args=[paper.pk]), posted)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [reason]}
    assert fingerprint() == before


# Two signers at once


def in_room(fran, *, method, **of):
    """A client in a room of its own."""
    started = start(method, by=fran, **of)
    client = Client(raise_request_exception=False)
    if method == Method.PHONE:
        client.post(reverse("consent:link", args=[started.token]), BIRTH)
        return client
    sign_in(client, fran)
    return hand_over(client, patient=of["patient"], notice=of.get("notice"))


@pytest.mark.usefixtures("transactional_db")
def test_of_two_who_answer_one_notice_at_once_one_wins_and_the_other_is_told(
    fran, patient, dana, practice
):
    parties = {"patient": patient, "practice": practice}
    notice = make_issued(Kind.ABN, provider=dana.provider, by=fran, **parties)
    phone = in_room(fran, method=Method.PHONE, notice=notice, **parties)
    kiosk = in_room(fran, method=Method.KIOSK, notice=notice, **parties)

    answers = at_once(
        lambda: finish(phone, answer="1", **DRAWN), lambda: finish(kiosk, answer="3", **DRAWN)
    )

    statuses = sorted(each.status_code for each in answers)
    assert statuses == [302, 409]
    assert NoticeStep.objects.filter(after="chosen").count() == 1
    assert (PatientSignature.objects.count(), Document.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(verb="notice chosen").count() == 1
    assert Signing.objects.filter(outcome="overtaken").count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_of_two_who_answer_the_consent_at_once_one_wins_and_the_other_is_told(
    fran, form, patient, practice
):
    parties = {"patient": patient, "practice": practice, "form": form}
    phone = in_room(fran, method=Method.PHONE, **parties)
    kiosk = in_room(fran, method=Method.KIOSK, **parties)

    answers = at_once(
        lambda: finish(phone, answer="agree", **DRAWN),
        lambda: finish(kiosk, answer="decline", **DRAWN),
    )

    assert sorted(each.status_code for each in answers) == [302, 409]
    assert (Consent.objects.count(), PatientSignature.objects.count()) == (1, 1)
    assert (Document.objects.count(), Signing.objects.filter(outcome="overtaken").count()) == (1, 1)


@pytest.mark.usefixtures("transactional_db")
def test_two_taps_on_the_last_button_sign_once(fran, form, patient, practice):
    kiosk = in_room(fran, method=Method.KIOSK, patient=patient, practice=practice, form=form)
    twin = Client(raise_request_exception=False)
    twin.cookies = kiosk.cookies

    answers = at_once(
        lambda: finish(kiosk, answer="agree", **DRAWN),
        lambda: finish(twin, answer="agree", **DRAWN),
    )

    assert min(each.status_code for each in answers) in (200, 302)
    assert max(each.status_code for each in answers) in (302, 409)
    assert (Consent.objects.count(), Document.objects.count()) == (1, 1)


@pytest.mark.usefixtures("transactional_db")
def test_of_two_phones_that_open_one_link_at_once_one_gets_in(fran, form, patient, practice):
    sent = start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)
    link = reverse("consent:link", args=[sent.token])
    phones = [Client(), Client()]

    answers = at_once(*(lambda phone=phone: phone.post(link, BIRTH) for phone in phones))

    assert sorted(each.status_code for each in answers) == [302, 410]
    assert [phone.get("/sign/").status_code for phone in phones].count(200) == 1


@pytest.mark.usefixtures("transactional_db")
def test_birth_dates_that_are_tried_at_once_are_counted_one_by_one(fran, form, patient, practice):
    sent = start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)
    link = reverse("consent:link", args=[sent.token])
    wrong = BIRTH | {"day": "9"}

    at_once(*(lambda: Client().post(link, wrong) for _ in range(5)))

    kept = Signing.objects.get()
    assert (kept.tries, kept.outcome) == (5, "locked")
    assert AuditEntry.objects.filter(verb="birth date refused").count() == 5


@pytest.mark.usefixtures("transactional_db")
def test_two_taps_open_the_copy_once(fran, form, patient, practice):
    kiosk = in_room(fran, method=Method.KIOSK, patient=patient, practice=practice, form=form)
    finish(kiosk, answer="agree", **DRAWN)
    twin = Client(raise_request_exception=False)
    twin.cookies = copy(kiosk.cookies)

    at_once(*(lambda tap=tap: tap.post(reverse("consent:room-copy")) for tap in (kiosk, twin)))

    assert AuditEntry.objects.filter(verb="document shown on the tablet").count() == 1
