"""Addresses of maintenance series."""

from django.urls import path

from billing.views import series

urlpatterns = [
    path("billing/series/", series.every_series, name="series"),
    path("billing/series/<id:series_id>/", series.one, name="one-series"),
    path("billing/series/<id:series_id>/end/", series.end, name="end-series"),
    path("billing/accounts/<id:patient_id>/series/new/", series.new, name="new-series"),
]
