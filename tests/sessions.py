"""Sessions as signing in leaves them, without the form."""

import time


def sign_in(client, user) -> None:
    """Sign in by a password that was typed again just now, as what guards accounts asks for."""
    client.force_login(user)
    session = client.session
    again = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [again]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
