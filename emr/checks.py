"""What must not be so when a clinic goes live: a system check on the database."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections

from emr.accounts import DEMO_PASSWORD, DEMO_PEOPLE, DEMO_PRACTICE
from emr.models import Practice, User

HINT = (
    "Start a clinic on an empty database (DATABASE_URL), or set FILIFORM_DEMO=true to go on with"
    " the demonstration."
)


@register(Tags.database)
def demo_left_open(app_configs=None, databases=(), **kwargs) -> list[Error]:
    """Everybody knows the demo's password: where DEMO is off, nothing of the demo may be left."""
    if settings.DEMO:
        return []
    return [error for alias in databases or () for error in _of_the_demo(alias)]


def _of_the_demo(alias: str) -> list[Error]:
    try:
        tables = connections[alias].introspection.table_names()
        if not {Practice._meta.db_table, User._meta.db_table} <= set(tables):
            return []  # nothing is there yet
        practice = Practice.objects.using(alias).filter(name=DEMO_PRACTICE).exists()
        # Only these, as each password costs the better part of a second to compare.
        people = User.objects.using(alias).filter(
            username__in=[person.username for person in DEMO_PEOPLE], is_active=True
        )
        open_to_all = next((each for each in people if each.check_password(DEMO_PASSWORD)), None)
    except DatabaseError:
        return []  # a database that is away, or older than this code, is said elsewhere
    errors = []
    if practice:
        errors.append(Error("This is the database of the demonstration.", hint=HINT, id="emr.E001"))
    if open_to_all:
        text = f"“{open_to_all.username}” signs in with the password of the demonstration."
        errors.append(Error(text, hint=HINT, id="emr.E002"))
    return errors
