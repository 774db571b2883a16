"""The public page that says whether a PDF is the one that was signed. It tells no health data.

Nobody signs in here, and nothing that is handed in is kept.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from allauth.core import ratelimit
from django import forms
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from emr.documents import codes_in, normalise_code
from emr.models import Document

MEGABYTES = 20
MOST_CLAIMS = 500  # codes that are looked for of those in one file, which has room for many
TOO_LARGE = f"This file is larger than {MEGABYTES} MB, so it is none of ours."


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="The PDF",
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    code = forms.CharField(
        label="Or the code printed on it",
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"placeholder": "H7KQ-2M4T-9XWC", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str | None:
        typed = self.cleaned_data["code"].strip()
        code = normalise_code(typed)
        if typed and not code:
            raise forms.ValidationError(
                "A code has twelve letters and digits in three groups, such as H7KQ-2M4T-9XWC."
            )
        return code

    def clean(self):
        """Adds `pdf`, the bytes of the file, or None without one."""
        super().clean()
        self.cleaned_data["pdf"] = None
        upload = self.cleaned_data.get("file")
        if self.errors:
            return
        if not upload:
            if not self.cleaned_data["code"]:
                self.add_error("file", "Choose a PDF, or type the code that is printed on it.")
            return
        if upload.size > MEGABYTES * 1_000_000:
            self.add_error("file", TOO_LARGE)
            return
        pdf = upload.read()
        if b"%PDF-" not in pdf[:1024]:
            self.add_error("file", "This is not a PDF. Choose the file as you were given it.")
            return
        self.cleaned_data["pdf"] = pdf


class Verdict(StrEnum):
    SIGNED = "signed"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    ON_FILE = "on file"  # only the code was given: nothing is said of any bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`document` is None where nothing is known of it; `newer` is the one that amends it."""

    verdict: Verdict
    document: Document | None = None
    newer: Document | None = None
    sha256: str = ""


# Changes nothing, so needs no token; and a token would have Django read the whole of a huge upload
# before its size can be refused.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    if request.method != "POST":
        code = normalise_code(request.GET.get("code", ""))
        return _render(request, VerifyForm(initial={"code": code}))
    if not ratelimit.consume(request, action="verify"):
        return ratelimit.respond_429(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > (MEGABYTES + 1) * 1_000_000:
        return _render(request, VerifyForm(), refusal=TOO_LARGE, status=422)

    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render(request, form, status=422)
    if form.cleaned_data["pdf"]:
        answer = judge_file(form.cleaned_data["pdf"], code=form.cleaned_data["code"])
    else:
        answer = judge_code(form.cleaned_data["code"])
    return _render(request, form, answer=answer)


def judge_file(pdf: bytes, *, code: str | None) -> Answer:
    """Signed if these very bytes are on file; altered if only a code in them is.

    A second code that somebody put in hides the first no more than one that they typed.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    documents = Document.objects.defer("content")
    document = documents.filter(sha256=digest).first()
    if document:
        return _answer(Verdict.SIGNED, document, sha256=digest)
    claims = [*filter(None, [code]), *islice(codes_in(pdf), MOST_CLAIMS)]
    claimed = documents.filter(code__in=claims).first()
    if claimed:
        return _answer(Verdict.ALTERED, claimed, sha256=digest)
    return Answer(verdict=Verdict.UNKNOWN, sha256=digest)


def judge_code(code: str) -> Answer:
    document = Document.objects.defer("content").filter(code=code).first()
    if document:
        return _answer(Verdict.ON_FILE, document, sha256=document.sha256)
    return Answer(verdict=Verdict.UNKNOWN)


def _answer(verdict: Verdict, document: Document, *, sha256: str) -> Answer:
    later = Document.objects.defer("content").filter(
        made_from=document.made_from, created_at__gt=document.created_at
    )
    return Answer(verdict=verdict, document=document, newer=later.last(), sha256=sha256)


def _render(request, form, *, answer=None, refusal="", status=200):
    context = {"form": form, "answer": answer, "refusal": refusal, "megabytes": MEGABYTES}
    response = render(request, "emr/verify.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
