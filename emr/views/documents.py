"""How the bytes of a document go out; which app's view lets whom read them is that app's."""

from django.http import HttpResponse

from emr.models import Document

# The browser's own reader draws the page with its own styles; nothing in the file may act.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def pdf_response(document: Document, *, download: bool) -> HttpResponse:
    """The PDF as it was made, byte for byte, under a name that tells of nobody."""
    kind = document.kind.replace(" ", "-")
    disposition = "attachment" if download else "inline"
    return HttpResponse(
        bytes(document.content),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'{disposition}; filename="{kind}-{document.code}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
