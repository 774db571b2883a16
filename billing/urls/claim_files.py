"""Addresses of claim files and the printed claim."""

urlpatterns = []
