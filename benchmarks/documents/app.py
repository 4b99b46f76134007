"""An app that keeps to the document it is given: another process says what it answers to each request.

`DOCUMENT` is the file of the document, `JUDGE` the socket of the process that judges, `DOCUMENT_LOG` the file
that gets the figures, and `DOCUMENT_SECONDS`, where it is set, how long requests are answered: the process is
ended then. What tells the app what a request is meant to be sets `meant`.
"""

import base64
import json
import os
import resource
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BYTES_OF_A_KILOBYTE = 1024
SHOWN = "/benchmark-document.json"
"""Where the document is: no document has such a path."""


@dataclass
class Meant:
    """What the sender of a request holds it for."""

    label: str = ""
    what: str = ""
    """`valid`, `invalid`, `lenient`, or nothing, where nobody says it."""
    flaws: str = ""


meant = Meant()


class App:
    """Answers as the judge says."""

    def __init__(self) -> None:
        self._shown = Path(os.environ["DOCUMENT"]).read_bytes()
        self._judge: Any = None
        self._cases = 0
        self._first = self._until = self._cpu = self._excluded = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["path"] == SHOWN:
            await _answer(send, 200, [["Content-Type", "application/json"]], self._shown)
        else:
            body = await _body(receive)
            self._count()
            began = time.process_time()
            told = self._asked(scope, body)
            self._excluded += time.process_time() - began
            await _answer(send, told["status"], told["headers"], base64.b64decode(told["body"]))

    def exclude(self, seconds: float) -> None:
        """Leaves time out of the figures that is the benchmark's own."""
        self._excluded += seconds

    def figures(self) -> dict[str, float]:
        """Cases, seconds of processor time since the first one, and the most memory held, in bytes."""
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_A_KILOBYTE
        return {"cases": self._cases, "cpu": self._cpu, "memory": most}

    def write(self) -> None:
        """Writes the figures."""
        Path(os.environ["DOCUMENT_LOG"]).write_text(json.dumps(self.figures()), encoding="utf-8")

    def _count(self) -> None:
        if not self._cases:
            self._first = time.process_time()
            self._until = time.monotonic() + float(os.environ.get("DOCUMENT_SECONDS") or "inf")
            self._excluded = 0.0
        self._cpu = time.process_time() - self._first - self._excluded
        if time.monotonic() > self._until:
            self.write()
            os._exit(0)
        self._cases += 1

    def _asked(self, scope: Any, body: bytes) -> Any:
        if self._judge is None:
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(os.environ["JUDGE"])
            self._judge = connection.makefile("rwb")
        question = {
            "label": meant.label,
            "meant": meant.what,
            "flaws": meant.flaws,
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": [
                [name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]
            ],
            "body": base64.b64encode(body).decode(),
        }
        self._judge.write(json.dumps(question).encode() + b"\n")
        self._judge.flush()
        return json.loads(self._judge.readline())


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _live(receive: Any, send: Any) -> None:
    kind = ""
    while kind != "lifespan.shutdown":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})


async def _answer(send: Any, status: int, headers: Any, body: bytes) -> None:
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


_APP: list[App] = []


def create() -> App:
    """The app of this process; there is one."""
    if not _APP:
        _APP.append(App())
    return _APP[0]
