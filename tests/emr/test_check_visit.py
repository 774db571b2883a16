import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
GOOD = '{"id": "a", "date_of_service": "2026-01-31"}\n'
OTHER = '{"id": "b", "date_of_service": "2026-01-31"}\n'


@pytest.fixture
def visits(tmp_path):
    def write(text, name="visits.jsonl"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def run(*files):
    """The exit code, what was printed and what was complained of."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("check_visit", *files, stdout=out, stderr=err)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_each_visit_is_answered_on_a_line_in_the_order_of_the_files(visits):
    code, out, err = run(visits(OTHER, "one"), visits(f"[{GOOD}]", "two"))

    assert (code, err) == (0, "")
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["b", "a"]


def test_a_visit_that_cannot_be_read_is_answered_and_ends_with_2(visits):
    code, out, err = run(visits(f'{GOOD}{{"id": "x"}}\n{OTHER}'))

    assert (code, err) == (2, "")
    assert [json.loads(line).get("error") for line in out.splitlines()] == [
        None,
        "date_of_service: is required",
        None,
    ]


def test_text_that_is_no_json_is_told_with_file_and_line_and_ends_with_2(visits):
    file = visits(f"{GOOD}nonsense\n{OTHER}")

    code, out, err = run(file)

    assert (code, err) == (2, f"{file}, line 2: Expecting value (column 1)\n")
    assert len(out.splitlines()) == 2


def test_a_missing_file_is_told_and_the_others_are_checked(visits, tmp_path):
    missing = str(tmp_path / "missing")

    code, out, err = run(missing, visits(GOOD))

    assert (code, err) == (2, f"{missing}: No such file or directory\n")
    assert len(out.splitlines()) == 1


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{GOOD}x".encode())))

    code, out, err = run("-")

    assert (code, err) == (2, "standard input, line 2: Expecting value (column 1)\n")
    assert json.loads(out)["id"] == "a"


def test_notice_and_payer_decide_who_pays(visits):
    visit = {
        "id": "a",
        "date_of_service": "2026-09-23",
        "provider": {"profession": "PT", "state": "AL"},
        "coverage": {"kind": "medicare", "therapy_plan_modifier": "GP"},
        "consent": {"signed_on": "2026-09-01"},
        "abn": {
            "edition_expires": "2029-03-31",
            "signed_on": "2026-09-01",
            "option": 1,
            "estimate": "60.00",
        },
        "needled": [{"muscle": "soleus", "side": "both"}, {"muscle": "gracilis", "side": "left"}],
        "diagnoses": ["M79.18"],
        "charge": "75.00",
    }
    old = visit | {"id": "b", "abn": visit["abn"] | {"edition_expires": "2026-01-31"}}

    code, out, err = run(visits(json.dumps([visit, old])))

    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [
        (
            each["lines"][0],
            each["claim"],
            each["patient_pays"],
            [found["code"] for found in each["findings"]],
        )
        for each in answers
    ] == [
        ({"code": "20561", "units": 1, "modifiers": ["GA", "GP"]}, "send", "may", []),
        (
            {"code": "20561", "units": 1, "modifiers": ["GZ", "GP"]},
            "hold",
            "must_not",
            ["abn-edition-obsolete"],
        ),
    ]


def test_without_a_file_there_is_nothing_to_check():
    with pytest.raises(CommandError, match="FILE"):
        call_command("check_visit")


def run_alone(*args, **options):
    """The command in a process of its own, with a database that nobody can reach."""
    unreachable = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "check_visit", *args],
        cwd=ROOT,
        env=os.environ | unreachable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_no_database_is_needed():
    with run_alone("-") as process:
        out, err = process.communicate(GOOD)

    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["id"] == "a"


def test_a_reader_who_has_enough_is_not_answered_with_an_error(visits):
    with run_alone(visits(GOOD * 20_000)) as process:
        first = process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()

    assert json.loads(first)["id"] == "a"
    assert err == ""
