"""The server of `make demo`, on the database of this process."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from tests.run import ROOT

FLAGS = ["--workers", "2", "--threads", "2", "--preload"]
PATIENCE = 30  # seconds until it must have answered once


@contextmanager
def serving():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "emr.wsgi", "--bind", f"127.0.0.1:{port}", *FLAGS]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=os.environ)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
