"""The room: what a patient's session can do there, and that it can do nothing else."""

import pytest
from django.urls import reverse

from consent.models import Consent, Kind, NoticeStep, PatientSignature, Signing
from emr.models import AuditEntry, DocumentEvent
from tests.consent.rooms import DRAWN, TYPED_NAME, finish, hand_over, make_issued, review
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
        TYPED_NAME | {"typed_name": "O" * 161},
        "typed_name",
        "This is too long.",
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
    wrong = dark.post(reverse("consent:room-leave"), {"password": "needle-and-thread-8"})
    right = dark.post(reverse("consent:room-leave"), {"password": PASSWORD})

    assert (wrong.status_code, wrong.context["staff"]) == (422, fran)
    assert wrong.context["form"].errors == {"password": ["This is not the password."]}
    assert (right.status_code, right.url) == (302, "/")
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


def test_passwords_are_not_tried_without_end(dark):
    tries = [
        dark.post(reverse("consent:room-leave"), {"password": f"guess {number}"}).status_code
        for number in range(11)
    ]
    right = dark.post(reverse("consent:room-leave"), {"password": PASSWORD})

    assert tries == [422] * 10 + [429]
    assert right.status_code == 429


def test_after_signing_the_tablet_goes_back_without_undoing_anything(signed, fran):
    signed.post(reverse("consent:room-leave"), {"password": PASSWORD})

    assert signed.get("/").wsgi_request.user == fran
    assert (Consent.objects.count(), Signing.objects.get().outcome) == (1, "signed")
