"""Whose address a request comes from."""

import pytest
from django.test import RequestFactory

from emr.http import address_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.66, 203.0.113.9", "203.0.113.9"),
        (1, "", "192.0.2.1"),
    ],
    ids=[
        "without a proxy what is claimed counts for nothing",
        "the proxy says who asked",
        "only what the nearest proxy added counts",
        "asked beside the proxy",
    ],
)
def test_the_address_is_the_one_that_can_be_trusted(settings, proxies, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")

    assert address_of(request) == expected


def test_a_request_on_a_bare_socket_has_no_address():
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) is None
