"""Segments that several loops of a claim file have: names of people, and addresses."""

import textwrap

from billing.claim_files.segments import digits, plain, segment
from billing.claim_files.values import Address, Person

LONGEST_LINE = 55  # of an address; there are two


def named(role: str, person: Person, kind_of_number: str = "", number: str = "") -> str:
    """NM1 of a person in a role such as IL, with a number of a kind such as XX, an NPI."""
    return segment(
        "NM1",
        role,
        "1",
        plain(person.last_name, 60),
        plain(person.first_name, 35),
        plain(person.middle_name, 25),
        "",
        "",
        kind_of_number,
        number,
    )


def address_segments(address: Address) -> list[str]:
    return [
        segment("N3", *street_lines(address.street)),
        segment("N4", plain(address.city), address.state.upper(), digits(address.postal_code)),
    ]


def street_lines(street: str) -> list[str]:
    """The street in lines that fit; checks refuse what takes more than two."""
    return textwrap.wrap(plain(street), LONGEST_LINE)
