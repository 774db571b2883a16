"""The room: what a patient's session can do there, and that it can do nothing else."""

import json
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from consent.actions import Refused, answer_consent
from consent.forms.room import is_full_name, is_name_of
from consent.models import Consent, Kind, Method, NoticeStep, PatientSignature, Signing
from emr.models import AuditEntry, DocumentEvent, Patient, Practice
from tests.consent.papers import typed_hand
from tests.consent.rooms import DRAWN, TYPED_NAME, finish, hand_over, make_issued, review, start
from tests.factories import PASSWORD, make_consent_form, make_patient, make_visit, today

ROOM = "/sign/"


@pytest.fixture
def form(practice):
    return make_consent_form()


@pytest.fixture
def kiosk(fran_client, form, patient, visit):
    return hand_over(fran_client, patient=patient)


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


# Coming in


def test_the_tablet_shows_the_document_and_nobody_is_signed_in(kiosk, patient, dana):
    response = kiosk.get(ROOM)

    page = response.content.decode()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.wsgi_request.user.is_authenticated
    assert "Odette Marlow" in page
    assert "Dana Whitlock" in page  # of the visit today
    assert "topbar" not in page
    assert response.context["form"].chosen == ""
    assert verbs()[-2:] == ["signing started", "signed out"]


def test_without_a_room_there_is_nothing_at_its_addresses(fran_client, client, db):
    answers = {who.get(ROOM).status_code for who in (fran_client, client)}

    assert answers == {404}


def test_the_language_of_the_document_can_be_switched(kiosk):
    spanish = kiosk.get(ROOM, {"language": "es"})
    after = kiosk.get(ROOM)
    english = kiosk.get(ROOM, {"language": "en"})

    assert [each.context["language"] for each in (spanish, after, english)] == ["es", "es", "en"]
    assert '<html lang="es"' in spanish.content.decode()
    assert "¿Está de acuerdo con la punción seca?" in spanish.content.decode()


def test_a_language_that_the_document_lacks_is_not_taken(kiosk):
    assert kiosk.get(ROOM, {"language": "fr"}).context["language"] == "en"


# Answering


def test_a_consent_is_looked_over_before_it_is_kept(kiosk):
    response = review(kiosk, answer="agree", **DRAWN)

    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["answered"] == "Yes, I agree to dry needling"
    assert "data:image/svg+xml;base64," in page
    assert (Consent.objects.count(), PatientSignature.objects.count()) == (0, 0)


def test_a_consent_that_was_drawn_is_kept_with_who_and_where(kiosk, patient, fran):
    response = kiosk.post(
        reverse("consent:room-finish"),
        {"answer": "agree", **DRAWN},
        headers={"User-Agent": "A tablet"},
    )

    consent = Consent.objects.get()
    signature = consent.signature
    signing = Signing.objects.get()
    assert (response.status_code, response.url) == (302, ROOM)
    assert (consent.outcome, consent.patient, consent.signed_on) == ("signed", patient, today())
    assert (signature.mark, signature.signer_name) == ("drawn", "Odette Marlow")
    assert (signature.device, signature.address) == ("A tablet", "127.0.0.1")
    assert signature.place == "Harbour Lane Physical Therapy, Fort Collins"
    assert (signature.attended_by, signing.outcome, signing.consent) == (fran, "signed", consent)
    assert '"disclosure":["You do not have to sign on a screen' in consent.snapshot
    assert kiosk.get(ROOM).templates[0].name == "consent/signing/done.html"


def test_a_consent_is_declined_with_a_typed_name_and_a_reason(kiosk):
    finish(kiosk, answer="decline", reason="Afraid of needles", **TYPED_NAME)

    consent = Consent.objects.get()
    assert (consent.outcome, consent.declined_reason) == ("declined", "Afraid of needles")
    assert (consent.signature.mark, consent.signature.typed_name) == ("typed", "Odette Marlow")
    assert Signing.objects.get().outcome == "declined"


def test_a_reason_to_decline_is_dropped_when_the_patient_agrees_after_all(kiosk):
    finish(kiosk, answer="agree", reason="Afraid of needles", **DRAWN)

    assert Consent.objects.get().declined_reason == ""


def test_somebody_signs_for_the_patient_with_interpreter_and_witness(kiosk):
    finish(
        kiosk,
        answer="agree",
        **DRAWN | {"who": "representative"},
        representative="Inès Marlow",
        relation="Daughter",
        ground="I have a power of attorney for health care",
        interpreter="Jo Vega",
        witness="Kit Hall",
    )

    signature = PatientSignature.objects.get()
    assert (signature.signer_name, signature.relation) == ("Inès Marlow", "Daughter")
    assert signature.ground == "I have a power of attorney for health care"
    assert (signature.interpreter, signature.witness) == ("Jo Vega", "Kit Hall")


def test_what_was_written_of_a_representative_is_dropped_when_the_patient_signs(kiosk):
    finish(kiosk, answer="agree", **DRAWN, representative="Inès Marlow", relation="Daughter")

    signature = PatientSignature.objects.get()
    assert (signature.signer_name, signature.relation, signature.ground) == (
        "Odette Marlow",
        "",
        "",
    )


def test_for_a_child_a_representative_signs_and_the_page_says_so(fran_client, form, practice):
    child = make_patient(birth_date=today().replace(year=today().year - 9, day=1))
    kiosk = hand_over(fran_client, patient=child)
    shown = kiosk.get(ROOM).content.decode()

    response = finish(kiosk, answer="agree", **DRAWN)

    assert "The patient is under 18." in shown
    assert 'value="patient"' not in shown
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["representative", "relation", "ground"]
    assert Consent.objects.count() == 0


def other_name(name):
    return (
        f"This is not the name of who signs. Please type first and last name: {name}."
        " Or draw your signature."
    )


INES = {
    "answer": "agree",
    "representative": "Inès Marlow",
    "relation": "Daughter",
    "ground": "I am the legal guardian",
}
MISSING = {
    "no answer": ({}, DRAWN, "answer", "Please choose one."),
    "an answer that is none": ({"answer": "1"}, DRAWN, "answer", "Please choose one."),
    "no ink": (
        {"answer": "agree"},
        DRAWN | {"ink": ""},
        "ink",
        "There is no signature yet. Please sign in the box.",
    ),
    "a typed name without the tick": (
        {"answer": "agree"},
        TYPED_NAME | {"is_my_signature": ""},
        "is_my_signature",
        "Tick this to sign with your typed name.",
    ),
    "a tick without a name": (
        {"answer": "agree"},
        TYPED_NAME | {"typed_name": " "},
        "typed_name",
        "Please fill this in.",
    ),
    "a name of signs that nobody sees": (
        {"answer": "agree"},
        TYPED_NAME | {"typed_name": "Odette\u202e"},
        "typed_name",
        "Please write a name with letters.",
    ),
    "a name without end": (
        {"answer": "agree"},
        TYPED_NAME | {"typed_name": "O" * 251},
        "typed_name",
        "This is too long.",
    ),
    "somebody else's name": (
        {"answer": "agree"},
        TYPED_NAME | {"typed_name": "Somebody Else"},
        "typed_name",
        other_name("Odette Marlow"),
    ),
    "initials": (
        {"answer": "agree"},
        TYPED_NAME | {"typed_name": "O. Marlow"},
        "typed_name",
        other_name("Odette Marlow"),
    ),
    "the patient's name by somebody else": (
        INES,
        TYPED_NAME | {"who": "representative"},
        "typed_name",
        other_name("Inès Marlow"),
    ),
    "a representative of initials": (
        INES | {"representative": "I. M."},
        TYPED_NAME | {"who": "representative", "typed_name": "I. M."},
        "representative",
        "Please write the full name, not only initials.",
    ),
    "a representative without a ground": (
        {"answer": "agree", "representative": "Inès Marlow", "relation": "Daughter"},
        DRAWN | {"who": "representative"},
        "ground",
        "Please choose why.",
    ),
    "a ground of their own": (
        {
            "answer": "agree",
            "representative": "Inès Marlow",
            "relation": "Daughter",
            "ground": "Because",
        },
        DRAWN | {"who": "representative"},
        "ground",
        "Please choose why.",
    ),
}


@pytest.mark.parametrize(("given", "mark", "field", "words"), MISSING.values(), ids=MISSING)
@pytest.mark.parametrize("to", [review, finish], ids=["looked over", "kept"])
def test_what_is_missing_is_said_at_its_place_and_nothing_is_lost(
    kiosk, given, mark, field, words, to
):
    response = to(kiosk, **given, **mark)

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {field: [words]}
    assert form.ink_value == mark.get("ink", "")
    assert form.chosen == given.get("answer", "")
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("typed", ["MARLOW, Odette", "odètte  j. marlow", "Odette Marlow Jr."])
def test_a_typed_name_may_be_written_in_its_own_way(kiosk, typed):
    response = finish(kiosk, answer="agree", **TYPED_NAME | {"typed_name": typed})

    assert response.status_code == 302
    assert PatientSignature.objects.get().typed_name == " ".join(typed.split(" "))


NAMES = [
    ("Odette Marlow", "Marlow Odette", True),
    ("Odette Claire Marlow", "odette marlow", True),
    ("Odette Claire Marlow", "Odette Claire", False),
    ("Odette Claire Marlow", "Claire Marlow", False),
    ("Odette Marlow Jr.", "Odette Marlow", True),
    ("Odette Marlow", "Odette Marlo", False),
    ("Odette Marlow", "x", False),
    ("Odette Marlow", "Odette", False),
    ("Odette Marlow", "O M", False),
    ("Pat O’Brien", "pat obrien", True),
    ("Ana Vega-Ruiz", "Ana Vega Ruiz", True),
    ("Nguyễn Thị Hạnh", "Hanh Nguyen", True),
    ("小明 王", "王小明", True),
    ("小明 王", "王小红", False),
    ("Sukarno", "sukarno", True),
    ("Jr", "Sr", False),
]


@pytest.mark.parametrize(("signer", "typed", "fits"), NAMES)
def test_a_typed_name_has_first_and_last_name_of_who_signs(signer, typed, fits):
    assert is_name_of(signer, typed) is fits


@pytest.mark.parametrize(
    ("name", "full"), [("Inès", True), ("I. M.", False), ("李 明", True), ("M", False)]
)
def test_initials_are_no_full_name(name, full):
    assert is_full_name(name) is full


def test_what_is_missing_is_said_in_spanish_to_who_reads_spanish(kiosk):
    kiosk.get(ROOM, {"language": "es"})

    response = review(kiosk, answer="agree", **DRAWN | {"ink": ""})

    words = "Todavía no hay firma. Firme en el recuadro, por favor."
    assert response.context["form"].errors == {"ink": [words]}


def test_from_the_review_one_goes_back_with_everything_that_was_given(kiosk):
    response = review(kiosk, answer="decline", reason="Not today", **DRAWN, change="yes")

    form = response.context["form"]
    assert response.status_code == 200
    assert (form.chosen, form["reason"].value(), form.errors) == ("decline", "Not today", {})
    assert form.ink_value == DRAWN["ink"]


# Notices


def test_an_abn_takes_exactly_one_of_three_options_from_the_patient(
    fran_client, fran, patient, dana, practice
):
    parties = {"patient": patient, "provider": dana.provider, "practice": practice, "by": fran}
    kiosk = hand_over(fran_client, notice=make_issued(Kind.ABN, **parties))
    shown = kiosk.get(ROOM).content.decode()

    none = finish(kiosk, **DRAWN)
    wrong = finish(kiosk, answer="4", **DRAWN)
    agreed = finish(kiosk, answer="agree", **DRAWN)
    done = finish(kiosk, answer="2", **DRAWN)

    step = NoticeStep.objects.get(after="chosen")
    assert 'name="answer" value="1" checked' not in shown
    assert [each.status_code for each in (none, wrong, agreed, done)] == [422, 422, 422, 302]
    assert (step.option, step.transcribed, step.signature.mark) == (2, False, "drawn")


@pytest.mark.parametrize("kind", [Kind.ABN, Kind.AGREEMENT, Kind.ESTIMATE])
@pytest.mark.parametrize(("language", "other"), [("en", "es"), ("es", "en")])
def test_a_notice_is_shown_in_its_own_language_only(
    fran_client, fran, patient, dana, practice, kind, language, other
):
    parties = {"patient": patient, "provider": dana.provider, "practice": practice, "by": fran}
    notice = make_issued(kind, language=language, **parties)
    kiosk = hand_over(fran_client, notice=notice)

    switched = kiosk.get(ROOM, {"language": other})

    assert list(json.loads(notice.snapshot)["wordings"]) == [language] * (kind == Kind.ABN)
    assert switched.context["language"] == language
    assert "hreflang" not in switched.content.decode()


OPTION_WORDS = [
    (
        "1",
        "Option 1. Invented: option 1, without its last sentence, dry needling Invented: the last"
        " sentence of option 1, dry needling",
    ),
    ("2", "Option 2. Invented: option 2, dry needling"),
    ("3", "Option 3. Invented: option 3, dry needling"),
]


@pytest.mark.parametrize(("option", "words"), OPTION_WORDS)
def test_an_option_is_looked_over_in_the_words_of_its_form(
    fran_client, fran, patient, dana, practice, option, words
):
    parties = {"patient": patient, "provider": dana.provider, "practice": practice, "by": fran}
    kiosk = hand_over(fran_client, notice=make_issued(Kind.ABN, **parties))

    page = review(kiosk, answer=option, **DRAWN).content.decode()

    said = page.split('class="the-answer">')[1].split("</dd>")[0]
    assert " ".join(strip_tags(said).split()) == words


ANSWERS = [
    (Kind.ABN, "1", "chosen", "signed"),
    (Kind.ABN, "3", "chosen", "declined"),
    (Kind.AGREEMENT, "agree", "agreed", "signed"),
    (Kind.AGREEMENT, "decline", "declined", "declined"),
    (Kind.ESTIMATE, "", "agreed", "signed"),
]


@pytest.mark.parametrize(("kind", "answer", "state", "outcome"), ANSWERS)
def test_each_kind_of_notice_is_answered_in_its_own_way(
    fran_client, fran, patient, dana, practice, kind, answer, state, outcome
):
    parties = {"patient": patient, "provider": dana.provider, "practice": practice, "by": fran}
    notice = make_issued(kind, **parties)
    kiosk = hand_over(fran_client, notice=notice)

    looked_over = review(kiosk, answer=answer, **DRAWN)
    kept = finish(kiosk, answer=answer, **DRAWN)

    assert (looked_over.status_code, kept.status_code) == (200, 302)
    assert (notice.steps.last().after, Signing.objects.get().outcome) == (state, outcome)


def test_a_notice_for_a_service_that_was_given_is_not_signed_any_more(
    fran_client, fran, patient, dana, practice
):
    visit = make_visit(patient=patient, provider=dana.provider)
    parties = {"patient": patient, "provider": dana.provider, "practice": practice, "by": fran}
    kiosk = hand_over(fran_client, notice=make_issued(Kind.ABN, visit=visit, **parties))
    visit.state = "done"
    visit.save()

    response = finish(kiosk, answer="1", **DRAWN)

    assert response.status_code == 409
    assert "This cannot be signed any more" in response.content.decode()
    assert "The service was given already" in response.content.decode()
    assert PatientSignature.objects.count() == 0


# Afterwards


@pytest.fixture
def signed(kiosk):
    finish(kiosk, answer="agree", **DRAWN)
    return kiosk


def test_a_signed_document_cannot_be_answered_again(signed):
    again = finish(signed, answer="decline", **DRAWN)

    assert again.templates[0].name == "consent/signing/done.html"
    assert Consent.objects.get().outcome == "signed"


def test_the_tablet_shows_what_was_signed_once_and_that_is_no_copy_given(signed):
    first = signed.post(reverse("consent:room-copy"))
    second = signed.post(reverse("consent:room-copy"))

    assert (first.status_code, second.status_code) == (200, 409)
    assert first.content.decode().count("data:image/png;base64,") == len(first.context["pages"])
    assert "The copy was opened already" in second.content.decode()
    assert DocumentEvent.objects.count() == 0
    assert verbs().count("document shown on the tablet") == 1


def test_before_it_is_signed_there_is_no_copy(kiosk):
    assert kiosk.post(reverse("consent:room-copy")).status_code == 404


# Going dark, and out again


@pytest.fixture
def dark(kiosk):
    assert kiosk.post(reverse("consent:room-blank")).status_code == 204
    return kiosk


@pytest.mark.parametrize("address", ["room", "room-answer", "room-finish"])
def test_a_tablet_that_went_dark_shows_nothing_and_takes_nothing(dark, address):
    method = dark.get if address == "room" else dark.post

    response = method(reverse(f"consent:{address}"), {"answer": "agree", **DRAWN})

    assert response.templates[0].name == "consent/signing/dark.html"
    assert "Odette" not in response.content.decode()
    assert Consent.objects.count() == 0
    assert Signing.objects.get().blanked_at is not None


def test_a_signed_tablet_goes_dark_as_well(signed):
    signed.post(reverse("consent:room-blank"))

    assert signed.get(ROOM).templates[0].name == "consent/signing/dark.html"
    assert signed.post(reverse("consent:room-copy")).status_code == 404


def test_without_any_request_for_ten_minutes_the_server_darkens_the_tablet(kiosk):
    session = kiosk.session
    session["room"] |= {"seen": session["room"]["seen"] - 601}
    session.save()

    response = finish(kiosk, answer="agree", **DRAWN)

    assert response.templates[0].name == "consent/signing/dark.html"
    assert Consent.objects.count() == 0


def test_only_the_password_of_who_handed_it_over_leads_out(dark, fran, olive):
    signing = Signing.objects.get()
    wrong = dark.post(reverse("consent:room-leave"), {"password": "needle-and-thread-8"})
    right = dark.post(reverse("consent:room-leave"), {"password": PASSWORD})

    assert (wrong.status_code, wrong.context["staff"]) == (422, fran)
    assert wrong.context["form"].errors == {"password": ["This is not the password."]}
    assert (right.status_code, right.url) == (302, f"/signings/{signing.pk}/")
    assert dark.get("/").wsgi_request.user == fran
    assert Signing.objects.get().outcome == "cancelled"
    assert verbs()[-3:] == ["tablet not given back", "signing taken back", "signed in"]


def test_staff_let_the_patient_go_on_after_the_tablet_went_dark(dark):
    dark.post(reverse("consent:room-leave"), {"password": PASSWORD, "go_on": "yes"})

    assert dark.get(ROOM).templates[0].name == "consent/signing/document.html"
    assert Signing.objects.get().blanked_at is None
    assert not dark.get(ROOM).wsgi_request.user.is_authenticated


def test_somebody_who_left_the_practice_leads_nobody_out(dark, fran):
    fran.is_active = False
    fran.save()

    response = dark.post(reverse("consent:room-leave"), {"password": PASSWORD})

    assert response.status_code == 422


LEAVE = reverse("consent:room-leave")
NOT_GIVEN_BACK = "tablet not given back"


def test_the_tenth_wrong_password_ends_the_room_for_everybody(dark, bo_client):
    tries = [dark.post(LEAVE, {"password": f"guess {number}"}) for number in range(10)]
    right = dark.post(LEAVE, {"password": PASSWORD})

    page = bo_client.get(reverse("consent:signing", args=[Signing.objects.get().pk]))
    assert [each.status_code for each in tries] == [422] * 9 + [403]
    assert "/accounts/login/" in tries[-1].content.decode()
    assert right.status_code == 404
    assert dark.get("/").url == "/accounts/login/?next=/"
    assert verbs().count(NOT_GIVEN_BACK) == 10
    assert Signing.objects.get().outcome == "locked"
    assert page.context["progress"].words == (
        "Somebody typed ten wrong passwords on the tablet, so it asks for an ordinary sign-in."
    )


def test_wrong_passwords_end_the_room_after_signing_too_and_undo_nothing(signed):
    tries = [signed.post(LEAVE, {"password": "guess"}).status_code for _ in range(10)]

    assert tries == [422] * 9 + [403]
    assert Signing.objects.get().outcome == "signed"


def test_tries_that_are_not_even_checked_stand_in_the_log(fran, form, patient, visit):
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(fran)
        hand_over(client, patient=patient)
    for _ in range(9):
        first.post(LEAVE, {"password": "guess"})
    second.post(LEAVE, {"password": "guess"})

    response = second.post(LEAVE, {"password": PASSWORD})

    assert response.status_code == 429
    assert verbs().count(NOT_GIVEN_BACK) == 11


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_who_has_a_second_factor_shows_it_before_the_tablet_is_theirs_again(dark, fran):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(fran, secret)

    password = dark.post(LEAVE, {"password": PASSWORD})
    before = dark.get("/")
    code = dark.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert (password.status_code, password.url) == (302, reverse("mfa_authenticate"))
    assert (before.status_code, before.wsgi_request.user.is_authenticated) == (302, False)
    assert (code.status_code, code.url) == (302, f"/signings/{Signing.objects.get().pk}/")
    assert dark.get("/").wsgi_request.user == fran
    assert verbs()[-2:] == ["signing taken back", "signed in"]


def test_a_wrong_second_factor_leads_nowhere(dark, fran):
    TOTP.activate(fran, "JBSWY3DPEHPK3PXP")
    dark.post(LEAVE, {"password": PASSWORD})

    dark.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert dark.get("/").url == "/accounts/login/?next=/"
    assert dark.get(ROOM).status_code == 404


# How long it lasts


def make_older(age):
    Signing.objects.update(started_at=timezone.now() - age)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_room_lasts_longer_than_two_hours_however_busy_it_is(kiosk, bo_client, method):
    make_older(timedelta(hours=2, seconds=1))
    desk = reverse("consent:signing", args=[Signing.objects.get().pk])
    before = bo_client.get(desk).context["progress"]

    address = {"get": ROOM, "post": reverse("consent:room-finish")}[method]
    response = getattr(kiosk, method)(address, {"answer": "agree", **DRAWN})

    assert (before.chip.word, before.waits) == ("Time is over", False)
    assert response.status_code == 403
    assert response.templates[0].name == "consent/signing/ended.html"
    assert "Odette" not in response.content.decode()
    assert kiosk.get("/").url == "/accounts/login/?next=/"
    assert (Consent.objects.count(), Signing.objects.get().outcome) == (0, "cancelled")
    assert verbs()[-1] == "signing ran out"


def test_within_two_hours_the_room_stands(kiosk):
    make_older(timedelta(hours=1, minutes=59))

    assert kiosk.get(ROOM).status_code == 200


def test_a_password_does_not_lead_out_of_a_room_that_is_too_old(kiosk, fran):
    make_older(timedelta(hours=3))

    kiosk.post(LEAVE, {"password": PASSWORD})

    assert kiosk.get("/").url == "/accounts/login/?next=/"


def test_a_room_of_another_version_of_the_program_ends(kiosk):
    session = kiosk.session
    del session["room"]["kind"]
    session.save()

    response = kiosk.get(ROOM)

    assert (response.status_code, kiosk.get(ROOM).status_code) == (403, 404)
    assert response.templates[0].name == "consent/signing/ended.html"


def test_what_a_later_version_kept_besides_is_not_looked_at(kiosk):
    session = kiosk.session
    session["room"]["colour"] = "green"
    session.save()

    assert kiosk.get(ROOM).status_code == 200


# Two requests at once


def test_a_request_under_way_does_not_light_a_dark_tablet_again(kiosk):
    under_way = kiosk.session
    under_way["room"]["seen"] += 1
    kiosk.post(reverse("consent:room-blank"))

    with pytest.raises(UpdateError):
        under_way.save()

    assert kiosk.get(ROOM).templates[0].name == "consent/signing/dark.html"


def test_a_request_under_way_does_not_let_the_copy_be_opened_again(signed):
    under_way = signed.session
    under_way["room"]["seen"] += 1
    signed.post(reverse("consent:room-copy"))

    with pytest.raises(UpdateError):
        under_way.save()

    assert signed.post(reverse("consent:room-copy")).status_code == 409


# Pages of the whole site


def test_what_goes_wrong_in_the_room_is_said_by_a_page_of_the_room(fran, form, patient, visit):
    kiosk = Client(enforce_csrf_checks=True)
    kiosk.force_login(fran)
    page = kiosk.get(reverse("consent:of-patient", args=[patient.pk]))
    token = page.cookies["csrftoken"].value
    url = reverse("consent:start-signing", args=[patient.pk])
    kiosk.post(url, {"method": "kiosk", "csrfmiddlewaretoken": token})

    answers = {
        "no address": kiosk.get("/sign/nothing/"),
        "no copy yet": kiosk.post(
            reverse("consent:room-copy"), {"csrfmiddlewaretoken": kiosk.cookies["csrftoken"].value}
        ),
        "forged": kiosk.post(reverse("consent:room-finish"), {"answer": "agree"}),
        "wrong method": kiosk.put(ROOM, headers={"X-CSRFToken": kiosk.cookies["csrftoken"].value}),
    }

    said = {name: answer.status_code for name, answer in answers.items()}
    assert said == {"no address": 404, "no copy yet": 404, "forged": 403, "wrong method": 405}
    for answer in answers.values():
        assert "This screen shows one document only." in answer.content.decode()
        assert 'href="/"' not in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"


# What was read is what is signed


@pytest.fixture
def waiting(form, patient, practice, fran):
    return start(Method.KIOSK, patient=patient, practice=practice, by=fran, form=form).signing


def answer(waiting, practice):
    hand = typed_hand("Odette Marlow")
    common = {"language": "en", "hand": hand, "practice": practice, "by": waiting.started_by}
    return answer_consent(started=waiting, outcome=Consent.Outcome.SIGNED, **common)


def test_a_text_that_is_not_the_one_that_was_frozen_is_not_signed(waiting, practice):
    waiting.snapshot = waiting.snapshot.replace("needle", "noodle")

    with pytest.raises(Refused, match="This text was changed"):
        answer(waiting, practice)

    assert Consent.objects.count() == 0


def test_nobody_signs_in_the_name_of_somebody_who_does_not_attend_any_more(kiosk, fran):
    fran.is_active = False
    fran.save()

    response = finish(kiosk, answer="agree", **DRAWN)

    assert response.status_code == 409
    assert "Fran Ibarra does not work here any more" in response.content.decode()
    assert Consent.objects.count() == 0


def longest(model, *names):
    return sum(model._meta.get_field(name).max_length for name in names)


def test_the_longest_names_fit_into_a_signature():
    fits = {
        "signer_name": longest(Patient, "first_name", "last_name") + len(" "),
        "typed_name": longest(Patient, "first_name", "last_name") + len(" "),
        "place": longest(Practice, "name", "city") + len(", "),
    }

    assert {
        name: size for name, size in fits.items() if longest(PatientSignature, name) < size
    } == {}
    assert longest(Signing, "place") == longest(PatientSignature, "place")


def test_after_signing_the_tablet_goes_back_without_undoing_anything(signed, fran):
    back = signed.post(reverse("consent:room-leave"), {"password": PASSWORD}, follow=True)

    page = back.content.decode()
    assert back.wsgi_request.user == fran
    assert back.context["progress"].chip.word == "Signed"
    assert "Print the copy" in page
    assert reverse("consent:pdf", args=[Consent.objects.get().pk]) in page
    assert "Take it back unsigned" not in page
    assert (Consent.objects.count(), Signing.objects.get().outcome) == (1, "signed")
