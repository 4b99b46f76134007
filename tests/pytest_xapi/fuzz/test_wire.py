"""Requests and answers as they go over the wire."""

from __future__ import annotations

import pytest

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse, following_redirects

POST = WireRequest("POST", "/a?b=1", (("Content-Type", "text/plain"), ("X-Key", "k")), b"text")


def test_the_scope_of_a_request() -> None:
    scope = WireRequest("PUT", "/a%20b/%C3%A9?c=%20", (("X-Name", "\u00e9"),), b"body").scope()
    assert scope["method"] == "PUT"
    assert scope["path"] == "/a b/\u00e9"
    assert scope["raw_path"] == b"/a%20b/%C3%A9"
    assert scope["query_string"] == b"c=%20"
    assert scope["headers"] == [(b"host", b"testserver"), (b"x-name", b"\xe9"), (b"content-length", b"4")]


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"text"), (308, "POST", b"text")],
)
def test_a_redirect_is_followed_as_clients_do(status: int, method: str, body: bytes) -> None:
    def send(request: WireRequest) -> WireResponse:
        return WireResponse(200, (), request.body)

    last, answer = following_redirects(POST, WireResponse(status, (("Location", "c?d=2"),), b""), send)
    assert (last.method, last.target, last.body) == (method, "/c?d=2", body)
    assert last.header("x-key") == "k"
    assert (last.header("content-type") is None) == (method == "GET")
    assert answer.status == 200


@pytest.mark.parametrize("location", ["http://example.com/", "//example.com/a"])
def test_a_redirect_elsewhere_is_an_answer(location: str) -> None:
    redirect = WireResponse(307, (("location", location),), b"")
    assert following_redirects(POST, redirect, lambda request: WireResponse(200, (), b"")) == (POST, redirect)


def test_redirects_without_end_come_to_one() -> None:
    sent: list[WireRequest] = []

    def send(request: WireRequest) -> WireResponse:
        sent.append(request)
        return WireResponse(307, (("location", "/again"),), b"")

    _, answer = following_redirects(POST, send(POST), send)
    assert answer.status == 307
    assert len(sent) == 11
