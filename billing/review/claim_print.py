"""Pages of a CMS-1500 as a PDF: the values alone for the red form, or with boxes of our own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from billing.claim_files.form_places import Place, boxes, fields
from billing.claim_files.paper import Page
from emr import documents

TICK_GAP, LETTER_GAP = 3.0, 4.4  # millimetres from a field to what stands beside it


@dataclass(frozen=True)
class Mark:
    """A text at a place; `kind` is a class of the sheet's style."""

    kind: str
    text: str
    place: Place


def claim_pdf(
    pages: Sequence[Page], *, number: str, drawn: bool, right: float = 0.0, down: float = 0.0
) -> bytes:
    """The pages of a claim; `right` and `down` nudge the values by millimetres.

    `drawn` adds boxes and labels of our own, to be read and kept; no payer takes those.
    """
    marks = [
        [
            *(_form() if drawn else ()),
            *(
                Mark(kind, text, place.moved(right=right, down=down))
                for kind, text, place in _of(page)
            ),
        ]
        for page in pages
    ]
    return documents.render(
        "billing/pdf/claim.html", {"pages": marks, "number": number, "drawn": drawn}
    )


def _of(page: Page) -> Iterator[tuple[str, str, Place]]:
    places = fields()
    for name, text in page.items():
        if name != "lines":
            yield "value", text, places[name]
    for line, texts in enumerate(page["lines"]):
        for name, text in texts.items():
            yield "value", text, places[name].on_line(line)


def _form() -> Iterator[Mark]:
    for box in boxes():
        yield Mark("box", box.text, box)
    for name, place in fields().items():
        if not place.text:
            continue
        if name.startswith("diagnosis_"):
            yield Mark("caption", place.text, place.moved(right=-LETTER_GAP))
        else:
            yield Mark("tick", "", place)
            yield Mark("caption", place.text, place.moved(right=TICK_GAP))
