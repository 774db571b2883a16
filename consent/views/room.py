"""The pages of the room: read, answer, look over, done; and the ways out of it."""

import base64
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import actions, room
from consent.forms.room import AnswerForm
from consent.models import Consent, Signing
from consent.room import Answer, RoomRequest, Shown
from consent.words import consent_paper, notice_paper
from emr import audit, documents, ink
from emr.filing import record_document_event
from emr.http import address_of
from emr.models import AuditEntry, DocumentEvent
from emr.rules.notice_states import NoticeState
from emr.views.documents import pdf_response

PAGE_SCALE = 1.6  # pixels a point: sharp at the width of a tablet
ANSWERED = (Signing.Outcome.SIGNED, Signing.Outcome.DECLINED)
NOT_GIVEN_BACK = "tablet not given back"
MOST_TRIES = 10  # at the password of one tablet
PARTIES = "patient", "started_by", "form", "notice", "consent__document", "step__document"


def in_room(view):
    """Hands the view its signing; whoever is in no room finds nothing here."""

    @wraps(view)
    def wrapper(request: RoomRequest) -> HttpResponse:
        if request.room is None:
            raise Http404
        signings = Signing.objects.select_related(*PARTIES)
        signing = get_object_or_404(signings, pk=request.room.signing)
        if signing.answer_by and signing.answer_by < timezone.now():
            actions.run_out_signing(signing=signing)
            return _end(request)
        return view(request, signing)

    return wrapper


def while_open(view):
    """Only while the document waits; when it does not any more, the page says what became of it."""

    @wraps(view)
    def wrapper(request: RoomRequest, signing: Signing) -> HttpResponse:
        if request.room.dark:
            return room.page(request, "dark")
        if signing.outcome in ANSWERED:
            return _done(request, signing)
        if signing.ended_at:
            return room.page(request, "over", status=409)
        return view(request, signing)

    return wrapper


@require_safe
@in_room
@while_open
def read(request: RoomRequest, signing: Signing) -> HttpResponse:
    shown = room.shown_by(signing)
    language = request.GET.get("language", request.room.language)
    request.room.language = shown.in_language(language)
    request.room.keep(request)
    return _document(request, _form(request, signing, shown))


@require_POST
@in_room
@while_open
def answer(request: RoomRequest, signing: Signing) -> HttpResponse:
    """The page that asks whether all is right, or the document again with what is missing."""
    form = _form(request, signing, room.shown_by(signing), request.POST)
    if not form.is_valid():
        return _document(request, form, status=422)
    if "change" in request.POST:
        return _document(request, form)
    given = form.cleaned_data
    context = {
        "form": form,
        "ink": ink.data_uri(given["drawn"]) if given["drawn"] else "",
        "answered": _answered(request, form),
        "option": given["answer"].option,
        "signer": given["representative"] or form.shown.patient_name,
        "intent": form.intent(given["answer"]),
    }
    return room.page(request, "review", _on_page(request, form.shown) | context)


@require_POST
@in_room
@while_open
def finish(request: RoomRequest, signing: Signing) -> HttpResponse:
    form = _form(request, signing, room.shown_by(signing), request.POST)
    if not form.is_valid():
        return _document(request, form, status=422)
    try:
        _store(request, signing, form)
    except actions.Overtaken:
        return room.page(request, "over", status=409)
    except actions.Refused as refusal:
        return room.page(request, "late", {"reason": str(refusal)}, status=409)
    except ValidationError as error:
        return room.page(request, "late", {"reason": " ".join(error.messages)}, status=409)
    return redirect("consent:room")


def _store(request: RoomRequest, signing: Signing, form: AnswerForm) -> None:
    given = form.cleaned_data
    answer = given["answer"]
    device = request.headers.get("User-Agent", "")[:200]
    common = {
        "started": signing,
        "language": request.room.language,
        "hand": form.hand(place=signing.place, device=device, address=address_of(request)),
        "practice": request.practice,
        "by": signing.started_by,
    }
    if signing.notice is None:
        declined = answer == Answer.DECLINE
        outcome = Consent.Outcome.DECLINED if declined else Consent.Outcome.SIGNED
        actions.answer_consent(outcome=outcome, reason=given["reason"], **common)
    else:
        actions.answer_notice(after=AFTER[answer], option=answer.option, **common)


AFTER = dict.fromkeys(room.OPTIONS, NoticeState.CHOSEN) | {
    Answer.AGREE: NoticeState.AGREED,
    Answer.DECLINE: NoticeState.DECLINED,
}


def _form(request: RoomRequest, signing: Signing, shown: Shown, data=None) -> AnswerForm:
    minor = room.is_minor(signing, request.practice)
    return AnswerForm(data, shown=shown, say=request.room.say, minor=minor)


def _document(request: RoomRequest, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    context = _on_page(request, form.shown) | {"form": form}
    return room.page(request, "document", context, status=status)


def _on_page(request: RoomRequest, shown: Shown) -> dict[str, Any]:
    """What the document is drawn from: the same parts, from the same snapshot, as its PDF."""
    language, content = request.room.language, shown.content
    context = {
        "shown": shown,
        "content": content,
        "practice_name": content["practice"]["name"],
        "words": consent_paper.WORDS[language] | notice_paper.WORDS[language],
    }
    if shown.kind == "consent":
        return context | {"text": content["texts"][language]}
    return context | {
        "notice": content,
        "kind": shown.kind,
        "wording": content["wordings"].get(language),
    }


def _answered(request: RoomRequest, form: AnswerForm) -> str:
    """The answer in words; an option has those of its form."""
    say, answer = request.room.say, form.cleaned_data["answer"]
    if answer.option:
        return ""
    if form.shown.kind == "estimate":
        return say["you_received"]
    return say[f"{answer.value}_{form.shown.kind}"]


# Afterwards


def _done(request: RoomRequest, signing: Signing) -> HttpResponse:
    return room.page(request, "done", {"may_open": not request.room.copy_opened})


@require_POST
@in_room
def copy(request: RoomRequest, signing: Signing) -> HttpResponse:
    """What was signed: a phone saves the PDF, which is a copy to keep; a tablet shows its pages once."""
    document = room.document_of(signing)
    if request.room.dark or document is None:
        raise Http404
    if request.room.is_kiosk:
        return _pages(request, signing)
    by, patient_id = signing.started_by, signing.patient_id
    if request.room.copy_opened:
        audit.record("copy saved once more", document, by=by, patient_id=patient_id)
    else:
        what = DocumentEvent.What.SHOWN
        record_document_event(document=document, what=what, patient_id=patient_id, by=by)
        request.room.copy_opened = True
        request.room.keep(request)
    return pdf_response(document, download=True)


def _pages(request: RoomRequest, signing: Signing) -> HttpResponse:
    if request.room.copy_opened:
        return room.page(request, "done", {"may_open": False, "gone": True}, status=409)
    document = room.document_of(signing)
    images = documents.page_images(bytes(document.content), scale=PAGE_SCALE)
    pages = [base64.b64encode(png).decode() for png in images]
    request.room.copy_opened = True
    request.room.keep_anew(request)
    audit.record(
        "document shown on the tablet",
        document,
        by=signing.started_by,
        patient_id=signing.patient_id,
        signing=signing.pk,
    )
    return room.page(request, "copy", {"pages": pages})


# Out of the room


@require_POST
@in_room
def blank(request: RoomRequest, signing: Signing) -> HttpResponse:
    """Nobody touched the tablet for a minute, as its page says."""
    if request.room.is_kiosk:
        room.darken(request, request.room)
    return HttpResponse(status=204)


class LeaveForm(forms.Form):
    """The password of the person who handed the tablet over. The page is the staff's: in English."""

    password = forms.CharField(
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Type your password."},
    )

    def __init__(self, data=None, *, staff) -> None:
        super().__init__(data)
        self.staff = staff

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not (self.staff.is_active and self.staff.check_password(password)):
            raise ValidationError("This is not the password.")
        return password


@require_http_methods(["GET", "HEAD", "POST"])
@in_room
def leave(request: RoomRequest, signing: Signing) -> HttpResponse:
    """A tablet is given back to the person who handed it over; a phone's page just closes."""
    if not request.room.is_kiosk:
        return _close(request, signing)
    staff = signing.started_by
    form = LeaveForm(request.POST if request.method == "POST" else None, staff=staff)
    if not form.is_bound:
        return _leave_page(request, signing, form)
    if not ratelimit.consume(request, action="leave", user=staff):
        form.add_error("password", "Too many tries. Wait five minutes.")
        return _not_given_back(request, signing, form, status=429)
    if not form.is_valid():
        return _not_given_back(request, signing, form, status=422)
    if "go_on" in request.POST and signing.ended_at is None:
        actions.resume_signing(signing=signing, by=staff)
        request.room.dark = False
        request.room.keep(request)
        return redirect("consent:room")
    actions.cancel_signing(signing=signing, by=staff)
    return room.give_back(request, signing, to=staff)


def _not_given_back(request, signing: Signing, form: LeaveForm, *, status: int) -> HttpResponse:
    """Said once more; after the last try nothing but the ordinary sign-in leads to anything."""
    if not form.data.get("password"):
        return _leave_page(request, signing, form, status=status)
    staff = signing.started_by
    audit.record(NOT_GIVEN_BACK, signing, by=staff, patient_id=signing.patient_id)
    tries = AuditEntry.objects.filter(verb=NOT_GIVEN_BACK, patient_id=signing.patient_id)
    if tries.filter(subject_id=str(signing.pk)).count() < MOST_TRIES:
        return _leave_page(request, signing, form, status=status)
    actions.lock_signing(signing=signing)
    return _end(request)


def _end(request: RoomRequest) -> HttpResponse:
    """The room is over without anybody signed in."""
    language = request.room.language
    room.leave(request)
    return room.page(request, "ended", language=language, status=HTTPStatus.FORBIDDEN)


def _leave_page(request, signing: Signing, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "staff": signing.started_by, "waits": signing.ended_at is None}
    return room.page(request, "leave", context, status=status)


def _close(request: RoomRequest, signing: Signing) -> HttpResponse:
    if request.method != "POST":
        return redirect("consent:room")
    actions.close_signing(signing=signing)
    response = room.page(request, "closed")
    room.leave(request)
    return response
