"""The objects that a request has made or changed, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from xapi.openapi.reader import Document

_OF_BODIES = ("content-type", "content-encoding")
"""Headers that say something of a body, which a request that reads has not."""


def readings(document: Document, request: WireRequest, answer: WireResponse) -> Iterator[WireRequest]:
    """The documented requests that may read what a request has made or changed, with the headers of that."""
    headers = tuple(item for item in request.headers if item[0].lower() not in _OF_BODIES)
    for path in _paths(document, request, answer):
        yield WireRequest("GET", path, headers)


def _paths(document: Document, request: WireRequest, answer: WireResponse) -> Iterator[str]:
    """The documented paths at which what a request has made or changed may be read."""
    seen = set()
    if request.method != "POST" and document.at("GET", request.path) is not None:
        seen.add(request.path)
        yield request.path
    location = answer.header("location")
    candidates = [location.partition("?")[0]] if location and location.startswith("/") else []
    candidates += [f"{request.path.rstrip('/')}/{value}" for value in _identifiers(answer)]
    candidates += _related(document, request, answer)
    for path in candidates:
        if path not in seen and document.at("GET", path) is not None:
            seen.add(path)
            yield path


def _related(document: Document, request: WireRequest, answer: WireResponse) -> Iterator[str]:
    """Paths of one parameter that are named like what was made: `/note/{id}` after `POST /notes`."""
    made = request.path.rstrip("/").rpartition("/")[2]
    for operation in document.operations:
        before, _, rest = operation.path.partition("{")
        named = before.rstrip("/").rpartition("/")[2]
        if operation.method == "GET" and rest.endswith("}") and named.rstrip("s") == made.rstrip("s"):
            yield from (f"{before}{value}" for value in _identifiers(answer))


def _identifiers(answer: WireResponse) -> Iterator[str]:
    """The values of an answer by which its object may be asked for: of `id` and the like first."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return
    if isinstance(body, str | int) and not isinstance(body, bool):
        yield str(body)
    items = list(body.items()) if isinstance(body, dict) else []
    scalars = [
        (name, item) for name, item in items if isinstance(item, str | int) and not isinstance(item, bool)
    ]
    for _, value in sorted(scalars, key=lambda item: not item[0].lower().endswith("id"))[:4]:
        text = str(value)
        if text and text.replace("-", "").replace("_", "").isalnum() and text.isascii():
            yield text
