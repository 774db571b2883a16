"""Sessions as signing in leaves them, without the form."""

import time


def sign_in(client, user, *, ahead: int = 0) -> None:
    """Sign in by a password that was typed again just now, as what guards accounts asks for.

    `ahead` is for how many seconds more it counts as just now.
    """
    client.force_login(user)
    session = client.session
    again = {"method": "password", "at": time.time() + ahead, "reauthenticated": True}
    session["account_authentication_methods"] = [again]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
