"""Apps in the place of the services that the app under test calls by httpx."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import anyio.to_thread

from xapi.testing.client import TestClient
from xapi.testing.http_library import httpx

_upstreams: list[tuple[httpx.URL, TestClient]] = []
"""Those that there are, a later one before an earlier one."""


@contextmanager
def upstream(url: str, app: Any, **options: Any) -> Iterator[TestClient]:
    """Let an app answer what is sent to a URL by httpx, while its lifespan runs.

    It holds for all clients of httpx, synchronous and asynchronous, that have no transport of their own. What
    the app raises is answered with 500, as a server does. All other requests go where they go.

    Args:
        url: Scheme, host and port, and perhaps the beginning of a path: `https://payments.example/v1`. The
            app gets the whole path.
        app: The ASGI app that answers.
        options: Of `TestClient`.

    Returns:
        A context manager, whose client can be asked by the test as well.
    """
    options = {"driver": "portal", "raise_server_exceptions": False, **options}
    with TestClient(app, base_url=url, **options) as client:
        entry = httpx.URL(url), client
        with _patched():
            _upstreams.insert(0, entry)
            try:
                yield client
            finally:
                _upstreams.remove(entry)


@contextmanager
def _patched() -> Iterator[None]:
    """The transports of httpx, which ask the upstream apps first, until the block ends."""
    if _upstreams:
        yield
        return
    sync: Any = httpx.HTTPTransport
    asynchronous: Any = httpx.AsyncHTTPTransport
    send: Callable[[Any, httpx.Request], httpx.Response] = sync.handle_request
    asend: Callable[[Any, httpx.Request], Awaitable[httpx.Response]] = asynchronous.handle_async_request

    def handle_request(transport: Any, request: httpx.Request) -> httpx.Response:
        client = _client_for(request.url)
        return send(transport, request) if client is None else _answer(client, request, request.read())

    async def handle_async_request(transport: Any, request: httpx.Request) -> httpx.Response:
        client = _client_for(request.url)
        if client is None:
            return await asend(transport, request)
        return await anyio.to_thread.run_sync(partial(_answer, client, request, await request.aread()))

    sync.handle_request = handle_request
    asynchronous.handle_async_request = handle_async_request
    try:
        yield
    finally:
        sync.handle_request = send
        asynchronous.handle_async_request = asend


def _client_for(url: httpx.URL) -> TestClient | None:
    for start, client in _upstreams:
        is_there = (url.scheme, url.host, url.port) == (start.scheme, start.host, start.port)
        folder = start.path.rstrip("/")
        if is_there and (url.path == folder or url.path.startswith(f"{folder}/")):
            return client
    return None


def _answer(client: TestClient, request: httpx.Request, body: bytes) -> httpx.Response:
    sent = httpx.Request(request.method, request.url, headers=request.headers, content=body)
    with_body = client.send(sent, stream=True, follow_redirects=False)
    content = b"".join(with_body.iter_raw())
    with_body.close()
    return httpx.Response(with_body.status_code, headers=with_body.headers, stream=httpx.ByteStream(content))
