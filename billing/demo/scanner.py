"""A printed form is ticked and signed with a pen, and scanned: a picture of what came back."""

import io
import json

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from billing.demo.hand import LINE, pen_line
from emr.documents import painting

DOTS_AN_INCH = 130
SCALE = DOTS_AN_INCH / 72  # dots for each point of the PDF
PEN_COLOUR = (28, 42, 120)
DIGITS = ImageFont.load_default(size=22)
TILT = 0.4  # degrees: nobody lays a paper quite straight
PAPER_COLOUR = (250, 249, 246)


def scanned(
    blank: bytes, *, tick: str, sign: str, date: str, line_above: bool, name: str, day: str
) -> SimpleUploadedFile:
    """The form with a cross before the words `tick`, the name by those of `sign`, the day by `date`.

    All of them stand on the last page. A single page comes back as a PNG, more as a PDF of pictures.
    """
    with painting:
        form = pypdfium2.PdfDocument(blank)
        sheets = [page.render(scale=SCALE).to_pil().convert("RGB") for page in form]
        last = form[len(form) - 1]
        box, label, beside = (_place_of(words, last) for words in (tick, sign, date))
        form.close()
    pen = ImageDraw.Draw(sheets[-1])
    _cross(pen, box)
    left, top, _right, bottom = label
    line = top - 9 if line_above else bottom + 42
    _sign(pen, name, x=left + 8, y=line)
    pen.text((beside[0] + 6, line), day, fill=PEN_COLOUR, anchor="ls", font=DIGITS)
    papers = [sheet.rotate(TILT, fillcolor=PAPER_COLOUR) for sheet in sheets]
    return _file(papers)


def _place_of(words: str, page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the first letter of some words, in dots from the top."""
    text = page.get_textpage()
    found = text.search(words, match_case=True).get_next()
    if found is None:
        raise ValueError(f"“{words}” is not on the last page.")
    left, low, right, high = text.get_charbox(found[0])
    height = page.get_height()
    return left * SCALE, (height - high) * SCALE, right * SCALE, (height - low) * SCALE


def _cross(pen: ImageDraw.ImageDraw, letter: tuple[float, float, float, float]) -> None:
    left, top, _right, bottom = letter
    x, y, reach = left - 24, (top + bottom) / 2, 11
    pen.line([(x - reach, y - reach), (x + reach, y + reach - 2)], fill=PEN_COLOUR, width=3)
    pen.line([(x - reach + 1, y + reach), (x + reach, y - reach - 1)], fill=PEN_COLOUR, width=3)


def _sign(pen: ImageDraw.ImageDraw, name: str, *, x: float, y: float) -> None:
    """The name on its line, half as large as on the tablet."""
    for stroke in json.loads(pen_line(name))["strokes"]:
        points = [(x + px * 0.5, y + (py - LINE) * 0.5) for px, py, _time in stroke]
        pen.line(points, fill=PEN_COLOUR, width=3, joint="curve")


def _file(papers: list[Image.Image]) -> SimpleUploadedFile:
    first, *others = papers
    content = io.BytesIO()
    if others:
        first.save(content, "PDF", save_all=True, append_images=others, resolution=DOTS_AN_INCH)
        return SimpleUploadedFile("scan.pdf", content.getvalue())
    first.save(content, "PNG", optimize=True)
    return SimpleUploadedFile("scan.png", content.getvalue())
