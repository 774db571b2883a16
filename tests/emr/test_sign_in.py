import re

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr import accounts, protection
from emr.models import AuditEntry, Practice, Role, User
from tests.factories import PASSWORD, make_user

LOGIN = reverse("account_login")


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password} | more)


def said():
    """The log as (who, what, to whom)."""
    return [
        (entry.actor, entry.verb, entry.subject_type, entry.subject_id)
        for entry in AuditEntry.objects.order_by("pk")
    ]


@pytest.mark.parametrize("login", ["fran", "Fran", "fran@harbourlane.example"])
def test_one_signs_in_with_user_name_or_e_mail(client, fran, login):
    response = sign_in(client, login)

    assertRedirects(response, reverse("emr:today"), fetch_redirect_response=False)
    assert said() == [("Fran Ibarra", "signed in", "emr.User", str(fran.pk))]
    assert AuditEntry.objects.get().address == "127.0.0.1"


def test_signing_out_stands_in_the_log(client, fran):
    sign_in(client, "fran")

    client.post(reverse("account_logout"))

    assert [verb for _, verb, _, _ in said()] == ["signed in", "signed out"]


def test_a_wrong_password_is_logged_against_the_person_it_was_tried_on(client, fran):
    response = sign_in(client, "fran", "wrong")

    assertContains(response, "not correct", status_code=200)
    assert said() == [("unknown person", "sign-in refused", "emr.User", str(fran.pk))]


def test_an_unknown_user_name_is_not_kept(client, practice):
    sign_in(client, "my-secret-typed-in-the-wrong-field", "wrong")

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject_id, entry.details) == ("unknown person", "0", {})


def test_the_sixth_try_in_five_minutes_is_not_even_checked(client, fran):
    for _ in range(5):
        sign_in(client, "fran", "wrong")

    response = sign_in(client, "fran")

    assertContains(response, "Too many failed login attempts")
    assert AuditEntry.objects.filter(verb="signed in").count() == 0


def test_signing_in_never_leads_away_from_here(client, fran):
    response = sign_in(client, "fran", next="https://elsewhere.example/")

    assertRedirects(response, reverse("emr:today"), fetch_redirect_response=False)


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client, olive):
    asked = client.get(reverse("emr:staff"))

    response = sign_in(client, "olive", next="/staff/")

    assert asked.url == "/accounts/login/?next=/staff/"
    assertRedirects(response, "/staff/", fetch_redirect_response=False)


def test_nobody_signs_themselves_up(client, practice):
    form = {
        "username": "mallory",
        "email": "m@example.com",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    response = client.post(reverse("account_signup"), form)

    assertContains(response, "Nobody signs themselves up")
    assert not User.objects.exists()
    assertNotContains(client.get(LOGIN), "/signup/")


def test_the_demo_shows_its_people_and_their_password(client, practice, settings):
    settings.DEMO = True

    response = client.get(LOGIN)

    for person in accounts.DEMO_PEOPLE:
        assertContains(response, f"<code>{person.username}</code>", html=True)
    assertContains(response, accounts.DEMO_PASSWORD)


def test_a_real_installation_shows_nobody(client, practice):
    response = client.get(LOGIN)

    assertNotContains(response, accounts.DEMO_PASSWORD)
    assertNotContains(response, "Dana")


def test_pages_of_allauth_need_no_script_or_style_of_their_own(client, olive):
    for name in ["account_login", "account_reset_password", "account_signup"]:
        page = client.get(reverse(name)).content.decode()
        assert re.findall(r"<style|style=|<script(?![^>]+src=)", page) == []
    client.force_login(olive)
    for name in [
        "account_change_password",
        "mfa_index",
        "account_logout",
        "account_reauthenticate",
    ]:
        page = client.get(reverse(name)).content.decode()
        assert re.findall(r"<style|style=|<script(?![^>]+src=)", page) == []


def test_a_forgotten_password_is_the_owners_matter_where_no_mail_goes_out(
    client, practice, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assertContains(client.get(reverse("account_reset_password")), "Ask the owner")


def test_a_forgotten_password_is_set_by_the_mailed_link(client, fran):
    client.post(reverse("account_reset_password"), {"email": "fran@harbourlane.example"})
    [message] = mail.outbox
    [link] = re.findall(r"http://127.0.0.1:8000(\S+)", message.body)
    form = client.get(link, follow=True)

    new = "blue-heron-over-water"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})

    assert message.subject == "Filiform: Password Reset Email"
    assert authenticate(username="fran", password=new) == fran
    assert said() == [
        ("unknown person", "asked for set-password link", "emr.User", str(fran.pk)),
        ("Fran Ibarra", "password set by link", "emr.User", str(fran.pk)),
    ]
    assert mail.outbox[1].subject == "Filiform: Password Reset"
    assert "Hello" not in mail.outbox[1].body


def test_an_address_of_nobody_gets_no_mail_and_stands_in_the_log(client, practice):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@x.example"})

    assertRedirects(response, reverse("account_reset_password_done"))
    assert mail.outbox == []
    assert said() == [("unknown person", "asked for set-password link", "emr.User", "0")]


def test_without_mail_no_link_is_made_and_none_lies_in_the_log(client, fran, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    response = client.post(reverse("account_reset_password"), {"email": "fran@harbourlane.example"})

    assertContains(response, "Ask the owner")
    assert "/password/reset/key/" not in capsys.readouterr().out
    assert said() == []


def test_a_changed_password_is_told_by_mail_where_mail_is_set_up(client, fran, settings):
    client.force_login(fran)
    new = {"oldpassword": PASSWORD, "password1": "blue-heron-over-water"}
    new |= {"password2": new["password1"]}

    client.post(reverse("account_change_password"), new)

    assert [message.to for message in mail.outbox] == [["fran@harbourlane.example"]]
    assert [verb for _, verb, _, _ in said()] == ["password set"]


def test_ones_own_account_is_everybodys_and_names_ones_roles(bo_client):
    response = bo_client.get(reverse("emr:account"))

    assertContains(response, "<dd>Biller</dd>", html=True)
    assertContains(response, "No second factor")


def test_who_holds_no_role_finds_nothing(eve_client):
    assert eve_client.get(reverse("emr:account")).status_code == 404


# Before the practice is set up


def test_an_owner_without_a_practice_is_sent_to_set_it_up(client, db):
    client.force_login(make_user(Role.OWNER))

    assertRedirects(client.get(reverse("emr:staff")), reverse("emr:practice"))


def test_others_wait_until_the_practice_is_set_up(client, db):
    client.force_login(make_user(Role.FRONT_DESK))

    response = client.get(reverse("emr:account"))

    assertContains(response, "Not set up yet", status_code=503)


def test_the_sign_in_page_needs_no_practice(client, db):
    assertContains(client.get(LOGIN), "<h1>Sign in</h1>", html=True)


# The first owner


def test_the_first_owner_is_added_from_the_command_line(db, monkeypatch, capsys):
    monkeypatch.setattr(
        "emr.management.commands.add_owner.getpass", lambda prompt: "heron-over-water-9"
    )

    call_command(
        "add_owner",
        username="Olive",
        email="Olive@Harbourlane.example",
        first_name="Olive",
        last_name="Renner",
    )

    olive = User.objects.get()
    assert (olive.username, olive.email, olive.roles) == (
        "olive",
        "olive@harbourlane.example",
        {"owner"},
    )
    assert olive.check_password("heron-over-water-9")
    assert said() == [("Olive Renner", "added person", "emr.User", str(olive.pk))]
    assert not Practice.objects.exists()


def test_the_first_owner_needs_a_password_that_is_not_guessed(db, monkeypatch, capsys):
    answers = ["short", "heron-over-water-9", "different", "heron-over-water-9"]
    typed = iter([*answers, "heron-over-water-9"])
    monkeypatch.setattr("emr.management.commands.add_owner.getpass", lambda prompt: next(typed))

    call_command("add_owner", username="o", email="o@x.example", first_name="O", last_name="P")

    complaints = capsys.readouterr().err
    assert "at least 12 characters" in complaints
    assert "These two were not the same." in complaints
    assert User.objects.get().check_password("heron-over-water-9")


def test_a_user_name_is_taken_once(olive):
    with pytest.raises(CommandError, match="already exists"):
        call_command(
            "add_owner", username="OLIVE", email="n@x.example", first_name="O", last_name="P"
        )


# Health


def test_health_is_told_without_signing_in(client, db):
    response = client.get(reverse("emr:healthz"))

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ill_health_is_told_when_the_database_is_away(client, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr("emr.views.health.connection.cursor", away)

    assert client.get(reverse("emr:healthz")).status_code == 503


def test_ill_health_is_told_when_nothing_guards_what_is_signed(client, db):
    protection.drop(connection)

    response = client.get(reverse("emr:healthz"))

    assert (response.status_code, response.content) == (503, b"signed records unguarded\n")
