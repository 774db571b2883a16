"""Addresses of billing, a file a noun."""

from django.urls import include, path

app_name = "billing"
urlpatterns = [
    path("", include("billing.urls.charges")),
    path("", include("billing.urls.claims")),
    path("", include("billing.urls.claim_files")),
    path("", include("billing.urls.remittances")),
    path("", include("billing.urls.money")),
    path("", include("billing.urls.series")),
]
