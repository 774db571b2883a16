"""Many documents to one printer: a file to print from, and what is written down about each.

What is on file stays as it is, byte for byte; the file made here is no document, carries no code
and is kept nowhere.
"""

import io
from collections.abc import Collection, Sequence

import pypdfium2
from django.core.exceptions import ValidationError
from django.db import transaction
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from emr import documents
from emr.actions import Refused
from emr.desk import Row
from emr.filing import record_document_event
from emr.models import Document, DocumentEvent, User

MOST = 200
TITLE = "Copies for printing, not the documents themselves"


@transaction.atomic
def record_bulk(
    *, rows: Sequence[Row], ids: Collection[int], what: DocumentEvent.What, by: User
) -> list[Document]:
    """Write down what was done with several documents of a list, each for its own patient.

    Raises ValidationError for none or too many, Refused where the list has changed.
    """
    listed = {row.document: row.patient.pk for row in rows if row.document}
    if not ids:
        raise ValidationError("Tick at least one.")
    if len(ids) > MOST:
        raise ValidationError(f"At most {MOST} at once: take some ticks away.")
    if not set(ids) <= set(listed):
        raise Refused("Some of these are not on the list any more. Here it is as it stands now.")
    found = Document.objects.in_bulk(ids)
    chosen = [found[pk] for pk in listed if pk in found]
    for document in chosen:
        record_document_event(document=document, what=what, patient_id=listed[document.pk], by=by)
    return chosen


def for_printing(pdfs: Sequence[bytes]) -> bytes:
    """The pages of all of them in one file, which says of itself that it is only for printing."""
    joined = io.BytesIO()
    with documents.painting, pypdfium2.PdfDocument.new() as target:
        for pdf in pdfs:
            with pypdfium2.PdfDocument(pdf) as source:
                target.import_pages(source)
        target.save(joined)
    writer = IncrementalPdfFileWriter(joined)
    about = generic.DictionaryObject({generic.NameObject("/Title"): generic.pdf_string(TITLE)})
    writer.set_info(writer.add_object(about))
    titled = io.BytesIO()
    writer.write(titled)
    return titled.getvalue()
