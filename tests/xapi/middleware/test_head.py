"""HEAD where an app declares GET alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from xapi import XAPI, APIRouter, HTTPException
from xapi.middleware.head import HeadMiddleware
from xapi.responses import JSONResponse, StreamingResponse
from xapi.testclient import TestClient

app = XAPI()
app.add_middleware(HeadMiddleware)
seen: list[str] = []


@app.get("/item/{key}")
def item(key: int) -> dict[str, int]:
    return {"key": key}


@app.get("/missing")
def missing() -> None:
    raise HTTPException(404, "gone", headers={"x-why": "gone"})


@app.get("/both")
def both() -> str:
    return "get"


@app.head("/both")
def of_its_own() -> JSONResponse:
    return JSONResponse(None, headers={"x-own": "yes"})


@app.post("/post")
def post() -> None: ...


@app.get("/endless")
async def endless() -> StreamingResponse:
    async def pieces() -> AsyncIterator[str]:
        try:
            while True:
                yield "piece"
                await anyio.lowlevel.checkpoint()
        finally:
            seen.append("closed")

    return StreamingResponse(pieces(), headers={"x-kind": "stream"})


@app.get("/items")
async def items() -> AsyncIterator[int]:
    try:
        while True:
            yield 1
            await anyio.lowlevel.checkpoint()
    finally:
        seen.append("closed")


router = APIRouter()


@router.api_route("/several", methods=["GET", "PUT"])
def several() -> int:
    return 1


app.include_router(router, prefix="/r")
sub = XAPI()
sub.get("/in")(lambda: "in")
app.mount("/sub", sub)
app.mount("/other", Starlette(routes=[Route("/in", lambda request: PlainTextResponse("in"))]))
client = TestClient(app)


@pytest.mark.parametrize("path", ["/item/3", "/item/x", "/missing", "/r/several", "/sub/in", "/other/in"])
def test_head_is_answered_as_get_without_its_body(path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


@pytest.mark.parametrize("path", ["/endless", "/items"])
def test_a_stream_ends_after_its_headers(path: str) -> None:
    seen.clear()
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert seen == ["closed"]


def test_head_that_is_declared_is_called_itself() -> None:
    assert client.head("/both").headers["x-own"] == "yes"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("POST", "/item/1", "GET, HEAD"), ("PATCH", "/r/several", "GET, HEAD, PUT"), ("GET", "/post", "POST"),
     ("HEAD", "/post", "POST"), ("DELETE", "/other/in", "GET, HEAD")],
)  # fmt: skip
def test_a_405_allows_head_where_get_is_allowed(method: str, path: str, allow: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == sorted(allow.split(", "))


def test_the_document_stays_as_it_is() -> None:
    assert list(client.get("/openapi.json").json()["paths"]["/item/{key}"]) == ["get"]


def test_without_the_middleware_head_is_not_allowed() -> None:
    plain = XAPI()
    plain.get("/")(lambda: 1)
    assert TestClient(plain).head("/").status_code == 405
