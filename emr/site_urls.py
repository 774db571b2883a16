"""Addresses of the core."""


app_name = "emr"
urlpatterns: list = []
