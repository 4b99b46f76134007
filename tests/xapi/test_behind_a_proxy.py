"""An app behind a proxy: what a real server takes over from the headers that the proxy adds."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from xapi import XAPI, Request

FORWARDED = {"host": "shop.example.com", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}


def shop(**keywords: Any) -> XAPI:
    app = XAPI(**keywords)
    inner = XAPI()

    @app.get("/where")
    async def where(request: Request) -> dict[str, Any]:
        return told(request, "where")

    @inner.get("/here")
    async def here(request: Request) -> dict[str, Any]:
        return told(request, "here")

    def told(request: Request, name: str) -> dict[str, Any]:
        return {
            "url": str(request.url),
            "link": str(request.url_for(name)),
            "client": request.client and request.client.host,
            "root_path": request.scope["root_path"],
        }

    app.mount("/inner", inner)
    return app


@contextmanager
def serving(app: XAPI, **options: Any) -> Iterator[httpx.Client]:
    """uvicorn in a thread, on a free port of the loopback interface."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", **options))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def test_links_are_those_of_the_client_where_the_proxy_is_trusted() -> None:
    with serving(shop(), proxy_headers=True, forwarded_allow_ips="127.0.0.1") as client:
        seen = client.get("/where", headers=FORWARDED).json()
        redirected = client.get("/where/?q=1", headers=FORWARDED)
    assert seen == {
        "url": "https://shop.example.com/where",
        "link": "https://shop.example.com/where",
        "client": "203.0.113.7",
        "root_path": "",
    }
    assert redirected.headers["location"] == "https://shop.example.com/where?q=1"


def test_headers_of_others_are_not_believed() -> None:
    with serving(shop(), proxy_headers=True, forwarded_allow_ips="10.0.0.5") as client:
        seen = client.get("/where", headers=FORWARDED).json()
    assert (seen["url"], seen["client"]) == ("http://shop.example.com/where", "127.0.0.1")


@pytest.mark.parametrize("told_by", ["app", "server"])
def test_a_path_that_the_proxy_strips_is_in_links_document_and_page(told_by: str) -> None:
    app = shop(root_path="/shop") if told_by == "app" else shop()
    options = {"root_path": "/shop"} if told_by == "server" else {}
    with serving(app, **options) as client:
        seen = client.get("/where").json()
        document = client.get("/openapi.json").json()
        page = client.get("/docs").text
    assert seen["root_path"] == "/shop"
    assert seen["link"] == str(client.base_url.join("/shop/where"))
    assert document["servers"] == [{"url": "/shop"}]
    assert "/shop/openapi.json" in page


def test_a_mounted_app_knows_both_paths_when_the_server_is_told() -> None:
    with serving(shop(), root_path="/shop") as client:
        seen = client.get("/inner/here").json()
        document = client.get("/inner/openapi.json").json()
    assert seen["root_path"] == "/shop/inner"
    assert seen["link"] == str(client.base_url.join("/shop/inner/here"))
    assert document["servers"] == [{"url": "/shop/inner"}]
