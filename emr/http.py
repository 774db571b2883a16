"""What each request carries: the practice, its time zone, who asks and from where."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxDetails

from emr import audit
from emr.models import Practice, Role, User

RENEW_SECONDS = 60
UNICODE = {"utf-8", "utf8"}


class ClinicRequest(HttpRequest):
    """For types: a request behind sign-in."""

    htmx: HtmxDetails
    user: User
    practice: Practice


def clinic_middleware(get_response):
    def middleware(request):
        if request.content_params.get("charset", "utf-8").lower() not in UNICODE:
            # Others may spell half a letter, which nothing can store, or are no charset at all.
            raise BadRequest("Only UTF-8 is read here.")
        # Wraps None, and so is false, until an owner has set the practice up.
        request.practice = SimpleLazyObject(lambda: Practice.objects.filter(pk=1).first())
        token = audit.address.set(address_of(request))
        try:
            if not request.user.is_authenticated:
                return get_response(request)
            _renew(request)
            if not request.practice:
                return _before_set_up(request, get_response)
            with timezone.override(request.practice.zone):
                response = get_response(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        finally:
            audit.address.reset(token)

    return middleware


def address_of(request) -> str | None:
    """Who asks, as the proxy in front says if there is one (TRUST_PROXY); None on a bare socket."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


def _before_set_up(request, get_response):
    """Without a practice an owner is sent to set it up; others wait on a page that says so."""
    setting_up = reverse("emr:practice")
    if request.path.startswith((setting_up, reverse("emr:verify"), "/accounts/", "/healthz")):
        return get_response(request)
    if request.user.has_role(Role.OWNER):
        return redirect(setting_up)
    return render(request, "emr/practice_missing.html", status=503)


def _renew(request) -> None:
    """Keep a session in use alive; a page that refreshes itself is not use.

    Written at most once a minute, so that a request seldom costs a write.
    """
    if "Filiform-Background" in request.headers:
        return
    now = int(timezone.now().timestamp())
    if now - request.session.get("used_at", 0) > RENEW_SECONDS:
        request.session["used_at"] = now


def page_context(request) -> dict:
    """What every template may use without asking."""
    from django.conf import settings  # noqa: PLC0415 -- settings name this module

    return {
        "DEMO": settings.DEMO,
        "IDLE_MINUTES": settings.IDLE_MINUTES,
        "practice": getattr(request, "practice", None),
    }


def render_part(request, *, part: str, page: str, context: dict, status: int = 200):
    """The part for an htmx request, the whole page for any other; the server picks."""
    return render(request, part if request.htmx else page, context, status=status)
