import re
import time
from datetime import date
from io import BytesIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import staff
from emr.models import AuditEntry, Licence, Provider, Role, TrainingRecord, User
from tests.factories import (
    PASSWORD,
    make_licence,
    make_override,
    make_training,
    make_user,
    today,
)

PDF = b"%PDF-1.7 a certificate"


def verbs():
    return [entry.verb for entry in AuditEntry.objects.order_by("pk")]


@pytest.fixture
def no_mail(settings):
    """As in an installation where nobody set mail up: links are handed over by hand."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def link_on(page) -> str:
    """The path of the set-password link on the page."""
    [link] = re.findall(r'value="http://127.0.0.1:8000(/accounts/[^"]+)"', page.content.decode())
    return link


def set_password(client, link, new="blue-heron-over-water"):
    form = client.get(link, follow=True)
    return client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})


# The list


@pytest.mark.parametrize("more", [1, 3], ids=["one more", "three more"])
def test_the_list_asks_the_same_questions_however_many_work_here(
    olive_client, django_assert_num_queries, more
):
    for _ in range(more):
        make_user(Role.BILLER)

    olive_client.get(reverse("emr:staff"))  # the first look of a minute renews the session, too

    # session, user, practice, roles, people, their roles, provider of the one who looks
    with django_assert_num_queries(7):
        response = olive_client.get(reverse("emr:staff"))

    assertContains(response, "<tr>", count=1 + 1 + more)


def test_compliance_reads_the_list_and_changes_nothing(cora_client, fran):
    response = cora_client.get(reverse("emr:staff"))

    assertContains(response, "Fran Ibarra")
    assertNotContains(response, reverse("emr:add-person"))
    assertNotContains(response, reverse("emr:person", args=[fran.pk]))


@pytest.mark.parametrize("name", ["dana", "fran", "bo", "eve"])
def test_others_find_no_list(request, name):
    client = request.getfixturevalue(f"{name}_client")

    assert client.get(reverse("emr:staff")).status_code == 404


@pytest.mark.parametrize("name", ["cora", "dana", "fran", "bo"])
def test_only_an_owner_changes_people(request, name, lee):
    client = request.getfixturevalue(f"{name}_client")
    addresses = [
        reverse("emr:add-person"),
        *(
            reverse(f"emr:{view}", args=[lee.pk])
            for view in (
                "person",
                "edit-person",
                "set-roles",
                "invite-person",
                "deactivate-person",
                "reactivate-person",
                "remove-second-factor",
                "add-provider",
            )
        ),
        reverse("emr:edit-provider", args=[lee.provider.pk]),
        reverse("emr:add-licence", args=[lee.provider.pk]),
        reverse("emr:edit-licence", args=[lee.provider.licences.get().pk]),
        reverse("emr:set-scope-override", args=[lee.provider.pk]),
        reverse("emr:end-scope-override", args=[make_override(provider=lee.provider).pk]),
        reverse("emr:add-training", args=[lee.provider.pk]),
    ]

    assert {client.post(address).status_code for address in addresses} == {404}
    assert AuditEntry.objects.count() == 0


# Adding a person


def new_person(**fields):
    return {
        "first_name": "Pia",
        "last_name": "Hart",
        "username": "Pia",
        "email": "Pia@Harbourlane.example",
        "roles": ["front desk"],
        "profession": "",
        "credentials": "",
        "npi": "",
    } | fields


def test_a_person_is_added_and_the_link_to_set_a_password_is_shown_once(olive_client, no_mail):
    response = olive_client.post(reverse("emr:add-person"), new_person(), follow=True)

    pia = User.objects.get(username="pia")
    assert (str(pia), pia.email, pia.roles) == (
        "Pia Hart",
        "pia@harbourlane.example",
        {"front desk"},
    )
    assert not pia.has_usable_password()
    assertRedirects(response, reverse("emr:person", args=[pia.pk]), fetch_redirect_response=False)
    assertContains(response, "Set-password link")
    assertNotContains(olive_client.get(reverse("emr:person", args=[pia.pk])), "Set-password link")
    assert verbs() == ["added person", "made set-password link"]


def test_the_link_sets_a_password_and_then_works_no_more(olive_client, no_mail):
    page = olive_client.post(reverse("emr:add-person"), new_person(), follow=True)

    set_password(Client(), link_on(page))

    assert User.objects.get(username="pia").check_password("blue-heron-over-water")
    assertContains(Client().get(link_on(page)), "Bad Token")
    assert verbs()[-1] == "password set by link"


def test_whoever_came_by_a_link_turns_the_second_factor_on(
    olive_client, no_mail, django_capture_on_commit_callbacks
):
    page = olive_client.post(reverse("emr:add-person"), new_person(), follow=True)
    pias = Client()
    set_password(pias, link_on(page))
    password = {"password": "blue-heron-over-water"}
    pias.post(reverse("account_login"), {"login": "pia"} | password)
    again = pias.get(reverse("mfa_activate_totp"))
    setting_up = pias.post(again.url, password, follow=True)
    secret = setting_up.context["form"].secret

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        pias.post(reverse("mfa_activate_totp"), {"code": code})

    assert again.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user__username="pia", type="totp").exists()
    assert "second factor added" in verbs()


def test_the_link_is_mailed_where_mail_is_set_up(olive_client):
    olive_client.post(reverse("emr:add-person"), new_person())

    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["pia@harbourlane.example"],
        "Filiform: Set your password",
    )
    assert "Your user name is pia." in message.body


def test_what_was_mailed_is_not_shown_too(olive_client):
    response = olive_client.post(reverse("emr:add-person"), new_person(), follow=True)

    assertContains(response, "was mailed to pia@harbourlane.example")
    assertNotContains(response, "Set-password link")


def test_a_mailed_link_leads_to_our_own_address_whatever_the_request_says(
    olive_client, fran, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://emr.harbourlane.example"
    elsewhere = {"Host": "elsewhere.example"}

    olive_client.post(reverse("emr:invite-person", args=[fran.pk]), headers=elsewhere)
    Client().post(reverse("account_reset_password"), {"email": fran.email}, headers=elsewhere)

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "https://emr.harbourlane.example/accounts/password/reset/key/" in message.body
        assert "elsewhere.example" not in message.body


def test_no_mail_is_tried_where_none_goes_out(olive_client, no_mail):
    response = olive_client.post(reverse("emr:add-person"), new_person(), follow=True)

    assertContains(response, "no mail goes out from here")


def test_a_therapist_is_added_with_profession_and_npi(olive_client):
    fields = {"profession": "PT", "credentials": "PT", "npi": "1508340712"}

    olive_client.post(reverse("emr:add-person"), new_person(roles=["therapist"], **fields))

    provider = Provider.objects.get()
    assert (str(provider), provider.npi) == ("Pia Hart, PT", "1508340712")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"roles": ["therapist"]}, "A therapist needs this."),
        ({"profession": "PT"}, "needs the role of a therapist"),
        ({"roles": []}, "Tick at least one role."),
        ({"first_name": "\u200b"}, "at least one letter"),
        ({"last_name": "Hart\u202e"}, "nobody can see"),
        ({"username": "OLIVE"}, "already exists"),
        ({"email": "OLIVE@harbourlane.example"}, "already exists"),
        (
            {"roles": ["therapist"], "profession": "PT", "credentials": "PT", "npi": "1508340713"},
            "not a valid NPI",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_added(olive_client, fields, message):
    response = olive_client.post(reverse("emr:add-person"), new_person(**fields))

    assertContains(response, message, status_code=422)
    assert User.objects.count() == 1


# What could make somebody else's account one's own


TAKE_OVER = {
    "edit-person": {"first_name": "Lee", "last_name": "Okafor", "email": "mallory@x.example"},
    "set-roles": {"roles": ["owner"]},
    "invite-person": {},
    "remove-second-factor": {},
    "deactivate-person": {},
}


@pytest.mark.parametrize("view", TAKE_OVER)
def test_a_screen_left_alone_gives_nobody_away(client, olive, lee, view):
    Authenticator.objects.create(user=lee, type=Authenticator.Type.TOTP, data={})
    client.force_login(olive)
    address = reverse(f"emr:{view}", args=[lee.pk])

    asked = client.post(address, TAKE_OVER[view])

    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert (verbs(), mail.outbox) == ([], [])
    assertContains(client.get(asked.url), "Is it still you?")
    client.post(asked.url, {"password": "not-the-password"})
    assert verbs() == ["sign-in refused"]
    client.post(asked.url, {"password": PASSWORD})
    assert len(verbs()) == 2


def test_after_five_minutes_the_password_is_asked_again(olive_client, lee):
    session = olive_client.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()

    asked = olive_client.post(reverse("emr:invite-person", args=[lee.pk]))

    assert asked.url.startswith(reverse("account_reauthenticate"))


# Changing a person


def test_roles_hold_from_the_next_click_on(olive_client, fran, fran_client):
    before = fran_client.get(reverse("emr:audit")).status_code

    olive_client.post(reverse("emr:set-roles", args=[fran.pk]), {"roles": ["compliance"]})

    assert (before, fran_client.get(reverse("emr:audit")).status_code) == (404, 200)
    assert AuditEntry.objects.get(verb="set roles").details == {"roles": ["compliance"]}


def test_the_last_active_owner_stays_one(olive_client, olive):
    make_user(Role.OWNER, is_active=False)

    response = olive_client.post(
        reverse("emr:set-roles", args=[olive.pk]), {"roles": ["front desk"]}
    )

    assertContains(response, "This is the only active owner.", status_code=422)
    assert User.objects.get(pk=olive.pk).roles == {"owner"}


def test_one_of_two_owners_may_step_down(olive_client, olive):
    make_user(Role.OWNER)

    olive_client.post(reverse("emr:set-roles", args=[olive.pk]), {"roles": ["front desk"]})

    assert User.objects.get(pk=olive.pk).roles == {"front desk"}


def test_deactivating_somebody_ends_their_sessions_for_good(olive_client, olive, dana, dana_client):
    olive_client.post(reverse("emr:deactivate-person", args=[dana.pk]))

    response = dana_client.get(reverse("emr:account"))
    assertRedirects(response, "/accounts/login/?next=/account/", fetch_redirect_response=False)
    assert not Provider.objects.get(user=dana).active
    olive_client.post(reverse("emr:reactivate-person", args=[dana.pk]))
    assert dana_client.get(reverse("emr:account")).status_code == 302
    assert not Client().login(username="dana", password=PASSWORD)
    assert Provider.objects.get(user=dana).active
    assert verbs() == ["deactivated person", "reactivated person", "made set-password link"]


def test_the_last_active_owner_cannot_be_deactivated(olive_client, olive):
    response = olive_client.post(reverse("emr:deactivate-person", args=[olive.pk]))

    assertContains(response, "This is the only active owner.", status_code=409)
    assert User.objects.get(pk=olive.pk).is_active


def test_a_name_is_changed_and_the_log_says_which_field(olive_client, fran):
    fields = {"first_name": "Fran", "last_name": "Osei", "email": "fran@harbourlane.example"}

    olive_client.post(reverse("emr:edit-person", args=[fran.pk]), fields)

    assert str(User.objects.get(pk=fran.pk)) == "Fran Osei"
    assert AuditEntry.objects.get().details == {"fields": ["last_name"]}


def test_a_former_address_no_longer_lets_anybody_in(client, olive_client, fran):
    olive_client.post(reverse("emr:invite-person", args=[fran.pk]), follow=True)
    fields = {"first_name": "Fran", "last_name": "Ibarra", "email": "fran@new.example"}

    olive_client.post(reverse("emr:edit-person", args=[fran.pk]), fields)

    former = {"login": "fran@harbourlane.example", "password": PASSWORD}
    assert client.post(reverse("account_login"), former).status_code == 200
    present = {"login": "fran@new.example", "password": PASSWORD}
    assert client.post(reverse("account_login"), present).status_code == 302


def test_saving_what_is_already_so_writes_nothing(fran, olive):
    staff.edit_person(
        person=fran, email=fran.email, first_name="Fran", last_name="Ibarra", by=olive
    )

    assert AuditEntry.objects.count() == 0


def test_a_lost_phone_is_taken_off_an_account(olive_client, dana):
    Authenticator.objects.create(user=dana, type=Authenticator.Type.TOTP, data={})

    page = olive_client.get(reverse("emr:person", args=[dana.pk]))
    olive_client.post(reverse("emr:remove-second-factor", args=[dana.pk]))

    assertContains(page, "Lost the phone")
    assert not Authenticator.objects.exists()
    assert verbs() == ["second factor removed"]


# Licences


def licence_form(**fields):
    return {
        "state": "WY",
        "number": "PT-2231",
        "issued_on": "2020-01-01",
        "expires_on": "2030-01-01",
    } | fields


def test_a_licence_is_added(olive_client, dana):
    olive_client.post(reverse("emr:add-licence", args=[dana.provider.pk]), licence_form())

    licence = Licence.objects.get(state="WY")
    assert (licence.provider, licence.number, licence.expires_on) == (
        dana.provider,
        "PT-2231",
        date(2030, 1, 1),
    )
    assert verbs() == ["added licence"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": "CO", "number": "PTL.0014412"}, "This licence is already listed."),
        ({"expires_on": "2019-12-31"}, "This is before the first day."),
    ],
)
def test_a_licence_that_does_not_fit_is_refused(olive_client, dana, fields, message):
    response = olive_client.post(
        reverse("emr:add-licence", args=[dana.provider.pk]), licence_form(**fields)
    )

    assertContains(response, message, status_code=422)
    assert Licence.objects.count() == 1


def test_a_licence_is_ended_on_a_day(olive_client, dana):
    licence = make_licence(provider=dana.provider, issued_on=date(2020, 1, 1), expires_on=None)
    address = reverse("emr:edit-licence", args=[licence.pk])

    too_early = olive_client.post(address, {"expires_on": "2019-12-31", "endorsed_on": ""})
    olive_client.post(address, {"expires_on": "2025-06-30", "endorsed_on": ""})

    assertContains(too_early, "on or after its first good day", status_code=422)
    licence.refresh_from_db()
    assert licence.expires_on == date(2025, 6, 30)


# Training


def course(certificate=None, **fields):
    form = {
        "course": "Spine and thorax",
        "completed_on": "2024-10-02",
        "hours_in_person": "24",
        "hours_online": "3.5",
        "supervised_sessions": "40",
    } | fields
    return form | ({"certificate": certificate} if certificate else {})


def test_a_therapist_adds_their_own_course_with_its_certificate(dana_client, dana):
    certificate = SimpleUploadedFile("Dana Whitlock spine.exe", PDF)

    dana_client.post(reverse("emr:add-training", args=[dana.provider.pk]), course(certificate))

    training = TrainingRecord.objects.get(course="Spine and thorax")
    name = rf"certificates/{dana.provider.pk}/20241002-[0-9a-f]{{32}}\.pdf"
    assert re.fullmatch(name, training.certificate.name)
    with training.certificate.open() as stored:
        assert stored.read() == PDF
    assert verbs() == ["added training"]


@pytest.mark.parametrize(
    ("certificate", "fields", "message"),
    [
        (SimpleUploadedFile("c.pdf", b"MZ not a pdf"), {}, "not a PDF, JPEG or PNG"),
        (SimpleUploadedFile("c.pdf", PDF + b" " * 10_000_000), {}, "larger than 10 MB"),
        (None, {"hours_online": "-1"}, "cannot be less than zero"),
        (None, {"completed_on": "2999-01-01"}, "when it is completed"),
    ],
    ids=["no certificate", "too large", "negative hours", "in the future"],
)
def test_a_course_that_does_not_fit_is_refused(dana_client, dana, certificate, fields, message):
    response = dana_client.post(
        reverse("emr:add-training", args=[dana.provider.pk]), course(certificate, **fields)
    )

    assertContains(response, message, status_code=422)
    assert TrainingRecord.objects.count() == 1


def test_the_page_of_a_provider_adds_the_hours_up(cora_client, dana):
    make_training(provider=dana.provider, hours_in_person=24, hours_online="3.5")

    response = cora_client.get(reverse("emr:provider", args=[dana.provider.pk]))

    assertContains(response, "<b>107.5</b><span>course hours</span>", html=True)
    assertNotContains(response, "Add a course")


def test_a_licence_is_good_on_its_last_day(olive_client, dana):
    Licence.objects.update(expires_on=today())

    response = olive_client.get(reverse("emr:provider", args=[dana.provider.pk]))

    assertContains(response, "Good")
    assertNotContains(response, "Ended")


def test_a_therapist_sees_their_own_page_and_nobody_elses(dana_client, dana, lee):
    own = dana_client.get(reverse("emr:provider", args=[dana.provider.pk]))

    assertContains(own, "Add a course")
    assertNotContains(own, "Add a licence")
    assert dana_client.get(reverse("emr:provider", args=[lee.provider.pk])).status_code == 404


@pytest.fixture
def training(dana):
    record = make_training(provider=dana.provider)
    record.certificate.save("x.pdf", BytesIO(PDF))
    return record


def test_a_certificate_is_handed_out_and_never_shown_as_a_page(cora_client, training):
    response = cora_client.get(reverse("emr:certificate", args=[training.pk]))

    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert (
        response.headers["Content-Disposition"]
        == f'attachment; filename="certificate-{training.pk}.pdf"'
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert verbs() == ["viewed"]


@pytest.mark.parametrize("name", ["lee", "fran", "bo", "eve"])
def test_others_find_no_certificate(request, name, training):
    client = request.getfixturevalue(f"{name}_client")

    assert client.get(reverse("emr:certificate", args=[training.pk])).status_code == 404


def test_a_course_without_a_certificate_has_none_to_hand_out(olive_client, dana):
    record = dana.provider.training.get()

    assert olive_client.get(reverse("emr:certificate", args=[record.pk])).status_code == 404


def test_profession_and_npi_come_later_for_somebody_who_begins_to_treat(olive_client, fran):
    fields = {"profession": "OT", "credentials": "OTR/L", "npi": "1760294185"}

    olive_client.post(reverse("emr:add-provider", args=[fran.pk]), fields)
    again = olive_client.post(reverse("emr:add-provider", args=[fran.pk]), fields)

    assert str(Provider.objects.get()) == "Fran Ibarra, OTR/L"
    assert again.status_code == 404


def test_credentials_are_changed(olive_client, dana):
    fields = {"profession": "PT", "credentials": "PT, DPT, OCS", "npi": "1508340712"}

    olive_client.post(reverse("emr:edit-provider", args=[dana.provider.pk]), fields)

    assert Provider.objects.get().credentials == "PT, DPT, OCS"
    assert AuditEntry.objects.get().details == {"fields": ["credentials"]}
