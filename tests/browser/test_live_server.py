"""An app in a browser: what the fixture `live_server` serves, with what the test replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest

from xapi import XAPI, Depends, WebSocket
from xapi.responses import HTMLResponse

PAGE = """<!doctype html>
<title>Harbour</title>
<h1>{name}</h1>
<p id="fetched"></p>
<p id="sent"></p>
<script>
  fetch("/name").then(answer => answer.json()).then(name => {{ fetched.textContent = name }})
  new WebSocket(`ws://${{location.host}}/talk`).onmessage = ({{data}}) => {{ sent.textContent = data }}
</script>
"""


def captain() -> str:
    return "Nobody"


@pytest.fixture(scope="module")
def xapi_app() -> XAPI:
    app = XAPI()

    @app.get("/", response_class=HTMLResponse)
    def page(name: Annotated[str, Depends(captain)]) -> str:
        return PAGE.format(name=name)

    @app.get("/name")
    async def read(name: Annotated[str, Depends(captain)]) -> str:
        return name

    @app.websocket("/talk")
    async def talk(websocket: WebSocket, name: Annotated[str, Depends(captain)]) -> None:
        await websocket.accept()
        await websocket.send_text(name)

    return app


@pytest.fixture
def ahab(override: Callable[..., Any]) -> None:
    override(captain, lambda: "Ahab")


def shown(browser: Any, name: str) -> list[str]:
    """What the page, a fetch of it and its WebSocket have of the name, once they have it."""
    return [browser.find(selector, name).text for selector in ("h1", "#fetched", "#sent")]


def test_the_page_shows_what_a_fixture_has_replaced(browser: Any, ahab: None, live_server: Any) -> None:
    browser.open(live_server.url)

    assert shown(browser, "Ahab") == ["Ahab"] * 3


def test_the_page_shows_what_is_replaced_while_the_server_runs(
    browser: Any, live_server: Any, override: Callable[..., Any]
) -> None:
    with override(captain, "Nemo"):
        browser.open(live_server.url)
        assert shown(browser, "Nemo") == ["Nemo"] * 3
    browser.open(live_server.url)

    assert shown(browser, "Nobody") == ["Nobody"] * 3
