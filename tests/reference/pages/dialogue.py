"""What is said between us and an example's app: its life, requests, WebSocket messages, and its document.

The record of a dialogue holds facts about behaviour. Longer texts come from the examples and are not ours, so
a digest stands in their place.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import httpx
from conversation import Connection, ask, websocket_scope, written
from programs import Page, program, tests_of

LONGEST_TEXT = 72
LONGEST_REQUEST = 400
TOKEN = re.compile(r"^ey[\w-]+\.[\w-]+\.[\w-]+$")
SERVED_PAGES = {
    "SwaggerUIBundle": "the page of Swagger UI",
    "swaggerUIRedirectOauth2": "the page that ends a login",
    "<redoc": "the page of ReDoc",
}
NAMES_OF_FRAMEWORKS = ("FastAPI", "XAPI")


def dialogue(page: Page, number: int, folder: Path, rename: Any) -> dict[str, Any]:
    """Run an example, its tests and our requests; returns what is recorded and compared."""
    before = set(folder.rglob("*"))
    try:
        with program(page, number, folder, rename) as module:
            before |= set(folder.rglob("*"))
            for test in tests_of(page, number):
                result = test()
                if inspect.iscoroutine(result):
                    asyncio.run(result)
            record = asyncio.run(_live(module.app, page.requests_for(number)))
            document = module.app.openapi()
            written_files = _text_files(set(folder.rglob("*")) - before, folder)
    except Exception as error:
        if not {kind.__name__ for kind in type(error).__mro__} & {"FastAPIError", "XAPIError"}:
            raise
        return {"refused": "at registration"}
    if written_files:
        record["files"] = written_files
    text = json.dumps({**record, "document": document}, default=bytes.decode)
    return shortened(json.loads(text.replace(str(folder), "")))


def _text_files(paths: set[Path], folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() for path in sorted(paths) if path.suffix == ".txt"
    }


async def _live(app: Any, requests: list[Any]) -> dict[str, Any]:
    lifespan = Connection(app, {"type": "lifespan", "state": {}})
    await lifespan.hear({"type": "lifespan.startup"})
    answers: list[dict[str, Any]] = []
    token = ""
    for request in requests:
        line, keywords = (request, {}) if isinstance(request, str) else request
        sent = _with_token(keywords, token)
        if line.startswith("WS "):
            answer: dict[str, Any] = await _websocket(app, line.removeprefix("WS "), **sent)
        else:
            response = await ask(app, line, sent)
            answer = _http(response)
            if isinstance(answer["body"], dict):
                token = answer["body"].get("access_token", token)
        said = line if not keywords else f"{line} {keywords!r}"
        answers.append({"request": said if len(said) < LONGEST_REQUEST else shortened(said), **answer})
    await lifespan.hear({"type": "lifespan.shutdown"})
    return {"life": lifespan.said, "answers": answers}


def _with_token(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_token(item, token) for key, item in value.items()}
    return value.replace("<token>", token) if isinstance(value, str) else value


def _http(response: httpx.Response) -> dict[str, Any]:
    answer = written(response)
    for name, page in SERVED_PAGES.items():
        if isinstance(answer["body"], str) and name in answer["body"]:
            answer["body"] = page
            # The policy is part of a page: it says what the page loads.
            answer["headers"] = [pair for pair in answer["headers"] if pair[0] != "content-security-policy"]
    answer["headers"] = [(name, _header(name, value)) for name, value in answer["headers"]]
    return answer


def _header(name: str, value: str) -> str:
    if name == "allow":
        return ", ".join(sorted(value.split(", ")))
    return "seconds" if name == "x-process-time" else value


async def _websocket(
    app: Any,
    url: str,
    send: list[str],
    headers: dict[str, str] | None = None,
    beside: list[str] | None = None,
) -> dict[str, Any]:
    """Texts sent one after the other, and what comes back; `beside` are others connected meanwhile."""
    others = [Connection(app, websocket_scope(other, {})) for other in beside or []]
    one = Connection(app, websocket_scope(url, headers or {}))
    for connection in [*others, one]:
        await connection.hear({"type": "websocket.connect"})
    for text in send:
        await one.hear({"type": "websocket.receive", "text": text})
    for connection in [one, *others]:
        await connection.hear({"type": "websocket.disconnect", "code": 1000})
    return {"messages": one.said, **({"beside": [other.said for other in others]} if others else {})}


def shortened(value: Any) -> Any:
    """A digest in the place of each longer text, and nothing that is another one each time."""
    if isinstance(value, dict):
        return {
            key: item if key == "request" else _titled(key, shortened(item)) for key, item in value.items()
        }
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, str):
        if TOKEN.match(value):
            return "a JWT"
        if len(value) > LONGEST_TEXT or "\n" in value:
            return f"{len(value)} characters, {hashlib.sha256(value.encode()).hexdigest()[:12]}"
    return value


def _titled(key: str, value: Any) -> Any:
    return "the framework's name" if key == "title" and value in NAMES_OF_FRAMEWORKS else value
