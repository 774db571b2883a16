"""The room: a session in which one document is read and signed, and nothing else can be done.

Nobody is signed in there. A tablet enters when staff hand it over and leaves with their password; a
phone enters by its link. Why it is done so: docs/decisions/0009.
"""

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from consent.actions import blank_signing
from consent.models import Kind, Language, Method, Signing
from consent.words.room import PHRASES
from emr import audit
from emr.http import address_of
from emr.models import Document, Practice, User

KEY = "room"
DARK_AFTER = 10 * 60  # seconds without any request, should the page's own clock be stopped
MOST_BYTES = 600_000  # of a post: the largest drawing of emr.rules.ink, encoded, and the fields
OF_AGE = 18


@dataclass
class Room:
    """What a session in the room knows; kept in the session, and `request.room` while it lasts."""

    signing: int
    kind: str  # kiosk or phone
    language: str
    seen: int
    dark: bool = False
    copy_opened: bool = False

    @property
    def is_kiosk(self) -> bool:
        return self.kind == Method.KIOSK

    @property
    def say(self) -> dict:
        return PHRASES[self.language]

    @classmethod
    def of(cls, kept: dict) -> "Room | None":
        """The room as it was kept; None for one of another version that lacks something."""
        known = {each.name for each in fields(cls)}
        try:
            return cls(**{name: value for name, value in kept.items() if name in known})
        except TypeError:
            return None

    def keep(self, request: HttpRequest) -> None:
        request.session[KEY] = asdict(self)

    def keep_anew(self, request: HttpRequest) -> None:
        """Under another session key: a request still under way writes its older room to none.

        Raises SessionInterrupted if another request did so first.
        """
        before = request.session.model.objects.filter(session_key=request.session.session_key)
        if not before.delete()[0]:
            raise SessionInterrupted("Another request changed this room first.")
        request.session.flush()
        self.keep(request)


class RoomRequest(HttpRequest):
    """For types: a request out of the room."""

    room: Room
    practice: Practice


class Answer(StrEnum):
    """What a patient may answer; which of them depends on the document."""

    AGREE = "agree"
    DECLINE = "decline"
    OPTION_1 = "1"
    OPTION_2 = "2"
    OPTION_3 = "3"

    @property
    def option(self) -> int | None:
        return int(self) if self.isdecimal() else None


OPTIONS = (Answer.OPTION_1, Answer.OPTION_2, Answer.OPTION_3)
ANSWERS = {
    "consent": (Answer.AGREE, Answer.DECLINE),
    Kind.ABN: OPTIONS,
    Kind.AGREEMENT: (Answer.AGREE, Answer.DECLINE),
    Kind.ESTIMATE: (Answer.AGREE,),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One document as it is put before its reader: `content` is a snapshot of consent.snapshot."""

    kind: str  # consent, or that of a notice
    content: dict[str, Any]
    languages: list[str]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What can be answered; nothing to a voluntary ABN, which is only handed over."""
        return ANSWERS.get(self.kind, ())

    @property
    def patient_name(self) -> str:
        return self.content["patient"]["name"]

    def in_language(self, language: str) -> str:
        """The language itself if the document has it, or else its own."""
        return language if language in self.languages else self.languages[0]


def shown_by(signing: Signing) -> Shown:
    if signing.notice is None:
        content = json.loads(signing.snapshot)
        known = [each for each in Language.values if each in content["texts"]]
        return Shown(kind="consent", content=content, languages=known)
    content = json.loads(signing.notice.snapshot)
    # Its blanks were filled in one language, so that it is shown in no other.
    return Shown(kind=signing.notice.kind, content=content, languages=[content["language"]])


def is_minor(signing: Signing, practice: Practice) -> bool:
    return signing.patient.age_on(timezone.localdate(timezone=practice.zone)) < OF_AGE


def document_of(signing: Signing) -> Document | None:
    """The PDF that came of it; None without an answer."""
    answered = signing.consent or signing.step
    return answered.document if answered else None


def enter(request: HttpRequest, signing: Signing, *, kind: Method) -> None:
    """From here on this browser can do nothing but answer the one document."""
    if request.user.is_authenticated:
        get_adapter().logout(request)  # the log tells that they are no longer signed in
    request.session.flush()
    shown = shown_by(signing)
    room = Room(signing=signing.pk, kind=kind, language=shown.languages[0], seen=_now())
    room.keep(request)


def leave(request: HttpRequest) -> None:
    """Back to a browser that nobody uses."""
    request.session.flush()
    request.room = None


def give_back(request: HttpRequest, signing: Signing, *, to: User) -> HttpResponse:
    """Out of the room to this person, whose password was right: a second factor is asked for next.

    They come to the document, which says what became of it and what is to do now.
    """
    leave(request)
    return perform_login(request, to, redirect_url=reverse("consent:signing", args=[signing.pk]))


def darken(request: HttpRequest, room: Room) -> None:
    """Show nothing any more until staff come; a signing that waits tells the desk of it."""
    room.dark = True
    room.keep_anew(request)
    signing = Signing.objects.select_related("started_by").get(pk=room.signing)
    if signing.ended_at is None:
        blank_signing(signing=signing)


def room_middleware(get_response):
    """Holds a session that is in the room to the room's own addresses; knows no other."""
    inside = reverse("consent:room")

    def middleware(request):
        kept = request.session.get(KEY)
        request.room = Room.of(kept) if kept else None
        if kept and request.room is None:
            leave(request)
            return page(request, "ended", status=HTTPStatus.FORBIDDEN)
        if request.room is None:
            return get_response(request)
        address = audit.address.set(address_of(request))
        try:
            with timezone.override(Practice.objects.get(pk=1).zone):
                response = _answer_inside(request, inside, get_response)
        finally:
            audit.address.reset(address)
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _answer_inside(request, inside: str, get_response) -> HttpResponse:
    room = request.room
    if room.is_kiosk and not room.dark and _now() - room.seen > DARK_AFTER:
        darken(request, room)
    links = reverse("consent:link", args=["x"]).removesuffix("x/")
    by_link = not room.is_kiosk and request.path.startswith(links)
    if not (request.path.startswith(inside) or by_link):
        # Pages of staff that were left open in other tabs end themselves at a 401.
        htmx = "HX-Request" in request.headers
        status = HTTPStatus.UNAUTHORIZED if htmx else HTTPStatus.NOT_FOUND
        return page(request, "nowhere", status=status)
    if _weight(request) > MOST_BYTES:  # before anybody reads it
        return page(request, "too_much", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    room.seen = _now()
    room.keep(request)
    response = get_response(request)
    if response.status_code >= HTTPStatus.BAD_REQUEST and not hasattr(response, "is_of_room"):
        # What answers for the whole site would lead out of the room.
        response.content = page(request, "nowhere").content
    return response


def _weight(request) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0


def page(
    request: HttpRequest,
    name: str,
    context: dict[str, Any] | None = None,
    *,
    language: str = "",
    status: int = 200,
) -> HttpResponse:
    """A page of the room, in the language of its reader unless another is given."""
    room = request.room
    language = language or (room.language if room else language_of(request))
    base = {"say": PHRASES[language], "language": language, "room": room, "DEMO": settings.DEMO}
    template = f"consent/signing/{name}.html"
    response = render(request, template, base | (context or {}), status=status)
    response.headers["Cache-Control"] = "no-store"
    response.is_of_room = True
    return response


def language_of(request: HttpRequest) -> str:
    """What the browser asks for, for whoever has not chosen."""
    spanish = request.headers.get("Accept-Language", "").lower().startswith("es")
    return Language.SPANISH.value if spanish else Language.ENGLISH.value


def _now() -> int:
    return int(timezone.now().timestamp())
