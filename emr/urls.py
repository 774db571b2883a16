"""Every address, app by app; an app's own stand in its urls.py."""

from django.urls import include, path

from emr.views import errors

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("emr.site_urls")),
    path("", include("consent.urls")),
    path("", include("notes.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
