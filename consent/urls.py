"""Addresses of consent."""

app_name = "consent"
urlpatterns: list = []
