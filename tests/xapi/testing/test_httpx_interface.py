"""Every public attribute and method of httpx's clients is there, and does what it does in httpx."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from xapi.testing import AsyncClient, TestClient


async def app(scope: Any, receive: Any, send: Any) -> None:
    request = Request(scope, receive)
    answer: Response
    if request.url.path == "/redirect":
        answer = RedirectResponse("/")
    elif request.url.path == "/forbidden" and "authorization" not in request.headers:
        answer = JSONResponse("who?", 401)
    elif request.url.path == "/stream":
        answer = StreamingResponse(iter([b"one", b"two"]))
    elif request.url.path == "/latin":
        answer = Response("ü".encode("latin-1"), media_type="x-text/odd")
    else:
        sent = {"method": request.method, "url": str(request.url), "headers": dict(request.headers)}
        answer = JSONResponse({**sent, "body": (await request.body()).decode()})
        answer.set_cookie("seen", "1")
    await answer(scope, receive, send)


class Asking(httpx.Auth):
    """Sends credentials after a first answer that asks for them."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["authorization"] = "me"
            yield request


def check_verb(client: TestClient, verb: str) -> None:
    response = getattr(client, verb)("/", params={"q": "1"}, headers={"x": "y"})
    sent = response.json()
    assert (sent["method"], sent["url"], sent["headers"]["x"]) == (
        verb.upper(),
        "http://testserver/?q=1",
        "y",
    )


def check_body_verb(client: TestClient, verb: str) -> None:
    check_verb(client, verb)
    assert getattr(client, verb)("/", json=[1]).json()["body"] == "[1]"
    assert getattr(client, verb)("/", data={"a": "b"}).json()["body"] == "a=b"


def check_head(client: TestClient) -> None:
    assert (client.head("/").status_code, client.head("/").content) == (200, b"")


def check_auth(client: TestClient) -> None:
    assert client.get("/forbidden").status_code == 401
    client.auth = Asking()
    assert client.get("/forbidden").json()["headers"]["authorization"] == "me"
    client.auth = ("ada", "secret")  # type: ignore[assignment]
    assert client.get("/").json()["headers"]["authorization"] == "Basic YWRhOnNlY3JldA=="


def check_base_url(client: TestClient) -> None:
    client.base_url = "https://example.org/v1"  # type: ignore[assignment]
    assert client.get("/notes").json()["url"] == "https://example.org/v1/notes"


def check_build_request(client: TestClient) -> None:
    request = client.build_request("PUT", "/notes", json={"a": 1})
    assert (request.method, str(request.url)) == ("PUT", "http://testserver/notes")


def check_send(client: TestClient) -> None:
    request = client.build_request("PUT", "/notes", json={"a": 1})
    assert client.send(request).json()["body"] == '{"a":1}'
    response = client.send(client.build_request("GET", "/stream"), stream=True)
    assert (not response.is_closed, response.read()) == (True, b"onetwo")
    response.close()


def check_cookies(client: TestClient) -> None:
    client.cookies.set("mine", "2")
    client.get("/")
    assert client.get("/").json()["headers"]["cookie"] == "mine=2; seen=1"
    client.cookies = {"other": "3"}  # type: ignore[assignment]
    assert client.get("/").json()["headers"]["cookie"] == "other=3"


def check_headers(client: TestClient) -> None:
    client.headers["x-mine"] = "1"
    assert client.get("/").json()["headers"]["x-mine"] == "1"
    client.headers = {"x-other": "2"}  # type: ignore[assignment]
    sent = client.get("/").json()["headers"]
    assert ("x-mine" in sent, sent["x-other"]) == (False, "2")


def check_params(client: TestClient) -> None:
    client.params = {"a": "1"}  # type: ignore[assignment]
    assert client.get("/", params={"b": "2"}).json()["url"] == "http://testserver/?a=1&b=2"


def check_event_hooks(client: TestClient) -> None:
    seen: list[str] = []
    client.event_hooks = {
        "request": [lambda request: seen.append(request.method)],
        "response": [lambda response: seen.append(str(response.status_code))],
    }
    client.get("/")
    assert seen == ["GET", "200"]


def check_timeout(client: TestClient) -> None:
    client.timeout = 3  # type: ignore[assignment]
    assert client.timeout.read == 3
    assert client.get("/").status_code == 200


def check_request(client: TestClient) -> None:
    assert client.request("REPORT", "/").json()["method"] == "REPORT"
    history = client.request("GET", "/redirect").history
    assert [step.headers["location"] for step in history] == ["/"]
    assert client.request("GET", "/redirect", follow_redirects=False).next_request is not None


def check_stream(client: TestClient) -> None:
    with client.stream("GET", "/stream") as response:
        assert list(response.iter_raw()) == [b"one", b"two"]


def check_close(client: TestClient) -> None:
    client.close()
    with pytest.raises(RuntimeError, match="client has been closed"):
        client.get("/")


def check_is_closed(client: TestClient) -> None:
    assert not client.is_closed
    client.close()
    assert client.is_closed


def check_trust_env(client: TestClient) -> None:
    assert client.trust_env is False


CHECKS: dict[str, Callable[[TestClient], None]] = {
    **{verb: lambda client, verb=verb: check_verb(client, verb) for verb in ("get", "delete", "options")},
    **{verb: lambda client, verb=verb: check_body_verb(client, verb) for verb in ("post", "put", "patch")},
    **{name.removeprefix("check_"): check for name, check in list(globals().items()) if name[:6] == "check_"},
}
for helper in ("verb", "body_verb"):
    del CHECKS[helper]


def public(client: type) -> set[str]:
    return {name for name in dir(client) if not name.startswith("_")}


def test_everything_that_httpx_has_is_checked_here() -> None:
    assert CHECKS.keys() == public(httpx.Client)
    assert public(httpx.AsyncClient) - public(AsyncClient) == set()
    assert public(httpx.AsyncClient) == public(httpx.Client) - {"close"} | {"aclose"}


@pytest.mark.parametrize("options", [{}, {"driver": "portal"}], ids=["auto", "portal"])
@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_client_does_what_httpx_does(name: str, options: dict[str, Any]) -> None:
    with TestClient(app, **options) as client:
        CHECKS[name](client)


def test_the_reference_does_the_same() -> None:
    """The same checks hold for httpx, over a transport: what is checked is httpx's behaviour, not ours."""

    def answer(request: httpx.Request) -> httpx.Response:
        with TestClient(app, follow_redirects=False) as client:
            got = client.request(
                request.method, str(request.url), headers=request.headers, content=request.read()
            )
        return httpx.Response(got.status_code, headers=got.headers, content=got.content)

    for name in ("get", "post", "auth", "params", "headers", "cookies", "base_url", "event_hooks"):
        transport = httpx.MockTransport(answer)
        with httpx.Client(transport=transport, base_url="http://testserver") as client:
            CHECKS[name](client)  # type: ignore[arg-type]


def test_options_of_httpx_can_be_given_at_the_making() -> None:
    seen: list[str] = []
    client = TestClient(
        app,
        auth=Asking(),
        params={"a": "1"},
        timeout=7,
        event_hooks={"request": [lambda request: seen.append(request.method)]},
        max_redirects=1,
        default_encoding="latin-1",
    )
    assert client.get("/forbidden").json()["url"] == "http://testserver/forbidden?a=1"
    assert client.get("/latin").text == "ü"
    assert (client.timeout.read, seen) == (7, ["GET", "GET", "GET"])
    assert client.max_redirects == 1
    assert TestClient(app, default_encoding="latin-1").get("/latin").text == "ü"


@pytest.mark.parametrize("name", sorted(public(httpx.Client)))
def test_a_client_that_was_not_used_has_what_httpx_has(name: str) -> None:
    reference = httpx.Client(
        base_url="http://testserver", follow_redirects=True, trust_env=False, timeout=None
    )
    reference.headers["user-agent"] = "testclient"
    mine, theirs = getattr(TestClient(app), name), getattr(reference, name)
    if callable(theirs):
        assert callable(mine)
    elif name == "cookies":
        assert dict(mine) == dict(theirs) == {}
    else:
        assert mine == theirs


def test_what_is_set_on_a_client_before_its_first_request_holds() -> None:
    client = TestClient(app)
    client.follow_redirects = False
    client.headers = {"x-mine": "1"}  # type: ignore[assignment]
    client.params = {"a": "1"}  # type: ignore[assignment]
    assert client.get("/redirect").status_code == 307
    sent = client.get("/").json()
    assert (sent["url"], sent["headers"]["x-mine"]) == ("http://testserver/?a=1", "1")


def test_cookies_that_are_changed_after_the_making_do_not_reach_the_client() -> None:
    cookies = {"mine": "1"}
    client = TestClient(app, cookies=cookies)
    cookies["mine"] = "2"
    assert client.get("/").json()["headers"]["cookie"] == "mine=1"


def test_what_is_wrong_with_an_option_is_told_at_the_making() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'proxies'"):
        TestClient(app, proxies={})  # type: ignore[call-arg]
    with pytest.raises(TypeError, match='Invalid "auth" argument'):
        TestClient(app, auth=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_used", [True, False], ids=["used", "not used"])
def test_what_a_client_does_not_have_is_an_attribute_error(is_used: bool) -> None:
    client = TestClient(app)
    if is_used:
        client.get("/")
    with pytest.raises(AttributeError, match="'TestClient' object has no attribute 'patience'"):
        client.patience  # type: ignore[attr-defined]  # noqa: B018
    assert client.get("/").status_code == 200


@pytest.mark.anyio
async def test_the_asynchronous_client_does_what_httpx_does() -> None:
    async with AsyncClient(app, params={"a": "1"}, auth=Asking()) as client:
        for verb in ("get", "post", "put", "patch", "delete", "options"):
            sent = (await getattr(client, verb)("/", headers={"x": "y"})).json()
            assert (sent["method"], sent["url"]) == (verb.upper(), "http://testserver/?a=1")
        assert (await client.head("/")).content == b""
        assert (await client.get("/forbidden")).json()["headers"]["authorization"] == "me"
        assert len((await client.get("/redirect")).history) == 1
        request = client.build_request("PUT", "/", json=[1])
        assert (await client.send(request)).json()["body"] == "[1]"
        async with client.stream("GET", "/stream") as response:
            assert [piece async for piece in response.aiter_raw()] == [b"one", b"two"]
        client.headers["x-mine"] = "1"
        client.cookies.set("c", "2")
        client.base_url = "https://example.org"  # type: ignore[assignment]
        sent = (await client.request("REPORT", "/")).json()
        assert (sent["headers"]["x-mine"], sent["url"]) == ("1", "https://example.org/?a=1")
    await client.aclose()
    assert client.is_closed


def test_an_asynchronous_client_that_is_left_on_another_loop_says_so() -> None:
    client = AsyncClient(app)

    async def enter() -> None:
        await client.__aenter__()

    async def leave() -> None:
        await client.__aexit__()

    anyio.run(enter)
    with pytest.raises(RuntimeError, match="this client was opened on another event loop"):
        anyio.run(leave)


def test_one_that_is_used_on_another_loop_warns_once() -> None:
    async def ask(client: AsyncClient) -> None:
        await client.get("/echo")
        await client.get("/echo")

    async def main() -> None:
        async with AsyncClient(app) as client:
            await client.get("/echo")
            with pytest.warns(RuntimeWarning, match="is open on one event loop.*loop_scope=") as told:
                await anyio.to_thread.run_sync(anyio.run, ask, client)
            assert len(told) == 1

    anyio.run(ask, AsyncClient(app))
    anyio.run(main)
