import pytest
from django.core.exceptions import ValidationError

from emr.validators import (
    normalise_medicare_number,
    validate_ein,
    validate_medicare_number,
    validate_npi,
    validate_person_name,
)

# Ten digits from 1 or 2; the last one follows from the others (Luhn over 80840 and the number).
NPIS = ["1508340712", "1760294185", "1093817231", "1234567893"]


@pytest.mark.parametrize("number", NPIS)
def test_an_npi_with_the_right_check_digit_is_taken(number):
    assert validate_npi(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1508340711",  # check digit
        "1508340721",  # two digits swapped
        "1508340717",
        "150834071",  # nine
        "15083407129",  # eleven
        "0508340714",  # begins with 0
        "3508340718",  # begins with 3
        " 1508340712",
        "1508340712\n",
        "1508-340712",
        "15083407I2",
        "１５０８３４０７１２",
    ],
)
def test_anything_else_is_no_npi(number):
    with pytest.raises(ValidationError, match="check the ten digits"):
        validate_npi(number)


def test_one_digit_of_an_npi_typed_wrong_is_always_noticed():
    number = NPIS[0]
    wrong = [
        number[:place] + digit + number[place + 1 :]
        for place in range(10)
        for digit in "0123456789"
        if digit != number[place]
    ]

    assert [each for each in wrong if is_taken(validate_npi, each)] == []


@pytest.mark.parametrize("number", ["84-1234567", "841234567", "04-2103594"])
def test_a_tax_id_has_nine_digits_with_or_without_its_dash(number):
    assert validate_ein(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        "84-123456",
        "84-12345678",
        "8412-34567",
        "841-23-4567",  # a social security number
        "07-1144442",  # 07 was never given out
        "84-123456A",
        "none",
    ],
)
def test_anything_else_is_no_tax_id(number):
    with pytest.raises(ValidationError, match="nine digits"):
        validate_ein(number)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1EG4-TE5-MK73", "1EG4TE5MK73"),
        ("1eg4 te5 mk73", "1EG4TE5MK73"),
        (" 1EG4TE5MK73\t", "1EG4TE5MK73"),
        ("", ""),
    ],
)
def test_a_medicare_number_is_kept_without_what_the_card_prints_between(typed, number):
    assert normalise_medicare_number(typed) == number


@pytest.mark.parametrize("number", ["1EG4TE5MK73", "9AA0AA0AA00", "2Y99YY9YY99", "3CT0KT0VW10"])
def test_a_medicare_number_has_a_letter_or_digit_where_the_pattern_says(number):
    assert validate_medicare_number(number) is None


# The places of 1EG4TE5MK73, each with what may not stand there.
WRONG_IN_PLACE = {
    1: "0A",
    2: "1SLOIBZ",
    3: "SLOIBZ-",
    4: "ASO",
    5: "1SLOIBZ",
    6: "SLOIBZ-",
    7: "ASO",
    8: "1SLOIBZ",
    9: "1SLOIBZ",
    10: "ASO",
    11: "ASO",
}


@pytest.mark.parametrize(
    "number",
    [
        "1EG4TE5MK73"[: place - 1] + sign + "1EG4TE5MK73"[place:]
        for place, signs in WRONG_IN_PLACE.items()
        for sign in signs
    ],
)
def test_a_letter_or_digit_in_the_wrong_place_is_no_medicare_number(number):
    assert not is_taken(validate_medicare_number, number)


@pytest.mark.parametrize(
    "number", ["", "1EG4TE5MK7", "1EG4TE5MK733", "1eg4te5mk73", "1EG4-TE5-MK73", "123-45-6789A"]
)
def test_anything_else_is_no_medicare_number(number):
    with pytest.raises(ValidationError, match="such as 1EG4-TE5-MK73"):
        validate_medicare_number(number)


def is_taken(validate, number):
    try:
        validate(number)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    ["Marlow", "O’Neil", "van der Berg", "Łukasz", "Ng", "李", "Zoë-Ann", "D. J.", "می\u200cنا"],
)
def test_a_name_of_any_script_is_taken(name):
    assert validate_person_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "\u202e",
        "\u200b",
        "\u200d\u200d",
        "- -",
        "12",
        "Mar\u202elow",
        "Mar\u200blow",
        "A\u200dB",
        "A\x07",
    ],
)
def test_a_name_that_nobody_can_see_or_that_turns_a_line_around_is_refused(name):
    with pytest.raises(ValidationError):
        validate_person_name(name)
