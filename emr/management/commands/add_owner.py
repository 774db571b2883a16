from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from emr import staff
from emr.models import Role, User
from emr.validators import validate_person_name


class Command(BaseCommand):
    help = (
        "Adds an owner, who then adds everybody else and, at the first sign-in, sets the practice"
        " up. Asks for what is not given; the password is always asked."
    )

    def add_arguments(self, parser):
        for name in ["username", "email", "first-name", "last-name"]:
            parser.add_argument(f"--{name}")

    def handle(self, *, username, email, first_name, last_name, **options):
        owner = User(
            username=(username or input("User name: ")).strip().lower(),
            email=(email or input("E-mail: ")).strip().lower(),
            first_name=(first_name or input("First name: ")).strip(),
            last_name=(last_name or input("Last name: ")).strip(),
        )
        try:
            owner.full_clean(exclude=["password"])
            for name in (owner.first_name, owner.last_name):
                validate_person_name(name)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        password = self._ask_password(owner)
        with transaction.atomic():
            person = staff.add_person(
                username=owner.username,
                email=owner.email,
                first_name=owner.first_name,
                last_name=owner.last_name,
                roles=[Role.OWNER],
                by=None,
            )
            person.set_password(password)
            person.save(update_fields=["password"])
        self.stdout.write(f"{person} may sign in as {person.username} and owns the practice.")

    def _ask_password(self, owner: User) -> str:
        while True:
            password = getpass("Password: ")
            try:
                validate_password(password, owner)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if getpass("The same again: ") == password:
                return password
            self.stderr.write("These two were not the same.")
