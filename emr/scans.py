"""Paper that comes back as a file: read with suspicion, and drawn again before anybody looks at it.

A file is what its first bytes say, whatever its name. What is found in it decides only whether it
is refused: pages and documents show the drawing of `page_pngs`, which can hold nothing active.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from django.core.files import File
from PIL import Image, ImageOps
from PIL.Image import Resampling
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from emr import pdf_pages
from emr.paper import (
    DAMAGED,
    MOST_MEGAPIXELS,
    TOO_INTRICATE,
    TOO_MANY_PIXELS,
    ScanError,
    on_paper,
    png,
    require_shape,
)
from emr.signing import digest

MEGABYTES = 10
LEAST_SIDE = 600  # px; a letter page has so many at 70 dots an inch, where print can just be read
# A progressive JPEG is drawn once over for each of its scans: cameras write ten, optimisers some more.
MOST_JPEG_SCANS = 100

Kind = Literal["pdf", "jpeg", "png"]
SIGNATURES: dict[bytes, Kind] = {
    b"%PDF-": "pdf",
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
}
# Not by way of Image.open, which would take other kinds and has a limit of its own.
READERS = {"jpeg": JpegImageFile, "png": PngImageFile}

OTHER_KIND = "Only PDF, JPEG and PNG files can be read. Scan the page to a PDF, or photograph it."

# What follows a start of a scan until the next marker: no FF but before 00 or a restart.
_JPEG_SCAN = re.compile(rb"(?:[^\xff]++|\xff+[\x00\xd0-\xd7])*+")
_JPEG_START_OF_SCAN, _JPEG_END = 0xDA, 0xD9


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A file as it came in. To be kept as evidence, and shown by its `page_pngs` alone."""

    kind: Kind
    content: bytes
    sha256: str
    pages: int


def read_scan(upload: File) -> Scan:
    """Take an uploaded file if it is paper; raises ScanError otherwise."""
    content = _content(upload)
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if kind is None or zipfile.is_zipfile(io.BytesIO(content)):
        raise ScanError(OTHER_KIND)
    pages = pdf_pages.count_pages(content) if kind == "pdf" else _count_picture(kind, content)
    return Scan(kind=kind, content=content, sha256=digest(content), pages=pages)


def page_pngs(scan: Scan, *, width_px: int = 1240) -> list[bytes]:
    """Each page drawn again as a PNG: upright, of this width or a photograph's own, and without
    anything that the file carried beside its picture. Raises ScanError if it cannot be drawn."""
    if scan.kind == "pdf":
        return pdf_pages.drawn_pages(scan.content, width_px=width_px)
    return [png(_picture(scan.kind, scan.content, width_px))]


def _content(upload: File) -> bytes:
    most = MEGABYTES * 1_000_000
    if upload.size > most:
        raise ScanError(f"This file is larger than {MEGABYTES} MB. Scan with 200 dpi or in grey.")
    return upload.read(most)


# Pictures


def _count_picture(kind: Kind, content: bytes) -> int:
    """One page, if the whole picture can be drawn."""
    _picture(kind, content, LEAST_SIDE)
    return 1


def _picture(kind: Kind, content: bytes, width_px: int) -> Image.Image:
    with _suspicion():
        if kind == "jpeg":
            _require_few_scans(content)
        image = READERS[kind](io.BytesIO(content))  # its header alone
        _require_pixels(*image.size)
        image.draft("RGB", (width_px, width_px))  # a JPEG need not be decoded larger than this
        image = ImageOps.exif_transpose(image)
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        width = min(width_px, image.width)
        size = width, round(image.height * width / image.width)
        return on_paper(image.resize(size, Resampling.LANCZOS, reducing_gap=2))


def _require_pixels(width: int, height: int) -> None:
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise ScanError(TOO_MANY_PIXELS)
    require_shape(width, height, least=LEAST_SIDE)


def _require_few_scans(jpeg: bytes) -> None:
    starts = (marker for marker in _jpeg_markers(jpeg) if marker == _JPEG_START_OF_SCAN)
    if len(list(islice(starts, MOST_JPEG_SCANS + 1))) > MOST_JPEG_SCANS:
        raise ScanError(TOO_INTRICATE)


def _jpeg_markers(jpeg: bytes) -> Iterator[int]:
    """The markers of the picture itself, not of a smaller one that a camera puts inside a segment."""
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:  # one more for filling
            at += 1
            continue
        yield marker
        if marker == _JPEG_END:
            return
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _JPEG_START_OF_SCAN:
            at = _JPEG_SCAN.match(jpeg, at).end()


@contextmanager
def _suspicion() -> Iterator[None]:
    """A parser fed with a stranger's bytes may fail in any way; all of them are one answer."""
    try:
        yield
    except ScanError:
        raise
    except Exception as error:
        raise ScanError(DAMAGED) from error
