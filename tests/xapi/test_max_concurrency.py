"""`Depends(max_concurrency=...)`: how many calls of one dependency run at the same time."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import anyio
import pytest

from xapi import XAPI, Depends, HTTPException
from xapi.exceptions import DeclarationError
from xapi.responses import StreamingResponse
from xapi.testclient import TestClient
from xapi.testing import AsyncClient


class Gauge:
    """How many were inside at the same time, and at most."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = self.most = self.entered = 0

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            self.entered += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.inside -= 1


def limited(kind: str, gauge: Gauge, together: int = 1) -> Any:
    """A dependency whose calls wait until `together` of them are inside, and then give others a chance."""

    async def meet() -> None:
        with anyio.fail_after(10):
            while gauge.most < together:
                await anyio.lowlevel.checkpoint()
        for _ in range(50):
            await anyio.lowlevel.checkpoint()

    def sync_dependency() -> None:
        with gauge:
            anyio.from_thread.run(meet)

    async def async_dependency() -> None:
        with gauge:
            await meet()

    def generator() -> Iterator[None]:
        with gauge:
            anyio.from_thread.run(meet)
            yield

    async def async_generator() -> AsyncIterator[None]:
        with gauge:
            await meet()
            yield

    return {"def": sync_dependency, "async def": async_dependency, "yield": generator}.get(
        kind, async_generator
    )


def get_at_once(app: XAPI, paths: list[str]) -> list[int]:
    async def get_all() -> list[int]:
        statuses: list[int] = []

        async def get(path: str) -> None:
            statuses.append((await client.get(path)).status_code)

        async with AsyncClient(app) as client, anyio.create_task_group() as group:
            for path in paths:
                group.start_soon(get, path)
        return statuses

    return anyio.run(get_all)


KINDS = ["def", "async def", "yield", "async yield"]


@pytest.mark.parametrize("kind", KINDS)
def test_max_concurrency_limits_the_calls_of_one_depends_over_all_operations(kind: str) -> None:
    gauge = Gauge()
    app = XAPI()
    use = Depends(limited(kind, gauge, together=2), max_concurrency=2)

    @app.get("/a", dependencies=[use])
    @app.get("/b", dependencies=[use])
    async def endpoint() -> None: ...

    assert get_at_once(app, ["/a", "/b"] * 4) == [200] * 8
    assert (gauge.most, gauge.entered) == (2, 8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_dependency_gives_its_place_back(kind: str) -> None:
    gauge = Gauge()
    app = XAPI()
    inner = limited(kind, gauge)

    def fails(value: Annotated[None, Depends(inner, max_concurrency=1)]) -> None:
        raise HTTPException(409)

    @app.get("/", dependencies=[Depends(fails, max_concurrency=1)])
    async def endpoint() -> None: ...

    assert get_at_once(app, ["/"] * 3) == [409] * 3
    assert (gauge.most, gauge.entered, gauge.inside) == (1, 3, 0)


def test_two_depends_have_a_limit_each_and_a_replacement_takes_the_limit_over() -> None:
    gauge = Gauge()
    app = XAPI()

    async def original() -> None:
        raise AssertionError("replaced")

    app.get("/a", dependencies=[Depends(original, max_concurrency=1)])(lambda: None)
    app.get("/b", dependencies=[Depends(original, max_concurrency=1)])(lambda: None)
    app.dependency_overrides[original] = limited("async def", gauge, together=2)
    assert get_at_once(app, ["/a", "/b"] * 3) == [200] * 6
    assert (gauge.most, gauge.entered) == (2, 6)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "2"])
def test_a_limit_that_is_no_positive_number_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"max_concurrency=.*expected a positive integer or None"):
        Depends(lambda: None, max_concurrency=wrong)


def test_a_request_that_would_wait_for_itself_is_told() -> None:
    def held() -> Iterator[None]:
        yield

    use = Depends(held, max_concurrency=1, use_cache=False)
    app = XAPI()
    app.get("/", dependencies=[use, use])(lambda: None)
    with pytest.raises(DeclarationError, match=r"held\(\): one request would take two places"):
        TestClient(app).get("/")


async def disconnected_at_once() -> dict[str, Any]:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize("kind", KINDS[2:])
def test_what_follows_a_yield_runs_when_the_client_goes_away(kind: str) -> None:
    gauge = Gauge()
    app = XAPI()

    @app.get("/", dependencies=[Depends(limited(kind, gauge), max_concurrency=1)])
    async def endpoint() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            while True:
                await anyio.lowlevel.checkpoint()
                yield "part"

        return StreamingResponse(parts())

    async def send(message: Any) -> None: ...

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    for _ in range(2):
        anyio.run(app, dict(scope), disconnected_at_once, send)
    assert (gauge.entered, gauge.inside) == (2, 0)
