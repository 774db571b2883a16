"""The pages of a PDF from anybody, in a process of its own that may take so much and no more.

`python -m emr.pdf_pages` reads a PDF and answers how many pages it has, or with a width, what they
look like. Whatever a file does to pdfium, the server goes on. Nothing here knows Django, the
settings or the database: the process has no secret that a file could take.
"""

import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pypdfium2
from pypdfium2 import raw as pdfium

from emr.paper import (
    DAMAGED,
    MOST_MEGAPIXELS,
    NO_PAGE,
    TOO_INTRICATE,
    TOO_MANY_PIXELS,
    ScanError,
    on_paper,
    png,
    require_shape,
)
from emr.pdf_programs import LOCKED, NOT_ONLY_PAPER, PADDING, refuse_programs

MOST_PAGES = 20
LEAST_POINTS, MOST_POINTS = 72, 14_400  # a side of a page: one inch, and the most there is
# Of one page, each as often as it is drawn. Three layers make a scan small; print has some thousand.
MOST_DRAWN_MEGAPIXELS = 3 * MOST_MEGAPIXELS
MOST_DRAWN_OBJECTS = 20_000

# An honest file takes a second or two.
MOST_SECONDS = 20
MOST_SECONDS_OF_PROCESSOR = 15
MOST_MEMORY = 1_000_000_000
MOST_OPEN_FILES = 32

ROOT = Path(__file__).parents[1]

# Written out, or hidden as /J#61vaScript; also where no table of the file leads.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Rendition|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)"
    rb"(?=[\s\0()<>\[\]{}/%])"
    # With an action as its value. A place to open at is none, and scanners like to write one.
    rb"|/(?:OpenAction|AA)[\s\0]*(?:<<|\d+[\s\0]+\d+[\s\0]+R)"
)
_LOCK = re.compile(rb"/Encrypt[\s\0]*(?:<<|\d+[\s\0]+\d+[\s\0]+R)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = b"%%EOF"


# On the side of the server


def count_pages(content: bytes) -> int:
    """Raises ScanError for a PDF that is not only paper."""
    return _asked(content)[0]


def drawn_pages(content: bytes, *, width_px: int) -> list[bytes]:
    """Each page as a PNG of this width; raises ScanError for one that cannot be drawn."""
    return _asked(content, str(width_px))[1]


def _asked(content: bytes, *arguments: str) -> tuple[int, list[bytes]]:
    command = [sys.executable, "-s", "-X", "utf8", "-m", "emr.pdf_pages", *arguments]
    try:
        answered = subprocess.run(  # noqa: S603 -- this very module, and a number
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the file
            cwd=ROOT,
            env={},
            timeout=MOST_SECONDS,
            check=True,
        ).stdout
    except subprocess.SubprocessError as error:  # too long, or ended by one of its limits
        raise ScanError(TOO_INTRICATE) from error
    head, _, body = answered.partition(b"\n")
    answer = json.loads(head)
    if answer["refused"]:
        raise ScanError(answer["refused"])
    return answer["pages"], list(_parted(body, answer["lengths"]))


def _parted(body: bytes, lengths: Iterable[int]) -> Iterable[bytes]:
    start = 0
    for length in lengths:
        yield body[start : start + length]
        start += length


# On the side of the process


def main(arguments: list[str]) -> None:
    _limit()
    content = sys.stdin.buffer.read()
    refused, pages, pngs = "", 0, []
    try:
        if arguments:
            pngs = _draw(content, int(arguments[0]))
        else:
            pages = _count(content)
    except ScanError as error:
        refused = str(error)
    except (MemoryError, RecursionError):
        refused = TOO_INTRICATE
    except Exception:  # a parser fed with a stranger's bytes may fail in any way
        refused = DAMAGED
    answer = {"refused": refused, "pages": pages, "lengths": [len(each) for each in pngs]}
    sys.stdout.buffer.write(b"\n".join([json.dumps(answer).encode(), b"".join(pngs)]))


def _limit() -> None:
    for what, most in [
        (resource.RLIMIT_CPU, MOST_SECONDS_OF_PROCESSOR),
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),  # it writes no file
        (resource.RLIMIT_CORE, 0),  # nor leaves its memory behind
    ]:
        resource.setrlimit(what, (most, most))


def _count(content: bytes) -> int:
    if not content.rstrip(PADDING).endswith(_END):
        raise ScanError(DAMAGED)  # cut off, or with something hung on
    names = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), content)
    if _LOCK.search(names):  # also where everybody may open it
        raise ScanError(LOCKED)
    if _ACTIVE.search(names):
        raise ScanError(NOT_ONLY_PAPER)
    refuse_programs(content)
    with pypdfium2.PdfDocument(content) as document:
        # Another parser's word on the same.
        scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(document)
        if scripts or document.count_attachments() or document.get_formtype():
            raise ScanError(NOT_ONLY_PAPER)
        if not 1 <= len(document) <= MOST_PAGES:
            raise ScanError(f"A scan has 1 to {MOST_PAGES} pages; this one has {len(document)}.")
        for page in document:
            _require_paper(page)
            page.close()
        return len(document)


def _require_paper(page: pypdfium2.PdfPage) -> None:
    require_shape(*page.get_size(), least=LEAST_POINTS)
    if max(page.get_size()) > MOST_POINTS:
        raise ScanError(NO_PAGE)
    pixels = 0
    for number, drawn in enumerate(page.get_objects(), 1):
        if number > MOST_DRAWN_OBJECTS:
            raise ScanError(TOO_INTRICATE)
        if drawn.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            width, height = drawn.get_px_size()
            if width * height > MOST_MEGAPIXELS * 1_000_000:
                raise ScanError(TOO_MANY_PIXELS)
            pixels += width * height
    if pixels > MOST_DRAWN_MEGAPIXELS * 1_000_000:
        raise ScanError(TOO_INTRICATE)


def _draw(content: bytes, width_px: int) -> list[bytes]:
    drawn = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            picture = page.render(scale=width_px / page.get_width()).to_pil()
            drawn.append(png(on_paper(picture.convert("RGB"))))
            page.close()
    return drawn


if __name__ == "__main__":
    main(sys.argv[1:])
