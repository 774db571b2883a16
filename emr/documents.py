"""Template and context in, PDF bytes out: letter size, tagged (PDF/UA-1), without a network.

Nothing here knows a model. What is signed or handed over is kept as bytes by the caller and never
set again: templates change, evidence must not. Why it is done so: docs/decisions/0004.
"""

import io
import os
import re
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pydyf
import pypdfium2
import segno
import weasyprint
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from PIL import ImageFile
from PIL.Image import Quantize
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

# WeasyPrint lets torn pictures pass everywhere; `emr.scans` must see them.
ImageFile.LOAD_TRUNCATED_IMAGES = False

# Digits and letters that nobody mistakes for one another, read aloud or copied by hand; no vowels,
# so no words. 23 signs in 12 places are 54 bits.
CODE_ALPHABET = "2346789CDFGHJKMPQRTVWXY"
CODE_GROUPS, CODE_GROUP_LENGTH = 3, 4

STYLESHEET = "css/print.css"

# Pango's font map and pdfium are not made for two threads at once. A page is set in a tenth of a
# second, most of it under the interpreter's own lock, so waiting costs next to nothing.
_setting = threading.Lock()
painting = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file carried inside a PDF, such as the original of an amended note."""

    name: str
    content: bytes
    description: str = ""


def render(
    template: str, context: dict[str, Any], *, attachments: Iterable[Attachment] = ()
) -> bytes:
    """Set a template as a tagged PDF; the template also gets the `attachments`, to name them."""
    attachments = list(attachments)
    markup = get_template(template).render(context | {"attachments": attachments})
    with _setting:
        return weasyprint.HTML(string=markup, url_fetcher=_fetcher).write_pdf(
            stylesheets=[_stylesheet()],
            font_config=_fonts(),
            attachments=[_embedded(attachment) for attachment in attachments],
            pdf_variant="pdf/ua-1",
            finisher=_finish,
        )


def page_images(pdf: bytes, *, scale: float) -> list[bytes]:
    """Each page as a PNG; at scale 1 a point is a pixel."""
    images = []
    with painting, pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            image = io.BytesIO()
            # Text on white needs no more colours than this: half the time, a quarter of the bytes.
            colours = page.render(scale=scale).to_pil()
            colours.quantize(64, method=Quantize.FASTOCTREE).save(image, "PNG")
            images.append(image.getvalue())
            page.close()
    return images


def qr(link: str) -> str:
    """A QR code of the link, as an image in a data: URI."""
    return segno.make(link, error="m", micro=False).png_data_uri(scale=5, border=2)


def new_code() -> str:
    """A fresh document code, such as H7KQ-2M4T-9XWC; it tells nothing and cannot be guessed."""
    signs = (secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUPS * CODE_GROUP_LENGTH))
    return _grouped("".join(signs))


def normalise_code(text: str) -> str | None:
    """The code as it was given out, whatever case, spaces and dashes it was typed with; None if
    the text is no document code."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(signs) != CODE_GROUPS * CODE_GROUP_LENGTH or set(signs) - set(CODE_ALPHABET):
        return None
    return _grouped(signs)


def code_in(pdf: bytes) -> str | None:
    """The document code that a PDF says it has; None without one, or with two that differ."""
    codes = codes_in(pdf)
    return codes.pop() if len(codes) == 1 else None


def codes_in(pdf: bytes) -> set[str]:
    """Every document code that a PDF says it has.

    The file may come from anybody, so it is searched as bytes and never parsed. What it says is a
    claim: only comparing it with the bytes on file, or its signature, proves anything.
    """
    return {match.decode() for match in _CODE_IN_PDF.findall(pdf)}


_CODE_IN_PDF = re.compile(
    rb"Filiform document (%b)"
    % b"-".join([b"[%b]{%d}" % (CODE_ALPHABET.encode(), CODE_GROUP_LENGTH)] * CODE_GROUPS)
)


def _grouped(signs: str) -> str:
    starts = range(0, len(signs), CODE_GROUP_LENGTH)
    return "-".join(signs[start : start + CODE_GROUP_LENGTH] for start in starts)


# Refuses every address but data:, so no text in a note can reach a network or a disk.
_fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    return FontConfiguration()


def _stylesheet() -> weasyprint.CSS:
    path = finders.find(STYLESHEET)
    return _parsed_stylesheet(path, os.stat(path).st_mtime_ns)


@lru_cache(maxsize=1)
def _parsed_stylesheet(path: str, _changed: int) -> weasyprint.CSS:
    return weasyprint.CSS(filename=path, font_config=_fonts(), url_fetcher=_fetcher)


def _embedded(attachment: Attachment) -> weasyprint.Attachment:
    now = datetime.now(UTC)
    return weasyprint.Attachment(
        file_obj=io.BytesIO(attachment.content),
        url_fetcher=_fetcher,
        name=attachment.name,
        description=attachment.description,
        created=now,
        modified=now,
    )


def _finish(_document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Write the metadata in clear, and take the running footer out of what a screen reader speaks.

    The code in the metadata is found by `code_in` without parsing. WeasyPrint tags the footer and
    leaves the tags out of the tree; PDF/UA wants it marked as an artifact instead.
    """

    def target(reference: bytes) -> Any:
        return pdf.objects[int(reference.split()[0])]

    def in_tree(element: pydyf.Dictionary) -> bool:
        while element["P"] != top.reference:
            element = target(element["P"])
        return element.reference in top_children

    target(pdf.catalog["Metadata"]).compress = False
    root = target(pdf.catalog["StructTreeRoot"])
    [top] = map(target, root["K"])
    top_children = set(top["K"])
    elements_of_pages = target(root["ParentTree"])["Nums"][1::2]
    for page, elements in zip(pdf.page_references, elements_of_pages, strict=False):
        running = {i for i, element in enumerate(elements) if not in_tree(target(element))}
        for i in running:
            elements[i] = "null"
        operations = target(target(page)["Contents"]).stream
        for i, operand in enumerate(operations):
            if isinstance(operand, pydyf.Dictionary) and operand.get("MCID") in running:
                operations[i - 1 : i + 1] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
