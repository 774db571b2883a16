"""Addresses of notes and their charges."""

urlpatterns = []
