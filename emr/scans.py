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
from typing import Literal

import pypdfium2
from django.core.files import File
from PIL import Image, ImageFile, ImageOps
from PIL.Image import Quantize, Resampling
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from pypdfium2 import raw as pdfium

from emr.documents import painting
from emr.signing import digest

# WeasyPrint, which `documents` has imported by now, lets torn pictures pass everywhere.
ImageFile.LOAD_TRUNCATED_IMAGES = False

MEGABYTES = 10
MOST_PAGES = 20
# Phones photograph with up to 50 megapixels. Decoded, that many take 200 MB.
MOST_MEGAPIXELS = 50
LEAST_SIDE = 600  # px; a letter page has so many at 70 dots an inch, where print can just be read
LEAST_POINTS, MOST_POINTS = 72, 14_400  # a side of a PDF's page: one inch, and the most there is
MOST_TIMES_LONGER = 5  # than wide, or wider than long
COLOURS = 128  # enough for print, ink and a photographed page

Kind = Literal["pdf", "jpeg", "png"]
SIGNATURES: dict[bytes, Kind] = {
    b"%PDF-": "pdf",
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
}
# Not by way of Image.open, which would take other kinds and has a limit of its own.
READERS = {"jpeg": JpegImageFile, "png": PngImageFile}

OTHER_KIND = "Only PDF, JPEG and PNG files can be read. Scan the page to a PDF, or photograph it."
DAMAGED = "This file is damaged or incomplete. Scan or photograph the page again."
LOCKED = "This PDF is locked. Save it without a password, or print it and scan the paper."
NOT_ONLY_PAPER = (
    "This PDF holds more than scanned pages, such as a script, a form or another file. "
    "Print it and scan the paper."
)
TOO_SMALL = "The page is too small to be read. Come nearer, or scan it with at least 100 dpi."
NO_PAGE = (
    "This has not the shape of a page. Scan or photograph one page at a time, the whole of it."
)
TOO_MANY_PIXELS = (
    f"The picture has more than {MOST_MEGAPIXELS} megapixels. "
    "Scan with 300 dpi, or photograph in the camera's usual size."
)

# Written out, or hidden as /J#61vaScript. A script stands under one of the first two names.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Rendition|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)"
    rb"(?=[\s\0()<>\[\]{}/%])"
    # With an action as its value. A place to open at is none, and scanners like to write one.
    rb"|/(?:OpenAction|AA)[\s\0]*(?:<<|\d+[\s\0]+\d+[\s\0]+R)"
)
_LOCK = re.compile(rb"/Encrypt[\s\0]*(?:<<|\d+[\s\0]+\d+[\s\0]+R)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = b"%%EOF"


class ScanError(ValueError):
    """A file that is not taken, with what to do instead."""


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
    pages = _count_pages(content) if kind == "pdf" else _count_picture(kind, content)
    return Scan(kind=kind, content=content, sha256=digest(content), pages=pages)


def page_pngs(scan: Scan, *, width_px: int = 1240) -> list[bytes]:
    """Each page drawn again as a PNG: upright, of this width or a photograph's own, and without
    anything that the file carried beside its picture. Raises ScanError if it cannot be drawn."""
    if scan.kind == "pdf":
        return _drawn_pages(scan.content, width_px)
    return [_png(_picture(scan.kind, scan.content, width_px))]


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
        image = READERS[kind](io.BytesIO(content))  # its header alone
        _require_pixels(*image.size)
        image.draft("RGB", (width_px, width_px))  # a JPEG need not be decoded larger than this
        image = ImageOps.exif_transpose(image)
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        width = min(width_px, image.width)
        size = width, round(image.height * width / image.width)
        return _on_paper(image.resize(size, Resampling.LANCZOS, reducing_gap=2))


def _require_pixels(width: int, height: int) -> None:
    if width * height > MOST_MEGAPIXELS * 1_000_000:
        raise ScanError(TOO_MANY_PIXELS)
    _require_shape(width, height, least=LEAST_SIDE)


def _require_shape(width: float, height: float, *, least: float) -> None:
    if min(width, height) < least:
        raise ScanError(TOO_SMALL)
    if max(width, height) > MOST_TIMES_LONGER * min(width, height):
        raise ScanError(NO_PAGE)


def _on_paper(image: Image.Image) -> Image.Image:
    """A new picture, so that nothing but pixels comes along; what is transparent becomes white."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image if image.mode == "RGBA" else None)
    return paper


def _png(picture: Image.Image) -> bytes:
    png = io.BytesIO()
    picture.quantize(COLOURS, method=Quantize.FASTOCTREE).save(png, "PNG")
    return png.getvalue()


# PDFs


def _count_pages(content: bytes) -> int:
    if not content.rstrip(b"\0\t\n\f\r ").endswith(_END):
        raise ScanError(DAMAGED)  # cut off, or with something hung on
    names = _unescaped(content)
    if _LOCK.search(names):  # also where everybody may open it
        raise ScanError(LOCKED)
    if _ACTIVE.search(names):
        raise ScanError(NOT_ONLY_PAPER)
    with _opened(content) as document:
        # Seen by the parser, also where streams hide the words.
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
    _require_shape(*page.get_size(), least=LEAST_POINTS)
    if max(page.get_size()) > MOST_POINTS:
        raise ScanError(NO_PAGE)
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        width, height = image.get_px_size()
        if width * height > MOST_MEGAPIXELS * 1_000_000:
            raise ScanError(TOO_MANY_PIXELS)


def _drawn_pages(content: bytes, width_px: int) -> list[bytes]:
    drawn = []
    with _opened(content) as document:
        for page in document:
            picture = page.render(scale=width_px / page.get_width()).to_pil()
            drawn.append(_png(_on_paper(picture.convert("RGB"))))
            page.close()
    return drawn


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _suspicion(), painting, pypdfium2.PdfDocument(content) as document:
        yield document


def _unescaped(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), content)


@contextmanager
def _suspicion() -> Iterator[None]:
    """A parser fed with a stranger's bytes may fail in any way; all of them are one answer."""
    try:
        yield
    except ScanError:
        raise
    except Exception as error:
        raise ScanError(DAMAGED) from error
