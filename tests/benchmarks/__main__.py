"""`python -m tests.benchmarks`: how long requests take, beside an empty page behind sign-in.

On SQLite and on a PostgreSQL of its own, through gunicorn as `make demo` starts it; what is
measured and what was found stands in docs/benchmarks.md. It never runs with the tests. Words choose: with
`today find` only what has one of the two in its name is measured. The rules come first, by
themselves: `rules` measures nothing else.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tests.benchmarks import rules
from tests.benchmarks.table import HEAD
from tests.run import ROOT, environment, postgresql


def main(words: list[str]) -> int:
    if not words or "rules" in words:
        rules.measure()
    if words == ["rules"]:
        return 0
    with tempfile.TemporaryDirectory(prefix="filiform-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)  # for the system user that PostgreSQL runs as
        print(f"{os.cpu_count()} processors\n\n{HEAD}", flush=True)
        failed = measure("SQLite", f"sqlite:///{directory}/filiform.sqlite3", directory, words)
        with postgresql(directory) as url:
            make_durable(url)
            failed |= measure("PostgreSQL", url, directory, words)
    return failed


def make_durable(url: str) -> None:
    """Undo what the tests switch off: here a commit is on the disk when it says so."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


def measure(database: str, url: str, directory: Path, words: list[str]) -> int:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
    command = [sys.executable, "-m", "tests.benchmarks.measure", database, *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(url, directory) | settings, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
