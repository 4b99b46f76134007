"""Other apps as the upstream of the app's own calls by httpx."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from xapi import XAPI, Body, Depends, Request, Response
from xapi.testing import TestClient, upstream

log: list[str] = []


@asynccontextmanager
async def lifespan(app: XAPI) -> AsyncIterator[dict[str, Any]]:
    log.append("up")
    yield {"rate": 2}
    log.append("down")


payments = XAPI(lifespan=lifespan)
shop = XAPI()


def fee() -> int:
    return 1


@payments.post("/v1/pay")
async def pay(request: Request, amount: int = Body(embed=True), fee: int = Depends(fee)) -> dict[str, Any]:
    return {"paid": amount * request.state.rate + fee, "key": request.headers["x-key"]}


@payments.get("/v1/broken")
async def broken() -> None:
    raise LookupError


@payments.get("/v1/zipped")
async def zipped() -> Response:
    import gzip

    return Response(gzip.compress(b"text"), headers={"content-encoding": "gzip", "set-cookie": "a=b"})


@shop.get("/sync")
def buy() -> Any:
    with httpx.Client(trust_env=False) as client:
        return client.post("https://pay.test/v1/pay", json={"amount": 5}, headers={"x-key": "s"}).json()


@shop.get("/async")
async def abuy() -> Any:
    async with httpx.AsyncClient(trust_env=False, base_url="https://pay.test") as client:
        answer = await client.post("/v1/pay", json={"amount": 5}, headers={"x-key": "a"})
        assert (await client.get("/v1/zipped")).text == "text"
        return answer.json() | {"broken": (await client.get("/v1/broken")).status_code}


@pytest.mark.parametrize("options", [{}, {"driver": "portal"}, {"backend": "trio"}], ids=str)
def test_the_apps_calls_are_answered_by_another_app(options: dict[str, Any]) -> None:
    log.clear()
    with upstream("https://pay.test/v1", payments) as bank, TestClient(shop, **options) as client:
        assert client.get("/sync").json() == {"paid": 11, "key": "s"}
        with bank.override(fee, 0):
            assert client.get("/async").json() == {"paid": 10, "key": "a", "broken": 500}
        assert bank.post("/pay", json={"amount": 1}, headers={"x-key": "t"}).json()["paid"] == 3
        assert log == ["up"]
    assert log == ["up", "down"]


def test_other_urls_go_where_they_go_and_afterwards_all_is_as_it_was() -> None:
    before = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request
    with upstream("http://127.0.0.1:1/v1", payments), upstream("http://127.0.0.1:1/v1/inner", shop):
        for url in ("http://127.0.0.1:1/v10/pay", "http://127.0.0.1:1/"):
            with pytest.raises(httpx.ConnectError):
                httpx.get(url, trust_env=False)
        assert httpx.get("http://127.0.0.1:1/v1/inner/x", trust_env=False).status_code == 404
    assert before == (httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request)
