"""What is said between us and a program's app: its life, requests, WebSocket messages, and its document."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from pathlib import Path
from typing import Any

import httpx
from conversation import Connection, ask, websocket_scope, written
from programs import Program, running, tests_of

EXPIRES = re.compile(r"expires=[^;]+ GMT")
TOKEN = re.compile(r"^ey[\w-]+\.[\w-]+\.[\w-]+$")
SERVED_PAGES = {
    "SwaggerUIBundle": "the page of Swagger UI",
    "swaggerUIRedirectOauth2": "the page that ends a login",
    "<redoc": "the page of ReDoc",
}
NAMES_OF_FRAMEWORKS = ("FastAPI", "XAPI")


def dialogue(program: Program, folder: Path) -> dict[str, Any]:
    """Run a program, its tests and our requests; returns what is recorded and compared."""
    try:
        with running(program, folder) as module:
            before = set(folder.rglob("*"))
            for test in tests_of(program):
                result = test()
                if inspect.iscoroutine(result):
                    asyncio.run(result)
            record = asyncio.run(_live(module.app, program.requests))
            document = module.app.openapi()
            written_files = _text_files(set(folder.rglob("*")) - before, folder)
    except Exception as error:
        if not {kind.__name__ for kind in type(error).__mro__} & {"FastAPIError", "XAPIError"}:
            raise
        return {"refused": "at registration"}
    if written_files:
        record["files"] = written_files
    text = json.dumps({**record, "document": document}, default=bytes.decode)
    return _steady(json.loads(text.replace(str(folder), "")))  # type: ignore[no-any-return]


def _text_files(paths: set[Path], folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() for path in sorted(paths) if path.suffix == ".txt"
    }


async def _live(app: Any, requests: list[Any]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    lifespan = Connection(app, {"type": "lifespan", "state": state})
    await lifespan.hear({"type": "lifespan.startup"})

    async def served(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await app({**scope, "state": dict(state)}, receive, send)

    answers: list[dict[str, Any]] = []
    token = ""
    for request in requests:
        line, keywords = (request, {}) if isinstance(request, str) else request
        sent = _with_token(keywords, token)
        if line.startswith("WS "):
            answer: dict[str, Any] = await _websocket(served, line.removeprefix("WS "), **sent)
        else:
            response = await ask(served, line, sent)
            answer = _http(response)
            if isinstance(answer["body"], dict):
                token = answer["body"].get("access_token", token)
        said = line if not keywords else f"{line} {keywords!r}"
        answers.append({"request": said, **answer})
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
    if name == "set-cookie":
        return EXPIRES.sub("expires=then", value)
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


def _steady(value: Any) -> Any:
    """Without what is another one each time, and the names of the frameworks."""
    if isinstance(value, dict):
        return {key: _named(key, _steady(item)) for key, item in value.items()}
    if isinstance(value, list):
        return [_steady(item) for item in value]
    return "a JWT" if isinstance(value, str) and TOKEN.match(value) else value


def _named(key: str, value: Any) -> Any:
    return "the framework's name" if key == "title" and value in NAMES_OF_FRAMEWORKS else value


def as_text(records: dict[str, Any]) -> str:
    """Records by name as JSON, with a line for each answer and each document."""

    def line(value: Any) -> str:
        return json.dumps(value, sort_keys=True, ensure_ascii=False)

    programs = []
    for name, record in records.items():
        parts = [f"{line(key)}: {line(value)}" for key, value in record.items() if key != "answers"]
        if "answers" in record:
            answers = ",\n   ".join(map(line, record["answers"]))
            parts.insert(1, f'"answers": [\n   {answers}\n  ]')
        programs.append(f" {line(name)}: {{\n  " + ",\n  ".join(parts) + "\n }")
    return "{\n" + ",\n".join(programs) + "\n}\n"
