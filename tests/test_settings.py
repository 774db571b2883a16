"""Nonsense in the environment stops the start, and says in which variable."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.run import ENVIRONMENT, environment

ROOT = Path(__file__).parents[1]
SETTINGS = ROOT / "emr" / "settings.py"

NONSENSE = {
    "FILIFORM_DEMO": ["perhaps"],
    "FILIFORM_DEBUG": ["perhaps"],
    "FILIFORM_HTTPS": ["perhaps"],
    "FILIFORM_TRUST_PROXY": ["perhaps"],
    "FILIFORM_IDLE_MINUTES": ["soon", "0", "721", "-5", "1.5"],
    "FILIFORM_PUBLIC_URL": ["the clinic", "harbourlane.example"],
    "FILIFORM_EMAIL_URL": ["smtp://mail.example:letterbox", "nonsense", "carrier://pigeon"],
    "FILIFORM_SECRET_KEY": ["too short"],
    "FILIFORM_SIGNING_P12": [""],
    "FILIFORM_MEDIA_ROOT": [""],
    "DATABASE_URL": ["", "the big one", "mysql://filiform@localhost/filiform"],
}
# Names of hosts and files, a phrase, a sender: any text may be meant.
ANY_TEXT = {
    "FILIFORM_ALLOWED_HOSTS",
    "FILIFORM_FROM_EMAIL",
    "FILIFORM_SIGNING_P12_PASSPHRASE",
}


@pytest.fixture
def start(tmp_path):
    """Reads the settings as a start would, in a directory without anything of the developer's."""
    (tmp_path / "emr").mkdir()
    copy = shutil.copy(SETTINGS, tmp_path / "emr" / "settings.py")

    def start(**variables):
        everything = environment(f"sqlite:///{tmp_path}/clinic.sqlite3", tmp_path) | variables
        given = {name: value for name, value in everything.items() if value is not None}
        with patch.dict(os.environ, given, clear=True):
            return runpy.run_path(copy)

    return start


def variables_read():
    text = SETTINGS.read_text()
    ours = re.findall(r'\benv\.\w+\(\s*"(\w+)"', text)
    return {f"FILIFORM_{name}" for name in ours} | set(re.findall(r'dj_db_url\(\s*"(\w+)"', text))


def test_every_variable_is_tried_here():
    assert variables_read() == set(NONSENSE) | ANY_TEXT


def test_every_variable_is_fixed_when_tests_run(tmp_path):
    ours = {n for n in environment("", tmp_path) if n.startswith("FILIFORM_")} | {"DATABASE_URL"}

    assert ours == variables_read()
    assert set(ENVIRONMENT) < ours


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in NONSENSE.items() for value in values]
)
def test_nonsense_stops_the_start_with_the_name_of_its_variable(start, variable, value):
    with pytest.raises(ImproperlyConfigured, match=rf"\b{variable}\b"):
        start(**{variable: value})


def test_a_stopped_start_does_not_show_what_the_variable_holds(start):
    with pytest.raises(ImproperlyConfigured) as stopped:
        start(FILIFORM_EMAIL_URL="smtp://olive:secret-of-the-clinic@mail.example:letterbox")

    assert "secret-of-the-clinic" not in str(stopped.value)


def test_a_command_ends_there_as_well(tmp_path):
    variables = environment(f"sqlite:///{tmp_path}/clinic.sqlite3", tmp_path)

    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=ROOT,
        env=variables | {"FILIFORM_IDLE_MINUTES": "soon"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "FILIFORM_IDLE_MINUTES" in ended.stderr.splitlines()[-1]
    assert not (tmp_path / "clinic.sqlite3").exists()


def test_what_the_machine_says_goes_before_what_the_file_says(start, tmp_path):
    (tmp_path / ".env").write_text(
        "FILIFORM_IDLE_MINUTES=5\nFILIFORM_PUBLIC_URL=http://a.example\n"
    )

    settings = start(FILIFORM_IDLE_MINUTES="7", FILIFORM_PUBLIC_URL=None)

    assert (settings["IDLE_MINUTES"], settings["PUBLIC_URL"]) == (7, "http://a.example")


def test_a_machine_without_a_key_keeps_one_of_its_own(start, tmp_path):
    key = start(FILIFORM_SECRET_KEY="")["SECRET_KEY"]

    assert len(key) >= 64
    assert start(FILIFORM_SECRET_KEY="")["SECRET_KEY"] == key
    assert oct((tmp_path / "var" / "secret_key").stat().st_mode & 0o777) == "0o600"
    assert oct((tmp_path / "var").stat().st_mode & 0o777) == "0o700"


def test_of_two_processes_that_start_at_once_both_take_the_first_ones_key(start, tmp_path):
    link = os.link

    def second(fresh, key_file):
        key_file.write_text("the key of the process that was first, sixty letters or more")
        link(fresh, key_file)

    with patch("os.link", second):
        key = start(FILIFORM_SECRET_KEY="")["SECRET_KEY"]

    assert key == "the key of the process that was first, sixty letters or more"
    assert [each.name for each in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_what_is_uploaded_is_for_the_server_alone(start):
    settings = start()

    assert settings["FILE_UPLOAD_PERMISSIONS"] == 0o600
    assert settings["FILE_UPLOAD_DIRECTORY_PERMISSIONS"] == 0o700


@pytest.mark.parametrize(
    ("demo", "debug", "silent"),
    [("false", "false", False), ("true", "false", True), ("false", "true", True)],
)
def test_check_deploy_is_silent_only_where_nobodys_data_is(start, demo, debug, silent):
    settings = start(FILIFORM_DEMO=demo, FILIFORM_DEBUG=debug)

    assert ("SILENCED_SYSTEM_CHECKS" in settings) is silent


@pytest.mark.parametrize("https", [True, False])
def test_https_makes_cookies_secure_and_plain_http_turn_away(start, https):
    settings = start(FILIFORM_HTTPS=str(https))

    assert settings["SESSION_COOKIE_SECURE"] is https
    assert settings["CSRF_COOKIE_SECURE"] is https
    assert settings["SECURE_SSL_REDIRECT"] is https
    assert settings["SECURE_HSTS_SECONDS"] == (31_536_000 if https else 0)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_is_believed_only_if_the_practice_says_so(start, trusted):
    settings = start(FILIFORM_TRUST_PROXY=str(trusted))

    assert ("SECURE_PROXY_SSL_HEADER" in settings) is trusted


def test_a_session_ends_after_the_idle_minutes(start):
    assert start(FILIFORM_IDLE_MINUTES="15")["SESSION_COOKIE_AGE"] == 15 * 60


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("sqlite:///clinic.sqlite3", "django.db.backends.sqlite3"),
        ("postgres://filiform@localhost/filiform", "django.db.backends.postgresql"),
    ],
)
def test_filiform_runs_on_two_databases(start, monkeypatch, tmp_path, url, engine):
    monkeypatch.chdir(tmp_path)

    assert start(DATABASE_URL=url)["DATABASES"]["default"]["ENGINE"] == engine
