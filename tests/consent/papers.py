"""Notices made by the real actions, from the draft to the answer, and what their PDFs say."""

import ctypes
from datetime import timedelta
from decimal import Decimal

import pypdfium2
from pypdfium2 import raw as pdfium

from consent import actions, demonstration
from consent.models import Kind, Method, Notice, NoticeStep
from emr.models import CoverageKind, User
from emr.rules.notice_choice import reason_for
from emr.rules.notice_states import NoticeState
from tests import factories

REASON = reason_for(coverage_kind="medicare", profession="PT")
LINES = [
    {
        "code": "20560",
        "service": "Dry needling of 1 or 2 muscles",
        "reason": REASON,
        "estimate": Decimal("45.00"),
    },
    {
        "code": "20561",
        "service": "Dry needling of 3 or more muscles",
        "reason": REASON,
        "estimate": Decimal("65.00"),
    },
]
COURSE = {
    "repetitive": True,
    "frequency": "once a week",
    "duration": "for eight weeks",
    "visits": 8,
}
PAYERS = {
    Kind.ABN: CoverageKind.MEDICARE,
    Kind.VOLUNTARY_ABN: CoverageKind.MEDICARE,
    Kind.AGREEMENT: CoverageKind.COMMERCIAL,
}


def install_demonstration() -> None:
    """Both languages of the invented wording."""
    for language, parts in demonstration.WORDINGS.items():
        factories.make_abn_wording(language=language, parts=parts, is_demonstration=True)


def draft(kind: Kind, *, patient, by: User, **fields) -> Notice:
    """A draft of the kind, under the one coverage that allows it; `provider` is one of the fields."""
    coverage = None
    patient.coverages.update(ends_on=factories.today() - timedelta(days=1))
    if kind in PAYERS:
        payer = factories.make_payer(kind=PAYERS[kind])
        coverage = factories.make_coverage(patient=patient, payer=payer)
    defaults = {
        "coverage": coverage,
        "identification": patient.record_number,
        "service_word": "dry needling",
        "lines": LINES,
    }
    return actions.draft_notice(kind=kind, patient=patient, by=by, **defaults | COURSE | fields)


def answer(notice: Notice, after: NoticeState, *, practice, by: User, **fields) -> NoticeStep:
    """The patient's answer on the clinic's tablet, typed unless another hand is given."""
    started = actions.start_signing(
        method=fields.pop("method", Method.KIOSK),
        patient=notice.patient,
        practice=practice,
        notice=notice,
        by=by,
    ).signing
    hand = fields.pop("hand", None)
    hand = (
        actions.Hand(**{"intent": "I sign this notice."} | hand)
        if hand
        else typed_hand(f"{notice.patient.first_name} {notice.patient.last_name}")
    )
    if after == NoticeState.CHOSEN:
        fields.setdefault("option", 1)
    return actions.answer_notice(
        started=started,
        after=after,
        hand=hand,
        practice=practice,
        by=by,
        **{"language": notice.language} | fields,
    )


def typed_hand(name: str) -> actions.Hand:
    """Somebody who types their own name."""
    return actions.Hand(intent="I sign this notice.", signer_name=name, typed_name=name)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in one line."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def pictures_of(pdf: bytes) -> list[str]:
    """What the tags say about each picture, for whoever cannot see it."""
    said = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            tree = pdfium.FPDF_StructTree_GetForPage(page)
            for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                _describe(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place), said)
            pdfium.FPDF_StructTree_Close(tree)
    return said


def _describe(element, said: list[str]) -> None:
    length = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
    if length:
        text = ctypes.create_string_buffer(length)
        pdfium.FPDF_StructElement_GetAltText(element, text, length)
        said.append(text.raw.decode("utf-16-le").rstrip("\0"))
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
        if child:
            _describe(child, said)


def language_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = (ctypes.c_ushort * 16)()
        pdfium.FPDFCatalog_GetLanguage(document, text, ctypes.sizeof(text))
        return bytes(text).decode("utf-16-le").rstrip("\0")
