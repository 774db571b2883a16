"""The link on a patient's phone: it opens once, in time, for whoever knows the birth date.

A link that is wrong, used, out of time or taken back gets one and the same answer.
"""

from http import HTTPStatus

from allauth.core.internal import ratelimit  # the public one counts no GET
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from consent import room
from consent.actions import link_of, open_link
from consent.actions.signings import digest_of
from consent.forms.room import BirthDateForm
from consent.models import Method, Signing
from consent.words.room import PHRASES


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    response = _answer(request, token)
    # To nobody else; without any, a browser would hide from us as well where the form comes from.
    response.headers["Referrer-Policy"] = "same-origin"
    patch_cache_control(response, no_store=True)
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    if _is_mine(request, token):
        return redirect("consent:room")  # the same phone came back
    if link_of(token) is None:
        return _gone(request)
    say = PHRASES[room.language_of(request)]
    if request.method != "POST":
        return room.page(request, "link", {"form": BirthDateForm(say=say)})
    form = BirthDateForm(request.POST, say=say)
    if form.is_valid():
        opened = open_link(token=token, birth_date=form.cleaned_data["birth_date"])
        if opened:
            room.enter(request, opened, kind=Method.PHONE)
            return redirect("consent:room")
        if link_of(token) is None:
            return _gone(request)
        form.add_error(None, say["wrong_day"])
    return room.page(request, "link", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _is_mine(request: HttpRequest, token: str) -> bool:
    if request.room is None:
        return False
    return Signing.objects.filter(pk=request.room.signing, token_sha256=digest_of(token)).exists()


def _gone(request: HttpRequest) -> HttpResponse:
    """Only these are counted: whoever guesses keeps no patient of the same network out."""
    if not ratelimit.consume(request, app="allauth.account", action="link", limit_get=True):
        return room.page(request, "many", status=HTTPStatus.TOO_MANY_REQUESTS)
    return room.page(request, "gone", status=HTTPStatus.GONE)
