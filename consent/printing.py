"""From a snapshot to paper: the signed document, the blank to sign by hand, the worksheet."""

import base64

from django.conf import settings
from django.urls import reverse

from consent.models import Kind, Language
from consent.words.consent_paper import WORDS
from consent.words.notice_paper import WORDS as NOTICE_WORDS
from emr import documents, ink
from emr.models import Document

CONSENT = "consent/pdf/consent.html"
NOTICES = {
    Kind.ABN: "consent/pdf/abn.html",
    Kind.VOLUNTARY_ABN: "consent/pdf/abn.html",
    Kind.ESTIMATE: "consent/pdf/estimate.html",
    Kind.AGREEMENT: "consent/pdf/agreement.html",
}
DOCUMENT_KINDS = {
    Kind.ABN: Document.Kind.ABN,
    Kind.VOLUNTARY_ABN: Document.Kind.VOLUNTARY_ABN,
    Kind.ESTIMATE: Document.Kind.ESTIMATE,
    Kind.AGREEMENT: Document.Kind.AGREEMENT,
}
WORKSHEET = "consent/pdf/worksheet.html"


def verify_link(code: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('emr:verify')}?code={code}"


def consent_pdf(signed: dict, *, digest: str, pages: list[bytes] = ()) -> bytes:
    """A consent as it was answered; `pages` are those of the scanned paper, as PNG."""
    context = _consent(signed, signed["text"], signed["language"])
    context |= {"signed": signed, "digest": digest}
    return documents.render(CONSENT, context | _proof(signed, pages))


def blank_consent_pdf(shown: dict, *, language: str, code: str) -> bytes:
    """The consent to sign by hand; the code brings the scan back to the right patient."""
    context = _consent(shown, shown["texts"][language], language)
    return documents.render(CONSENT, context | _blank(code))


def notice_pdf(answer: dict, *, digest: str, pages: list[bytes] = ()) -> bytes:
    """A notice as it was answered."""
    notice = answer["notice"]
    context = _notice(notice, answer["language"]) | {"answer": answer, "digest": digest}
    return documents.render(NOTICES[notice["notice"]["kind"]], context | _proof(answer, pages))


def blank_notice_pdf(notice: dict, *, language: str, code: str) -> bytes:
    """An issued notice to answer by hand: nothing is ticked."""
    template = NOTICES[notice["notice"]["kind"]]
    return documents.render(template, _notice(notice, language) | _blank(code))


def handout_pdf(notice: dict, *, language: str) -> bytes:
    """An issued notice that is only handed over: nothing to sign, and no code to bring it back."""
    template = NOTICES[notice["notice"]["kind"]]
    context = _notice(notice, language) | {"answer": None, "blank": False, "handout": True}
    return documents.render(template, context)


def worksheet_pdf(notice: dict) -> bytes:
    """What an ABN would say, in our own words, marked as none: it can carry no signature."""
    context = _notice(notice, notice["language"]) | {"answer": None, "blank": False}
    return documents.render(WORKSHEET, context)


def _consent(shown: dict, text: dict, language: str) -> dict:
    return {"shown": shown, "text": text, "language": language, "words": WORDS[language]}


def _notice(notice: dict, language: str) -> dict:
    """`wording` is None for what has no official words."""
    wordings = notice["wordings"]
    return {
        "notice": notice,
        "kind": notice["notice"]["kind"],
        "language": language,
        "wording": wordings.get(language) or wordings.get(Language.ENGLISH),
        "words": WORDS[language] | NOTICE_WORDS[language],
    }


def _proof(signed: dict, pages: list[bytes]) -> dict:
    hand = signed["hand"]
    return {
        "code": signed["code"],
        "blank": False,
        "verify_url": f"{settings.PUBLIC_URL}{reverse('emr:verify')}",
        "qr": documents.qr(verify_link(signed["code"])),
        "ink": ink.data_uri(hand["ink"]) if hand and hand["ink"] else "",
        "pages": [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages],
    }


def _blank(code: str) -> dict:
    return {"code": code, "blank": True, "answer": None, "signed": None, "qr": documents.qr(code)}
