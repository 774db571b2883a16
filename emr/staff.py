"""What an owner does about the people who work here, and about the practice itself."""

import uuid
from collections.abc import Collection
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from emr import audit
from emr.models import Licence, Practice, Provider, Role, TrainingRecord, User


class LastOwner(Exception):
    """Somebody must stay who can let others in."""

    def __str__(self) -> str:
        return "This is the only active owner. Make somebody else an owner first."


@transaction.atomic
def add_person(
    *,
    username: str,
    email: str,
    first_name: str,
    last_name: str,
    roles: Collection[str],
    by: User | None,
    profession: str = "",
    credentials: str = "",
    npi: str = "",
) -> User:
    """A person without a password yet; with a profession, a provider too.

    `by` is None for the very first owner, who is then on record as having added themselves.
    """
    person = User(
        username=username.lower(), email=email.lower(), first_name=first_name, last_name=last_name
    )
    person.set_unusable_password()
    person.save()
    person.groups.set(Group.objects.filter(name__in=roles))
    audit.record("added person", person, by=by or person, roles=sorted(roles))
    if profession:
        add_provider(
            person=person,
            profession=profession,
            credentials=credentials,
            npi=npi,
            by=by or person,
        )
    return person


@transaction.atomic
def edit_person(*, person: User, email: str, first_name: str, last_name: str, by: User) -> User:
    """Names and e-mail; a former address lets nobody in and gets no mail any more."""
    fields = {"email": email.lower(), "first_name": first_name, "last_name": last_name}
    EmailAddress.objects.filter(user=person).exclude(email=fields["email"]).delete()
    return _edit("edited person", person, fields, by=by)


@transaction.atomic
def set_roles(*, person: User, roles: Collection[str], by: User) -> None:
    """What the person may do from the next click on. The last active owner stays one."""
    if Role.OWNER not in roles:
        _refuse_for_the_last_owner(person)
    person.groups.set(Group.objects.filter(name__in=roles))
    person.__dict__.pop("roles", None)
    audit.record("set roles", person, by=by, roles=sorted(roles))


@transaction.atomic
def deactivate_person(*, person: User, by: User) -> None:
    """Nobody signs in as this person any more, and every session ends at its next click.

    The password goes too, so that no old session or password lives again when they come back.
    """
    _refuse_for_the_last_owner(person)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    Provider.objects.filter(user=person).update(active=False)
    audit.record("deactivated person", person, by=by)


@transaction.atomic
def reactivate_person(*, person: User, by: User) -> None:
    """They are back; a set-password link lets them in."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    Provider.objects.filter(user=person).update(active=True)
    audit.record("reactivated person", person, by=by)


def invite_person(*, person: User, by: User) -> None:
    """Write down that a set-password link was made; emr.views.staff shows and mails it."""
    audit.record("made set-password link", person, by=by)


@transaction.atomic
def remove_second_factor(*, person: User, by: User) -> None:
    """For a lost phone: the person signs in by password alone and sets up a new one."""
    Authenticator.objects.filter(user=person).delete()
    audit.record("second factor removed", person, by=by)


@transaction.atomic
def add_provider(
    *, person: User, profession: str, credentials: str, npi: str, by: User, **more
) -> Provider:
    """`more` is what claims and Medicare's low-back benefit ask: taxonomy, acupuncture credential."""
    provider = Provider.objects.create(
        user=person, profession=profession, credentials=credentials, npi=npi, **more
    )
    audit.record("added provider", provider, by=by, user=person.pk)
    return provider


@transaction.atomic
def edit_provider(*, provider: Provider, by: User, **fields) -> Provider:
    return _edit("edited provider", provider, fields, by=by)


@transaction.atomic
def add_licence(
    *,
    provider: Provider,
    state: str,
    number: str,
    issued_on: date,
    expires_on: date | None,
    by: User,
    endorsed_on: date | None = None,
) -> Licence:
    licence = provider.licences.create(
        state=state,
        number=number,
        issued_on=issued_on,
        expires_on=expires_on,
        endorsed_on=endorsed_on,
    )
    audit.record("added licence", licence, by=by, provider=provider.pk, state=state)
    return licence


@transaction.atomic
def edit_licence(
    *, licence: Licence, expires_on: date | None, endorsed_on: date | None, by: User
) -> Licence:
    """It is renewed or ends, or got the state's needling endorsement."""
    fields = {"expires_on": expires_on, "endorsed_on": endorsed_on}
    return _edit("edited licence", licence, fields, by=by)


@transaction.atomic
def add_training(
    *,
    provider: Provider,
    course: str,
    completed_on,
    hours_in_person,
    hours_online,
    supervised_sessions: int,
    certificate,
    by: User,
) -> TrainingRecord:
    """A course; its certificate, if there is one, is kept under a name that tells nothing."""
    if certificate:
        certificate.name = f"{uuid.uuid4().hex}.{certificate.kind}"
    training = provider.training.create(
        course=course,
        completed_on=completed_on,
        hours_in_person=hours_in_person,
        hours_online=hours_online,
        supervised_sessions=supervised_sessions,
        certificate=certificate or "",
    )
    audit.record(
        "added training", training, by=by, provider=provider.pk, certificate=bool(certificate)
    )
    return training


@transaction.atomic
def edit_practice(*, by: User, **fields) -> Practice:
    """Set the practice up, or change it. What is signed already stays as it was signed."""
    practice = Practice.objects.select_for_update().filter(pk=1).first()
    if practice is None:
        practice = Practice.objects.create(pk=1, **fields)
        audit.record("set up practice", practice, by=by)
        return practice
    return _edit("edited practice", practice, fields, by=by)


def _edit(verb: str, row, fields: dict, *, by: User):
    """Save what differs and name it in the log; nothing differs, nothing is written.

    The row is read again: a form has already put its answers into the one that was given.
    """
    row = type(row).objects.select_for_update().get(pk=row.pk)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, fields[name])
        row.save(update_fields=changed)
        audit.record(verb, row, by=by, fields=changed)
    return row


def _refuse_for_the_last_owner(person: User) -> None:
    # The lock makes two owners who remove each other at once wait for one another.
    owners = Group.objects.select_for_update().get(name=Role.OWNER)
    active = owners.user_set.filter(is_active=True)
    if person.is_active and active.filter(pk=person.pk).exists() and active.count() == 1:
        raise LastOwner
