"""Addresses of payments, receipts and superbills."""

urlpatterns = []
