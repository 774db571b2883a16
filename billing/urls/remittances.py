"""Addresses of remittances and denials."""

urlpatterns = []
