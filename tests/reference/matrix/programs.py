"""A program is an app as source and what is asked of it; its outcome is what is recorded and compared."""

from __future__ import annotations

import asyncio
import json
import linecache
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from conversation import NOT_COMPARED, Connection, http_scope, talk

Refusal = type[Exception] | tuple[type[Exception], ...]

PRELUDE = "from matrix.prelude import *\n\n"
TOLD = (UserWarning, DeprecationWarning, FutureWarning)
"""The kinds of warnings that declarations cause; others come from elsewhere at any time."""

STATUS_OF_CLOSE = {1000: 200, 1008: 422}
"""The status by HTTP that says what the codes of closed WebSockets say in these programs."""


@dataclass(frozen=True)
class Request:
    """What is sent: a line as `GET /path` or `WS /path`, headers, and a body or the texts of a WebSocket."""

    line: str
    headers: Sequence[tuple[str, str]] = ()
    content: str = ""
    label: str = ""
    """How the record names it."""
    texts: Sequence[str] = ()
    times: int = 1
    """How many are sent at the same time; what is recorded is the answer that all of them get."""

    @property
    def name(self) -> str:
        headers = " ".join(f"{name}:{value}" for name, value in self.headers)
        return self.label or " ".join(filter(None, (self.line, headers, self.content, *self.texts)))


@dataclass(frozen=True)
class Program:
    source: str
    requests: Sequence[Request]
    has_operations: bool = True
    """Whether a document can say something about it."""


@dataclass(frozen=True)
class Case:
    """Programs that do the same in other words: `variants` names them."""

    name: str
    variants: dict[str, Program]


def outcome(program: Program, refusal: Refusal) -> dict[str, Any]:
    """What becomes of a program. A `refusal` is an outcome, any other error is none.

    Returns:
        `refused`, or `answers`, `document` and, by the names of their categories, `warnings`. An answer is
        what was asked, its status, its body, and its headers if they are not just those of JSON.
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            with imported(program) as module:
                found: dict[str, Any] = {"answers": asyncio.run(_answers(module.app, program.requests))}
                if program.has_operations:
                    found["document"] = _document(module.app, refusal)
        except refusal as error:
            found = {"refused": f"{type(error).__name__}: {error}"}
    kinds = {_kind(warning.category) for warning in told if issubclass(warning.category, TOLD)}
    return json.loads(json.dumps({"warnings": sorted(kinds), **found}, default=bytes.decode))  # type: ignore[no-any-return]


def _kind(category: type[Warning]) -> str:
    return category.__name__.replace("FastAPI", "XAPI")


@contextmanager
def imported(program: Program) -> Iterator[ModuleType]:
    """The module that a program is, which others can find while it is there, and its source."""
    module = ModuleType("program")
    source = PRELUDE + program.source
    sys.modules["program"] = module
    linecache.cache["program.py"] = (len(source), None, source.splitlines(keepends=True), "program.py")
    try:
        exec(compile(source, "program.py", "exec"), vars(module))
        yield module
    finally:
        del sys.modules["program"], linecache.cache["program.py"]


def _document(app: Any, refusal: Refusal) -> Any:
    try:
        return app.openapi()
    except refusal as error:
        return {"refused": f"{type(error).__name__}: {error}"}


async def _answers(app: Any, requests: Sequence[Request]) -> list[Any]:
    return [[request.name, *await _answer_to_all(app, request)] for request in requests]


async def _answer_to_all(app: Any, request: Request) -> list[Any]:
    answers = await asyncio.gather(*(_answer(app, request) for _ in range(request.times)))
    return (
        answers[0]
        if all(answer == answers[0] for answer in answers)
        else ["several", sorted(answers, key=str)]
    )


async def _answer(app: Any, request: Request) -> list[Any]:
    method, url = request.line.split(" ", 1)
    if method == "WS":
        extensions = ["websocket.http.response"]
        return _conversation(await talk(app, url, request.texts, request.headers, extensions=extensions))
    connection = Connection(app, http_scope(method, url, request.headers))
    connection.tell({"type": "http.request", "body": request.content.encode()})
    await connection.end()
    return _exchange(connection.said)


def _exchange(said: list[dict[str, Any]]) -> list[Any]:
    start, *rest = said
    headers = [(name.decode(), value.decode()) for name, value in start.get("headers", ())]
    headers = sorted((name, value) for name, value in headers if name not in NOT_COMPARED)
    body = b"".join(message.get("body", b"") for message in rest).decode()
    if headers == [("content-type", "application/json")]:
        return [start["status"], _without_internals(json.loads(body))]
    return [start["status"], body, headers]


def _without_internals(value: Any) -> Any:
    """JSON that shows of files what a client has sent, wherever an error shows the object that a file is."""
    if isinstance(value, dict):
        kept = ("filename", "size") if value.keys() >= {"filename", "size"} else value.keys()
        return {key: _without_internals(value[key]) for key in kept}
    return [_without_internals(item) for item in value] if isinstance(value, list) else value


def _conversation(said: list[dict[str, Any]]) -> list[Any]:
    """What is said on a WebSocket: a text of JSON before the regular end is as an answer by HTTP."""
    match said:
        case [{"type": "websocket.accept"}, {"text": text}, {"code": code}] if code in STATUS_OF_CLOSE:
            return [STATUS_OF_CLOSE[code], json.loads(text)]
        case [{"type": "websocket.http.response.start"}, *_]:
            return _exchange(said)
    return ["websocket", said]
