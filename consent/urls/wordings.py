"""Addresses of the page "ABN form", below /abn-form/ and in the namespace of consent."""

from django.urls import path

from consent.views import wordings

urlpatterns = [
    path("", wordings.list_wordings, name="wordings"),
    path("install/", wordings.install_wording, name="install-wording"),
    path("<id:wording_id>/", wordings.show_wording, name="wording"),
    path("<id:wording_id>/pdf/", wordings.wording_pdf, name="wording-pdf"),
]
