import pytest

from emr.views.documents import pdf_response
from tests.factories import make_document


@pytest.mark.parametrize(
    ("download", "disposition"),
    [
        (False, 'inline; filename="amended-note-H7KQ-2M4T-9XWC.pdf"'),
        (True, 'attachment; filename="amended-note-H7KQ-2M4T-9XWC.pdf"'),
    ],
)
def test_a_document_goes_out_byte_for_byte_under_a_name_that_tells_of_nobody(
    practice, download, disposition
):
    document = make_document(
        kind="amended note", code="H7KQ-2M4T-9XWC", content=b"%PDF-1.7 Odette Marlow"
    )

    response = pdf_response(document, download=download)

    assert response.content == b"%PDF-1.7 Odette Marlow"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == disposition
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
