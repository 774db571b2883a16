"""Every address, app by app; an app's own stand in its urls.py."""

from django.urls import include, path, re_path, register_converter
from django.urls.converters import IntConverter

from emr.views import errors


class IdConverter(IntConverter):
    """The number of a record; one that no database can hold is no address."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns = [
    # An e-mail address is the owner's to change, on the staff page.
    re_path(r"^accounts/(email|confirm-email)/", errors.not_found),
    path("accounts/", include("allauth.urls")),
    path("", include("emr.site_urls")),
    path("", include("consent.urls")),
    path("", include("notes.urls")),
    path("", include("billing.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
