"""Pages for what went wrong: what to do next, and nothing about whose record it was."""

from django.shortcuts import render


def _page(request, status, title, text):
    return render(request, "error.html", {"title": title, "text": text}, status=status)


def bad_request(request, exception=None):
    return _page(request, 400, "That request was not understood", "Go back and try once more.")


def forbidden(request, exception=None):
    return _page(request, 403, "Not allowed", "Ask the owner of the practice if you need this.")


def csrf_failure(request, reason=""):
    return _page(
        request,
        403,
        "This page was too old to send",
        "Your sign-in changed since it was opened. Load the page again and repeat the last step.",
    )


def not_found(request, exception=None):
    return _page(
        request,
        404,
        "Nothing here",
        "There is no such page, or it is not one that you may open.",
    )


def server_error(request):
    return _page(
        request,
        500,
        "Something broke on our side",
        "It was not your doing. What you typed in a note is still kept on this device.",
    )
