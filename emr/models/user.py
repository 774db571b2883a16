from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property


class Role(models.TextChoices):
    """What a person does here. A person may hold several; each is a group of that name."""

    THERAPIST = "therapist", "Therapist"
    FRONT_DESK = "front desk", "Front desk"
    BILLER = "biller", "Biller"
    COMPLIANCE = "compliance", "Compliance"
    OWNER = "owner", "Owner"


class User(AbstractUser):
    """A person who signs in. Without a role there is nothing to see."""

    email = models.EmailField("e-mail address", unique=True)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_therapist(self) -> bool:
        return self.has_role(Role.THERAPIST)

    def __str__(self) -> str:
        return self.get_full_name() or self.username
