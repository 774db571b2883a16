"""What other people's software reads in a PDF."""

import subprocess
from pathlib import Path


def text_of(pdf: bytes) -> str:
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(text.split())


def verdict(pdf: bytes, folder: Path) -> str:
    path = folder / "note.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", path], capture_output=True, check=True).stdout.decode()
