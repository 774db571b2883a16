"""Addresses of notes."""

app_name = "notes"
urlpatterns: list = []
