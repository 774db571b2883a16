"""Addresses of maintenance series."""

urlpatterns = []
