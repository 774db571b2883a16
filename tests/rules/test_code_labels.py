import re
from datetime import date

import pytest

from emr.rules.code_labels import Code, code_of, codes, family_of, label_of


def test_a_code_is_called_by_our_own_words():
    assert label_of("20560") == "Dry needling, 1-2 muscles"
    assert label_of("20561") == "Dry needling, 3+ muscles"


@pytest.mark.parametrize("code", ["", "99999", "2056", "20560 ", "j1010"])
def test_a_code_that_we_do_not_know_has_no_words(code):
    assert (code_of(code), family_of(code), label_of(code)) == (None, "", "")


@pytest.mark.parametrize(
    ("code", "family", "timed"),
    [
        ("97110", "timed_therapy", True),
        ("97763", "timed_therapy", True),
        ("97150", "untimed_therapy", False),
        ("97161", "evaluation", False),
        ("20561", "dry_needling", False),
        ("97810", "acupuncture", False),  # billed by time, and yet never pooled with therapy
        ("J1010", "drug", False),
    ],
)
def test_a_code_says_its_family_and_whether_its_minutes_are_pooled(code, family, timed):
    assert (family_of(code), code_of(code).timed) == (family, timed)


def test_only_timed_therapy_is_timed():
    assert {each.family for each in codes() if each.timed} == {"timed_therapy"}
    assert all(each.timed for each in codes() if each.family == "timed_therapy")


def test_every_code_is_there_once_in_order_with_a_short_label():
    listed = [each.code for each in codes()]

    assert listed == sorted(set(listed))
    assert [each.code for each in codes() if not re.fullmatch(r"[0-9A-Z]\d{4}", each.code)] == []
    assert [each.label for each in codes() if not 3 <= len(each.label) <= 60] == []


OF_TWO_YEARS = {"valid_from": date(2020, 1, 1), "valid_to": date(2021, 12, 31)}


@pytest.mark.parametrize(
    ("days", "on", "valid"),
    [
        (OF_TWO_YEARS, date(2019, 12, 31), False),
        (OF_TWO_YEARS, date(2020, 1, 1), True),
        (OF_TWO_YEARS, date(2021, 12, 31), True),
        (OF_TWO_YEARS, date(2022, 1, 1), False),
        (OF_TWO_YEARS | {"valid_from": None}, date(1999, 1, 1), True),
        (OF_TWO_YEARS | {"valid_to": None}, date(2099, 1, 1), True),
    ],
)
def test_a_code_is_valid_from_its_first_day_to_its_last(days, on, valid):
    assert Code(code="J0000", family="drug", label="Made up", **days).valid(on=on) is valid
