"""The link to a patient's phone, and the desk that watches it."""

import logging
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.models import Consent, Method, Signing
from emr.documents import qr
from emr.logs import DiscreetFormatter
from emr.models import AuditEntry, DocumentEvent
from tests.consent.rooms import BIRTH, DRAWN, finish, hand_over, start
from tests.factories import make_consent_form, make_patient

WRONG_BIRTH = BIRTH | {"day": "9"}


@pytest.fixture
def form(practice):
    return make_consent_form()


@pytest.fixture
def sent(form, patient, practice, fran):
    """A link that was just made: signing and token."""
    return start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)


@pytest.fixture
def address(sent):
    return reverse("consent:link", args=[sent.token])


@pytest.fixture
def phone(address):
    client = Client()
    response = client.post(address, BIRTH)
    assert (response.status_code, response.url) == (302, "/sign/")
    return client


# The desk


def test_the_desk_shows_the_link_once_and_keeps_only_its_digest(fran_client, form, patient):
    made = fran_client.post(
        reverse("consent:start-signing", args=[patient.pk]), {"method": "phone"}
    )
    signing = Signing.objects.get()
    again = fran_client.get(reverse("consent:signing", args=[signing.pk]))

    assert made.status_code == 200
    assert made.context["qr"].startswith("data:image/png;base64,")
    assert "qr" not in again.context
    assert "Make a new link" in again.content.decode()
    assert len(signing.token_sha256) == 64
    assert signing.expires_at - signing.started_at == timedelta(minutes=15)


def test_the_qr_code_holds_the_link_at_our_own_address(
    fran_client, form, patient, monkeypatch, settings
):
    settings.PUBLIC_URL = "https://clinic.example"
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _bytes: "the-secret")

    made = fran_client.post(
        reverse("consent:start-signing", args=[patient.pk]),
        {"method": "phone"},
        headers={"Host": "localhost"},
    )

    assert made.context["qr"] == qr("https://clinic.example/s/the-secret/")


def test_a_new_link_takes_the_old_one_back(sent, address, form, patient, practice, fran):
    new = start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)

    old = Client().get(address)
    fresh = Client().get(reverse("consent:link", args=[new.token]))

    assert (old.status_code, fresh.status_code) == (410, 200)
    entries = AuditEntry.objects.filter(verb="signing taken back")
    assert [(each.subject_id, each.actor_id) for each in entries] == [
        (str(sent.signing.pk), fran.pk)
    ]


OFFERS = ("hx-preserve", "Take it back unsigned", "Print the copy", "Back to the consent")


def test_the_page_of_the_desk_flips_by_itself(fran_client, sent, address, patient):
    state = reverse("consent:signing-state", args=[sent.signing.pk])

    def look():
        response = fran_client.get(state)
        face = response.context["face"]
        same = fran_client.get(state, {"seen": face}).status_code
        page = response.content.decode()
        shown = {words for words in OFFERS if words in page}
        return (response.context["progress"].chip.word, "hx-trigger" in page, same, shown)

    phone = Client()
    waiting = look()
    phone.post(address, BIRTH)
    opened = look()
    finish(phone, answer="agree", **DRAWN)
    signed = look()

    consent = Consent.objects.get()
    page = fran_client.get(state).content.decode()
    assert waiting == ("Waiting", True, 204, {"hx-preserve", "Take it back unsigned"})
    assert opened == ("Opened", True, 204, {"Take it back unsigned"})
    assert signed == ("Signed", False, 204, {"Print the copy", "Back to the consent"})
    assert reverse("consent:pdf", args=[consent.pk]) in page


def test_a_link_that_was_not_opened_in_time_leads_to_a_new_one(fran_client, sent):
    Signing.objects.update(expires_at=timezone.now())

    page = fran_client.get(reverse("consent:signing-state", args=[sent.signing.pk]))

    assert page.context["progress"].chip.word == "Link has ended"
    assert "Make a new link" in page.content.decode()
    assert "hx-preserve" not in page.content.decode()


def test_who_looks_at_the_page_of_a_signing_stands_in_the_log(bo_client, sent, patient):
    bo_client.get(reverse("consent:signing", args=[sent.signing.pk]))

    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.verb, entry.patient_id, entry.details) == (
        "viewed",
        patient.pk,
        {"part": "signing"},
    )


def test_the_desk_takes_a_link_back(fran_client, sent, address):
    fran_client.post(reverse("consent:cancel-signing", args=[sent.signing.pk]))

    assert Client().get(address).status_code == 410
    assert Signing.objects.get().outcome == "cancelled"


# The phone


def test_before_the_birth_date_is_known_nothing_tells_of_the_patient(address):
    response = Client().get(address)

    page = response.content.decode()
    assert response.status_code == 200
    assert [word for word in ("Odette", "Marlow", "Harbour", "needling") if word in page] == []
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_looking_at_a_link_does_not_use_it(address, sent):
    """A phone's messenger fetches a preview of what it is sent."""
    for _ in range(3):
        Client().get(address)

    assert Client().post(address, BIRTH).status_code == 302


def test_a_patient_reads_signs_and_saves_a_copy_on_the_phone(phone, fran, patient):
    shown = phone.get("/sign/")
    finish(phone, answer="agree", **DRAWN)
    saved = [phone.post(reverse("consent:room-copy")) for _ in range(3)]

    consent = Consent.objects.get()
    event = DocumentEvent.objects.get()
    assert "Odette Marlow" in shown.content.decode()
    assert (consent.signature.method, consent.signature.place) == ("phone", "")
    assert {each.content for each in saved} == {bytes(consent.document.content)}
    assert saved[0].headers["Content-Disposition"].startswith("attachment;")
    assert (event.document, event.what, event.by) == (consent.document, "shown", fran)
    assert AuditEntry.objects.filter(verb="copy saved once more").count() == 2


def test_a_phone_that_comes_back_to_its_link_finds_its_document(phone, address):
    response = phone.get(address)

    assert (response.status_code, response.url) == (302, "/sign/")


def test_closing_the_page_ends_what_the_phone_could_see(phone):
    phone.post(reverse("consent:room-leave"))

    assert phone.get("/sign/").status_code == 404
    assert Signing.objects.get().outcome == "cancelled"
    assert AuditEntry.objects.order_by("pk").last().verb == "signing closed on the phone"


def test_closing_the_page_after_signing_undoes_nothing(phone):
    finish(phone, answer="agree", **DRAWN)

    phone.post(reverse("consent:room-leave"))

    assert Signing.objects.get().outcome == "signed"


def test_a_phone_answers_for_two_hours_after_the_link_was_used(phone):
    late = timezone.now() - timedelta(hours=2, seconds=1)
    Signing.objects.update(opened_at=late, expires_at=late)

    response = finish(phone, answer="agree", **DRAWN)

    assert response.status_code == 403
    assert (Consent.objects.count(), Signing.objects.get().outcome) == (0, "cancelled")


def test_a_phone_answers_to_nobody_who_does_not_work_here_any_more(phone, fran):
    fran.is_active = False
    fran.save()

    response = finish(phone, answer="agree", **DRAWN)

    assert (response.status_code, Consent.objects.count()) == (409, 0)


def test_a_phone_is_not_darkened_while_its_owner_reads(phone):
    session = phone.session
    session["room"] |= {"seen": session["room"]["seen"] - 1200}
    session.save()

    phone.post(reverse("consent:room-blank"))

    assert phone.get("/sign/").templates[0].name == "consent/signing/document.html"


def test_a_browser_with_somebody_signed_in_is_signed_out_before_it_shows_the_document(
    fran_client, address
):
    fran_client.post(address, BIRTH)

    assert fran_client.get("/sign/").status_code == 200
    assert fran_client.get("/").status_code == 404


# What does not open


def used(address, sent):
    Client().post(address, BIRTH)
    return address


def expired(address, sent):
    past = timezone.now() - timedelta(seconds=1)
    Signing.objects.filter(pk=sent.signing.pk).update(expires_at=past)
    return address


def taken_back(address, sent):
    Signing.objects.filter(pk=sent.signing.pk).update(ended_at=timezone.now(), outcome="cancelled")
    return address


def wrong(address, sent):
    return reverse("consent:link", args=["x" * len(sent.token)])


def cut_short(address, sent):
    return reverse("consent:link", args=[sent.token[:-1]])


def the_digest_itself(address, sent):
    return reverse("consent:link", args=[sent.signing.token_sha256])


CLOSED = [used, expired, taken_back, wrong, cut_short, the_digest_itself]


@pytest.mark.parametrize("make", CLOSED, ids=[each.__name__ for each in CLOSED])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_link_that_opens_nothing_gets_the_same_answer(address, sent, make, method):
    link = make(address, sent)
    stranger = Client()

    response = getattr(stranger, method)(link, BIRTH)
    other = Client().get(reverse("consent:link", args=["nothing"]))

    assert response.status_code == 410
    assert response.content == other.content
    assert "room" not in stranger.session


def test_only_the_birth_date_of_its_own_patient_opens_a_link(sent, address):
    make_patient(birth_date=sent.signing.patient.birth_date.replace(day=9))

    response = Client().post(address, WRONG_BIRTH)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This date does not fit. Please try once more, or ask the desk."
    ]


@pytest.mark.parametrize(
    "typed",
    [{}, BIRTH | {"month": "13"}, BIRTH | {"day": "31", "month": "2"}, BIRTH | {"year": "51"}],
    ids=["nothing", "no month", "no day", "a year of two digits"],
)
def test_what_is_no_date_does_not_count_as_a_try(sent, address, typed):
    response = Client().post(address, typed)

    assert response.status_code == 422
    assert Signing.objects.get().tries == 0


def test_the_fifth_wrong_birth_date_locks_the_link_for_everybody(sent, address, fran_client):
    tries = [Client().post(address, WRONG_BIRTH).status_code for _ in range(5)]
    right = Client().post(address, BIRTH)

    page = fran_client.get(reverse("consent:signing", args=[sent.signing.pk]))
    assert tries == [422, 422, 422, 422, 410]
    assert right.status_code == 410
    assert page.context["progress"].chip.word == "Locked"
    entries = AuditEntry.objects.filter(subject_type="consent.Signing").order_by("pk")
    assert list(entries.values_list("verb", flat=True)) == [
        "signing started",
        *["birth date refused"] * 5,
        "signing link locked",
    ]


def test_links_are_not_tried_without_end(db, practice):
    client = Client()
    address = reverse("consent:link", args=["guess"])

    answers = [client.get(address).status_code for _ in range(61)]

    assert answers == [410] * 60 + [429]


def test_guesses_from_the_same_network_keep_no_patient_out(address):
    for _ in range(61):
        Client().get(reverse("consent:link", args=["guess"]))

    looked = Client().get(address)
    opened = Client().post(address, BIRTH)

    assert (looked.status_code, opened.status_code) == (200, 302)


def test_no_log_keeps_a_link(caplog, address, sent):
    formatter = DiscreetFormatter()
    Client().post(address, WRONG_BIRTH)

    lines = [formatter.format(each) for each in caplog.records if each.name == "django.request"]
    reset = logging.LogRecord(
        "x", 30, "", 1, "Not Found: %s", ("/accounts/password/reset/key/1-a/",), None
    )
    assert [line.split("django.request: ")[1] for line in lines] == ["Unprocessable Entity: /s/…/"]
    assert formatter.format(reset).endswith("Not Found: /accounts/password/reset/key/…/")


# Two devices


def test_the_second_device_is_told_that_the_first_has_answered(phone, form, patient, fran_client):
    kiosk = hand_over(fran_client, patient=patient)
    finish(kiosk, answer="agree", **DRAWN)

    response = finish(phone, answer="decline", **DRAWN)

    assert response.status_code == 409
    assert "This was answered already" in response.content.decode()
    assert Consent.objects.get().outcome == "signed"
    assert sorted(Signing.objects.values_list("outcome", flat=True)) == ["overtaken", "signed"]
    overtaken = AuditEntry.objects.get(verb="signing overtaken")
    assert overtaken.subject_id == str(Signing.objects.get(outcome="overtaken").pk)
