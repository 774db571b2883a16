import json

import pytest

from emr.rules.visit_file import Unreadable, answers

GOOD = '{"id": "a", "date_of_service": "2026-01-31"}'
OTHER = '{"id": "b", "date_of_service": "2026-01-31"}'
PRETTY = json.dumps(json.loads(GOOD), indent=2)


def read(text):
    """Each answer as its id, its error, or the line and problem of what is no JSON."""
    content = text if isinstance(text, bytes) else text.encode()
    found = []
    for each in answers(content.splitlines(keepends=True)):
        if isinstance(each, Unreadable):
            found.append((each.line, each.problem))
        else:
            found.append(each.content["id"] if each.was_read else each.content)
    return found


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("\n \n", []),
        (GOOD, ["a"]),
        (PRETTY, ["a"]),
        ("[]", []),
        (f"[{GOOD}, {OTHER}]", ["a", "b"]),
        (f"[\n{GOOD},\n{OTHER}\n]\n", ["a", "b"]),
        (f"[\n{GOOD}\n]\n", ["a"]),
        (f"{GOOD}\n\n{OTHER}\n", ["a", "b"]),
        (f"{GOOD}\r\n{OTHER}\r\n", ["a", "b"]),
        (f"\ufeff{GOOD}", ["a"]),
        (f"\ufeff\n{PRETTY}", ["a"]),
        ('{"id": "a", "date_of_service": "2026-01-31", "practice":\n{}\n}', ["a"]),
    ],
)
def test_one_object_a_list_and_one_object_a_line_are_read(text, ids):
    assert read(text) == ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{GOOD}\n{{bad\n{OTHER}", ["a", (2, "Expecting property name enclosed in double quotes (column 2)"), "b"]),
        (f"{{bad\n{GOOD}\n{OTHER}", [(1, "Expecting property name enclosed in double quotes (column 2)"), "a", "b"]),
        (f'{{"id":\n{GOOD}', [(1, "Expecting value (column 7)"), "a"]),
        (f"[\n{GOOD}\n{OTHER}]", [(3, "Expecting ',' delimiter (column 1)")]),
        (f"x\n\ny\n{GOOD}", [(1, "Expecting value (column 1)"), (3, "Expecting value (column 1)"), "a"]),
        ("{bad", [(1, "Expecting property name enclosed in double quotes (column 2)")]),
        ('{\n"id": "a"\n"b"}', [(3, "Expecting ',' delimiter (column 1)")]),
        ('\n\n{\n"id": "a"\n\n"b"}', [(6, "Expecting ',' delimiter (column 1)")]),
        (f"{PRETTY}\n{PRETTY}", [(5, "Extra data (column 1)")]),
        (GOOD.encode() + b'\n{"id": "\xff"}\n' + OTHER.encode(), ["a", (2, "this is not UTF-8 text"), "b"]),
        (b'{\n"id": "\xff"\n}', [(2, "this is not UTF-8 text")]),
        (f"{GOOD}\n{'[' * 100_000}", ["a", (2, "objects or lists are nested too deeply")]),
        (f'{{"id": {"9" * 5000}}}', [(1, "a number is too long")]),
    ],
)  # fmt: skip
def test_what_is_no_json_is_told_with_its_line_and_the_others_are_read(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("7", {"id": None, "error": "a visit must be an object"}),
        ("null", {"id": None, "error": "a visit must be an object"}),
        ('{"id": "x"}', {"id": "x", "error": "date_of_service: is required"}),
        ('{"id": 7}', {"id": None, "error": "id: must be text"}),
        (
            '{"id": "x", "charge": "1", "charge": "2"}',
            {"id": "x", "error": "charge: is given twice"},
        ),
    ],
)
def test_a_visit_that_breaks_the_format_is_answered_in_its_place(text, error):
    assert read(text) == [error]
    assert read(f"[{GOOD}, {text}, {OTHER}]") == ["a", error, "b"]
    assert read(f"{GOOD}\n{text}\n{OTHER}") == ["a", error, "b"]


def test_lines_are_answered_before_the_next_ones_are_read():
    asked = []

    def lines():
        for number in range(5):
            asked.append(number)
            yield GOOD.encode()

    found = answers(lines())
    next(found)

    assert asked == [0]
