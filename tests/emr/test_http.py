"""Whose address a request comes from, and the headers that every answer carries."""

import pytest
from django.core.cache import cache
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


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("/accounts/login/", "elsewhere.example", 400),
        ("/accounts/login", "testserver", 301),
        ("/static/css/app.css", "testserver", 200),
        ("/healthz", "testserver", 200),
    ],
    ids=["a wrong host", "a missing slash", "a static file", "a page"],
)
def test_no_answer_may_stand_in_a_frame_or_load_from_elsewhere(client, db, address, host, status):
    response = client.get(address, headers={"Host": host})
    response.close()  # a static file is an open one

    assert response.status_code == status
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    response.close()  # a static file is sent from an open one


def test_what_counts_tries_is_not_drowned_by_other_entries():
    assert cache._max_entries == 100_000
