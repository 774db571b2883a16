"""What a page may be, wherever it comes from: its size, its shape, and how it is drawn again.

Without Django: `emr.pdf_pages` uses it in a process of its own.
"""

import io

from PIL import Image
from PIL.Image import Quantize

# Phones photograph with up to 50 megapixels. Decoded, that many take 200 MB.
MOST_MEGAPIXELS = 50
MOST_TIMES_LONGER = 5  # than wide, or wider than long
COLOURS = 128  # enough for print, ink and a photographed page

DAMAGED = "This file is damaged or incomplete. Scan or photograph the page again."
TOO_SMALL = "The page is too small to be read. Come nearer, or scan it with at least 100 dpi."
NO_PAGE = (
    "This has not the shape of a page. Scan or photograph one page at a time, the whole of it."
)
TOO_MANY_PIXELS = (
    f"The picture has more than {MOST_MEGAPIXELS} megapixels. "
    "Scan with 300 dpi, or photograph in the camera's usual size."
)
TOO_INTRICATE = (
    "There is too much in this file for a few pages. Print it and scan the paper, with 200 dpi."
)


class ScanError(ValueError):
    """A file that is not taken, with what to do instead."""


def require_shape(width: float, height: float, *, least: float) -> None:
    if min(width, height) < least:
        raise ScanError(TOO_SMALL)
    if max(width, height) > MOST_TIMES_LONGER * min(width, height):
        raise ScanError(NO_PAGE)


def on_paper(image: Image.Image) -> Image.Image:
    """A new picture, so that nothing but pixels comes along; what is transparent becomes white."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image if image.mode == "RGBA" else None)
    return paper


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.quantize(COLOURS, method=Quantize.FASTOCTREE).save(written, "PNG")
    return written.getvalue()
