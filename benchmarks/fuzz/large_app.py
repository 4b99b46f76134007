"""An app with a large document. It keeps to that, and ends its process when its time is up.

`LARGE_BYTES` says how large the document is, `LARGE_SECONDS` how long requests are answered, and `LARGE_LOG`
which file the figures go to: cases, seconds of processor time since the first one, and the most memory that
the process has held, in bytes.
"""

import json
import os
import resource
import time
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from benchmarks.fuzz.large_documents import document, reference

BYTES_OF_A_KILOBYTE = 1024


class App:
    """Answers 200 with what it was sent, and 422 to what breaks the document."""

    def __init__(self) -> None:
        self._document = document(int(os.environ["LARGE_BYTES"]))
        self._shown = json.dumps(self._document).encode()
        self._bodies = self._validator()
        self._cases = 0
        self._until = self._cpu = 0.0

    def _validator(self) -> Any:
        """One for all models, so that the app itself takes little memory."""
        models = self._document["components"]["schemas"]
        properties = {f"/{name.lower()}": reference(name) for name in models}
        root = {"properties": properties, "additionalProperties": False, "components": {"schemas": models}}
        return jsonschema_rs.Draft202012Validator(root, validate_formats=True)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["path"] == "/openapi.json":
            await _answer(send, 200, self._shown)
        else:
            await self._take(scope, receive, send)

    async def _take(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self._count()
        status = self._status(scope, body)
        await _answer(send, status, body if status == 200 else b"{}", allow=b"POST")

    def _status(self, scope: Any, body: bytes) -> int:
        if scope["method"] != "POST":
            return 405
        kind = dict(scope["headers"]).get(b"content-type", b"")
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        limit, text = query.get("limit", "1"), query.get("q", "")
        try:
            value = json.loads(body)
            is_right = (
                kind == b"application/json"
                and 1 <= int(limit) <= 100
                and len(text) <= 20
                and self._bodies.is_valid({scope["path"]: value})
            )
        except ValueError:
            return 422
        return 200 if is_right else 422

    def _count(self) -> None:
        now = time.monotonic()
        if not self._cases:
            self._until = now + float(os.environ["LARGE_SECONDS"])
            self._cpu = time.process_time()
        self._cases += 1
        if now > self._until:
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_A_KILOBYTE
            figures = {"cases": self._cases, "cpu": time.process_time() - self._cpu, "memory": most}
            with open(os.environ["LARGE_LOG"], "w", encoding="utf-8") as file:
                json.dump(figures, file)
            os._exit(0)


async def _live(receive: Any, send: Any) -> None:
    kind = ""
    while kind != "lifespan.shutdown":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})


async def _answer(send: Any, status: int, body: bytes, allow: bytes = b"GET") -> None:
    headers = [(b"content-type", b"application/json"), (b"allow", allow)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create() -> App:
    """The app."""
    return App()
