"""The people of Harbour Lane, as tests/conftest.py puts them on: always these, all invented."""

from emr.models import Profession, Role, User
from tests import factories


def dana() -> User:
    user = factories.make_user(
        Role.THERAPIST, username="dana", first_name="Dana", last_name="Whitlock"
    )
    provider = factories.make_provider(user=user, credentials="PT, DPT", npi="1508340712")
    factories.make_licence(provider=provider, number="PTL.0014412")
    factories.make_training(provider=provider)
    return user


def lee() -> User:
    user = factories.make_user(Role.THERAPIST, username="lee", first_name="Lee", last_name="Okafor")
    provider = factories.make_provider(
        user=user, profession=Profession.DC, credentials="DC", npi="1760294185"
    )
    factories.make_licence(provider=provider, number="CHR.0006071")
    factories.make_training(provider=provider)
    return user


def fran() -> User:
    return factories.make_user(
        Role.FRONT_DESK, username="fran", first_name="Fran", last_name="Ibarra"
    )


def bo() -> User:
    return factories.make_user(Role.BILLER, username="bo", first_name="Bo", last_name="Lindqvist")


def cora() -> User:
    return factories.make_user(
        Role.COMPLIANCE, username="cora", first_name="Cora", last_name="Vance"
    )


def olive() -> User:
    return factories.make_user(Role.OWNER, username="olive", first_name="Olive", last_name="Renner")


def eve() -> User:
    return factories.make_user(username="eve", first_name="Eve", last_name="Stroud")


EVERYBODY = [eve, dana, lee, fran, bo, cora, olive]
