"""The fast road of a request leads to the same scope and the same response as httpx's road."""

from __future__ import annotations

import gzip
import logging
import pickle
from datetime import timedelta
from typing import Any

import httpx
import pytest

from xapi.testing import AsyncClient, TestClient
from xapi.testing.responses import WIRING, LeanResponse


class HTTPXRoad(TestClient):
    """A subclass with a `send` of its own, which has no fast road."""

    def send(self, *arguments: Any, **options: Any) -> httpx.Response:
        return super().send(*arguments, **options)


class Recorder:
    """An app that notes scopes and bodies, and answers with what it is told to."""

    def __init__(
        self, status: int = 200, headers: list[Any] | None = None, body: bytes = b'{"a": "\xc3\xbc"}'
    ):
        self.seen: list[Any] = []
        self.status = status
        self.headers = headers or [(b"content-type", b"application/json"), (b"X-Mixed", b"1")]
        self.body = body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        self.seen.append(({**scope}, body))
        is_first = scope["path"] != "/end"
        status = self.status if is_first else 200
        await send(
            {"type": "http.response.start", "status": status, "headers": self.headers if is_first else []}
        )
        await send({"type": "http.response.body", "body": self.body})


FAST: list[dict[str, Any]] = [
    {"method": "GET", "url": "/"},
    {"method": "get", "url": "/items/1"},
    {"method": "GET", "url": "/a/b/c.txt;v=1,2/@me:x!$&'()*+~-_"},
    {"method": "GET", "url": "/items/"},
    {"method": "GET", "url": "/a//b"},
    {"method": "GET", "url": "/items?q=1&q=2&r=%20%C3%BC&s=a+b&t"},
    {"method": "GET", "url": "/items?"},
    {"method": "GET", "url": "/items?path=/a/b?c"},
    {
        "method": "GET",
        "url": "/items",
        "params": {"q": "ü &=?/", "n": 1, "b": True, "none": None, "l": ["x", "y"]},
    },
    {"method": "GET", "url": "/items?lost=1", "params": {"q": "1"}},
    {"method": "GET", "url": "/items?lost=1", "params": {}},
    {"method": "GET", "url": "/items", "params": [("a", "1"), ("a", "2")]},
    {"method": "GET", "url": "/items", "params": "a=1&b=2"},
    {"method": "GET", "url": "/items", "params": b"a=1&b=2"},
    {"method": "GET", "url": "/items", "params": httpx.QueryParams({"a": "1"})},
    {"method": "GET", "url": "/", "headers": {"X-Token": "t", "Accept": "text/html"}},
    {"method": "GET", "url": "/", "headers": [("x-a", "1"), ("x-a", "2"), (b"X-B", b"\xff")]},
    {"method": "GET", "url": "/", "headers": httpx.Headers({"Host": "example.org"})},
    {"method": "GET", "url": "/", "headers": {"cookie": "a=b"}},
    {"method": "HEAD", "url": "/"},
    {"method": "OPTIONS", "url": "/"},
    {"method": "DELETE", "url": "/items/1"},
    {"method": "POST", "url": "/"},
    {"method": "PUT", "url": "/"},
    {"method": "PATCH", "url": "/"},
    {"method": "POST", "url": "/", "json": {"a": [1, 2.5, None, "ü"]}},
    {"method": "POST", "url": "/", "json": []},
    {"method": "POST", "url": "/", "json": 0},
    {"method": "POST", "url": "/", "json": {}, "headers": {"Content-Type": "application/problem+json"}},
    {"method": "POST", "url": "/", "json": {"a": 1}, "headers": {"content-length": "7"}},
    {"method": "POST", "url": "/", "content": b"raw"},
    {"method": "POST", "url": "/", "content": "ü"},
    {"method": "POST", "url": "/", "content": b""},
    {"method": "POST", "url": "/", "content": b"raw", "headers": {"Content-Type": "text/plain"}},
    {"method": "POST", "url": "/", "content": b"raw", "json": {"lost": True}},
    {"method": "POST", "url": "/", "headers": {"Transfer-Encoding": "chunked"}},
    {"method": "GET", "url": "/", "json": {"a": 1}},
    {"method": "PROPFIND", "url": "/"},
    {"method": "GET", "url": "/", "timeout": 5},
    {"method": "GET", "url": "/", "timeout": (1, 2, 3, 4)},
    {"method": "GET", "url": "/", "timeout": None},
    {"method": "GET", "url": "/", "follow_redirects": False},
]
HTTPX: list[dict[str, Any]] = [
    {"method": "GET", "url": ""},
    {"method": "GET", "url": "items"},
    {"method": "GET", "url": "//items"},
    {"method": "GET", "url": "/a/../b/./c"},
    {"method": "GET", "url": "/.well-known/x"},
    {"method": "GET", "url": "/a%20b/%C3%BC"},
    {"method": "GET", "url": "/ü b"},
    {"method": "GET", "url": "/items?q=ü b"},
    {"method": "GET", "url": "/items?q=%zz"},
    {"method": "GET", "url": "/items#part"},
    {"method": "GET", "url": "/items[1]|{x}"},
    {"method": "GET", "url": "http://example.org:8000/x?y=1"},
    {"method": "GET", "url": "https://example.org/x"},
    {"method": "GET", "url": "http://ada:secret@example.org/"},
    {"method": "GET", "url": httpx.URL("/items")},
    {"method": "GET", "url": "/", "auth": ("ada", "secret")},
    {"method": "GET", "url": "/", "auth": None},
    {"method": "GET", "url": "/", "extensions": {"mine": 1}},
    {"method": "POST", "url": "/", "data": {"a": "1", "b": ["2", "3"], "c": True}},
    {
        "method": "POST",
        "url": "/",
        "files": {"f": ("f.txt", b"text", "text/plain")},
        "headers": {"content-type": "multipart/form-data; boundary=b"},
    },
]


def told(response: httpx.Response) -> dict[str, Any]:
    """All that can be seen of a response."""
    request = response.request
    return {
        "status": response.status_code,
        "reason": response.reason_phrase,
        "version": response.http_version,
        "headers": response.headers.raw,
        "content": response.content,
        "text": response.text,
        "encoding": response.encoding,
        "cookies": dict(response.cookies),
        "url": str(response.url),
        "states": (response.is_closed, response.is_stream_consumed, response.num_bytes_downloaded),
        "has elapsed": isinstance(response.elapsed, timedelta),
        "history": [told(earlier) for earlier in response.history],
        "next": response.next_request and str(response.next_request.url),
        "request": (request.method, str(request.url), request.headers.raw, request.read()),
        "extensions": ({**response.extensions, WIRING: None}, request.extensions),
    }


def compare(options: dict[str, Any], app: Recorder | None = None, **client: Any) -> httpx.Response:
    """Send a request over both roads; returns the fast road's response."""
    fast_app, slow_app = app or Recorder(), app or Recorder()
    fast, slow = TestClient(fast_app, **client), HTTPXRoad(slow_app, **client)
    fast_response = fast.request(**options)
    fast_seen = fast_app.seen[:]
    slow_app.seen.clear()
    slow_response = slow.request(**options)
    assert fast_seen == slow_app.seen
    assert told(fast_response) == told(slow_response)
    assert dict(fast.cookies) == dict(slow.cookies)
    assert not isinstance(slow_response, LeanResponse)
    return fast_response


@pytest.mark.parametrize("options", FAST, ids=str)
def test_the_fast_road_leads_to_the_same(options: dict[str, Any]) -> None:
    assert isinstance(compare(options), LeanResponse)


@pytest.mark.parametrize("options", HTTPX, ids=str)
def test_other_requests_take_httpxs_road(options: dict[str, Any]) -> None:
    assert not isinstance(compare(options), LeanResponse)


@pytest.mark.parametrize(
    "client",
    [
        {"base_url": "http://testserver/"},
        {"base_url": "http://example.org:8080"},
        {"base_url": "https://example.org/api/v1"},
        {"base_url": "https://example.org/a%20b/ü/"},
        {"base_url": "http://[::1]:80"},
        {"headers": {"X-Always": "1", "Accept": "text/plain", "Host": "other"}},
        {"root_path": "/api", "client": ("1.2.3.4", 5)},
    ],
    ids=str,
)
@pytest.mark.parametrize("options", FAST[:6] + FAST[14:17] + FAST[24:26], ids=str)
def test_settings_of_the_client_count_on_both_roads(options: dict[str, Any], client: dict[str, Any]) -> None:
    assert isinstance(compare(options, **client), LeanResponse)


@pytest.mark.parametrize("options", FAST[4:10], ids=str)
def test_the_clients_query_counts_on_both_roads(options: dict[str, Any]) -> None:
    seen = []
    for kind in (TestClient, HTTPXRoad):
        app = Recorder()
        client = kind(app)
        client.params = {"always": "1"}  # type: ignore[assignment]
        seen.append((told(client.request(**options)), app.seen))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("base_url", ["http://ada:secret@testserver", "http://testserver/?a=1"])
def test_a_base_url_with_credentials_or_query_takes_httpxs_road(base_url: str) -> None:
    assert not isinstance(compare({"method": "GET", "url": "/x"}, base_url=base_url), LeanResponse)


def test_a_long_url_takes_httpxs_road() -> None:
    assert not isinstance(compare({"method": "GET", "url": "/x?" + "y" * 40_000}), LeanResponse)


@pytest.mark.parametrize(
    "app",
    [
        Recorder(body=b""),
        Recorder(status=404),
        Recorder(status=304),
        Recorder(headers=[(b"content-type", b"text/plain; charset=latin-1")], body=b"\xfc"),
        Recorder(headers=[(b"link", b'</2>; rel="next"'), (b"x", b"1"), (b"x", b"2")]),
    ],
)
def test_responses_are_the_same(app: Recorder) -> None:
    assert isinstance(compare({"method": "GET", "url": "/"}, app), LeanResponse)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_followed_as_httpx_does(status: int, follow: bool, method: str) -> None:
    app = Recorder(status, [(b"location", b"/end")])
    response = compare({"method": method, "url": "/start", "follow_redirects": follow, "content": b"x"}, app)
    assert len(response.history) == int(follow)


def test_the_client_says_whether_redirects_are_followed() -> None:
    app = Recorder(302, [(b"location", b"/end")])
    response = compare({"method": "GET", "url": "/start"}, app, follow_redirects=False)
    assert response.next_request is not None


def test_cookies_are_kept_and_sent() -> None:
    app = Recorder(headers=[(b"set-cookie", b"a=1; Path=/"), (b"Set-Cookie", b"b=2; Path=/deep")])
    compare({"method": "GET", "url": "/"}, app)
    client = TestClient(app)
    client.get("/")
    app.seen.clear()
    client.get("/deep/er")
    assert dict(app.seen[0][0]["headers"])[b"cookie"] == b"b=2; a=1"


@pytest.mark.parametrize("options", [*FAST[:6], *FAST[14:18], *FAST[21:28]], ids=str)
def test_cookies_of_the_client_are_sent(options: dict[str, Any]) -> None:
    response = compare(options, cookies={"a": "1", "b": "2"})
    assert isinstance(response, LeanResponse)
    assert response.request.headers["cookie"] in ("a=1; b=2", "a=b")


def test_cookies_for_other_places_are_not_sent() -> None:
    cookies = httpx.Cookies()
    cookies.set("a", "1", domain="example.org")
    cookies.set("b", "2", path="/deep")
    assert "cookie" not in compare({"method": "GET", "url": "/"}, cookies=cookies).request.headers
    assert compare({"method": "GET", "url": "/deep"}, cookies=cookies).request.headers["cookie"] == "b=2"


def test_the_app_is_called_once_where_httpx_takes_over() -> None:
    app = Recorder(302, [(b"location", b"/end"), (b"set-cookie", b"a=1")])
    TestClient(app).get("/start")
    assert [scope["path"] for scope, _ in app.seen] == ["/start", "/end"]


def test_auth_and_hooks_of_the_client_are_used() -> None:
    hooked = []
    client = TestClient(Recorder())
    client.auth = ("ada", "secret")
    client.event_hooks = {"request": [hooked.append], "response": [hooked.append]}
    response = client.get("/")
    assert response.request.headers["authorization"].startswith("Basic ")
    assert hooked == [response.request, response]


def test_a_subclass_sees_each_request_that_it_looks_at() -> None:
    class Signing(TestClient):
        def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
            request = super().build_request(*arguments, **options)
            request.headers["signature"] = "s"
            return request

    assert Signing(Recorder()).get("/").request.headers["signature"] == "s"


def test_requests_are_logged_where_httpx_would_log_them(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="httpx"):
        TestClient(Recorder()).get("/")
    assert 'HTTP Request: GET http://testserver/ "HTTP/1.1 200 OK"' in caplog.messages


def test_headers_that_change_later_do_not_change_the_request_that_was_sent() -> None:
    client = TestClient(Recorder(), headers={"x-a": "1"})
    response = client.get("/")
    client.headers["x-a"] = "2"
    assert response.request.headers["x-a"] == "1"
    assert client.get("/").request.headers["x-a"] == "2"


def test_a_new_base_url_counts() -> None:
    client = TestClient(Recorder())
    client.get("/")
    client.base_url = "http://other"  # type: ignore[assignment]
    assert client.get("/").url == "http://other/"


def test_values_that_are_no_json_raise_alike() -> None:
    for value in (float("nan"), object()):
        errors = []
        for kind in (TestClient, HTTPXRoad):
            with pytest.raises((ValueError, TypeError)) as caught:
                kind(Recorder()).post("/", json=value)
            errors.append((type(caught.value), str(caught.value)[:40]))
        assert errors[0] == errors[1]


def test_what_was_not_needed_of_httpx_is_not_made_to_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(httpx.Client, "__init__", lambda self, **options: made.append(self))
    client = TestClient(Recorder())
    for _ in range(2):
        client.close()
    assert not made


def test_a_closed_client_refuses_alike() -> None:
    for kind in (TestClient, HTTPXRoad):
        client = kind(Recorder())
        client.close()
        with pytest.raises(RuntimeError, match="the client has been closed"):
            client.get("/")


def test_a_lean_response_can_be_raised_for_and_pickled() -> None:
    response = TestClient(Recorder(status=404)).get("/x")
    copy = pickle.loads(pickle.dumps(response))
    assert (copy.status_code, copy.content, copy.request.method) == (404, response.content, "GET")
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    assert caught.value.request.url == "http://testserver/x"
    assert TestClient(Recorder()).get("/").raise_for_status().status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("options", [*FAST[:8], *FAST[20:26], *HTTPX[:3]], ids=str)
async def test_the_asynchronous_client_sends_the_same(options: dict[str, Any]) -> None:
    app, async_app = Recorder(), Recorder()
    response = TestClient(app).request(**options)
    async_response = await AsyncClient(async_app).request(**options)
    assert async_app.seen == app.seen
    assert told(async_response) == told(response)
    assert isinstance(async_response, LeanResponse) == isinstance(response, LeanResponse)


def test_compressed_responses_are_decoded() -> None:
    app = Recorder(headers=[(b"content-encoding", b"gzip")], body=gzip.compress(b"text"))
    assert compare({"method": "GET", "url": "/"}, app).content == b"text"
