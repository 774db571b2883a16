"""How people get in: nobody signs themselves up, and each way in or out stands in the audit log.

The log is written where allauth asks its adapter to act. Of the second factor allauth tells by
signals alone, so here, and only here, signals are listened to.
"""

from dataclasses import dataclass

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.mfa import signals as mfa
from django import forms
from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse

from emr import audit
from emr.models import Profession, Role, User

# Whoever knocks and is not let in. The name that was typed is not kept: it may be a password.
NOBODY = User(pk=0, username="unknown person")

DEMO_PRACTICE = "Harbour Lane Physical Therapy (demonstration)"
DEMO_PASSWORD = "needle-and-thread-7"  # noqa: S105 -- printed on the sign-in page of a demo


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    username: str
    first_name: str
    last_name: str
    role: Role
    profession: Profession | None = None
    credentials: str = ""

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}"
        return f"{name}, {self.credentials}" if self.credentials else name


DEMO_PEOPLE = [
    DemoPerson(
        username="dana",
        first_name="Dana",
        last_name="Whitcomb",
        role=Role.THERAPIST,
        profession=Profession.PT,
        credentials="PT, DPT",
    ),
    DemoPerson(
        username="oke",
        first_name="Chidi",
        last_name="Okafor",
        role=Role.THERAPIST,
        profession=Profession.DC,
        credentials="DC",
    ),
    DemoPerson(username="fran", first_name="Fran", last_name="Osei", role=Role.FRONT_DESK),
    DemoPerson(username="bo", first_name="Bo", last_name="Lindqvist", role=Role.BILLER),
    DemoPerson(username="cora", first_name="Cora", last_name="Vance", role=Role.COMPLIANCE),
    DemoPerson(username="olive", first_name="Olive", last_name="Marchetti", role=Role.OWNER),
]


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def login(self, request, user) -> None:
        super().login(request, user)
        audit.record("signed in", user, by=user)

    def logout(self, request) -> None:
        user = request.user
        super().logout(request)
        audit.record("signed out", user, by=user)

    def authentication_failed(self, request, **credentials) -> None:
        typed = {credentials.get("username", "").lower(), credentials.get("email", "").lower()}
        typed -= {""}
        user = User.objects.filter(Q(username__in=typed) | Q(email__in=typed)).first()
        audit.record("sign-in refused", user or NOBODY, by=NOBODY)

    def set_password(self, user, password) -> None:
        super().set_password(user, password)
        # Whoever holds a link need not be who it was made for, so the log tells them apart.
        asked = self.request and self.request.resolver_match
        by_link = asked and asked.view_name == "account_reset_password_from_key"
        audit.record("password set by link" if by_link else "password set", user, by=user)

    def get_reset_password_from_key_url(self, key) -> str:
        """At our own address, never at the one that the request claims to have come to."""
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts).replace("UID-KEY", key)
        return settings.PUBLIC_URL + path

    def send_notification_mail(self, *args, **kwargs) -> None:
        if mail_is_set_up():
            super().send_notification_mail(*args, **kwargs)

    def format_email_subject(self, subject) -> str:
        return f"Filiform: {subject}"


class ForgottenPasswordForm(ResetPasswordForm):
    """Mails a link, and writes down that it was asked for; without mail there is no link at all."""

    def clean(self):
        if not mail_is_set_up():
            # Mail that goes nowhere goes to the log, where a link would lie open.
            raise forms.ValidationError("No mail goes out from here.")
        return super().clean()

    def save(self, request, **kwargs) -> str:
        for user in self.users or [NOBODY]:
            audit.record("asked for set-password link", user, by=NOBODY)
        return super().save(request, **kwargs)


@receiver(mfa.authentication_failed)
def record_refused_code(user, **kwargs) -> None:
    audit.record("second factor refused", user, by=NOBODY)


@receiver(mfa.authenticator_added)
def record_second_factor(user, authenticator, **kwargs) -> None:
    audit.record("second factor added", user, by=user, kind=authenticator.type)


@receiver(mfa.authenticator_removed)
def record_removed_factor(user, authenticator, **kwargs) -> None:
    audit.record("second factor removed", user, by=user, kind=authenticator.type)


def mail_is_set_up() -> bool:
    """Whether what is mailed leaves this machine."""
    return not settings.EMAIL_BACKEND.rpartition(".")[0].endswith((".console", ".dummy"))
