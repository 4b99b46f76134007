"""What a process that fuzzes writes down at once, as lines of JSON: nothing is lost if it is ended."""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COUNT_SECONDS = 0.1
"""How often the counts are written."""
NOT_COUNTED = re.compile(r"x-schemathesis-.*|accept.*|connection|content-length|host|user-agent")
"""Headers that clients put on each request; two requests that differ in them alone are one."""
BOUNDARY = re.compile(rb"boundary=\"?([^\";]+)")
"""Of multipart bodies, made at random for each."""


class Log:
    """Writes when the first request came, when the bug showed itself, what was found, and how much was sent.

    Args:
        path: The file to write.
        started: When the process was started, as `time.time()` said.
    """

    def __init__(self, path: Path, started: float) -> None:
        self._file = path.open("a", buffering=1, encoding="utf-8")
        self._started = started
        self._distinct: set[bytes] = set()
        self._requests = 0
        self._shown = False
        self._counted = 0.0
        self._found: set[tuple[str, str]] = set()

    def sent(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
        """Counts a request."""
        now = self._now()
        self._requests += 1
        if self._requests == 1:
            self._write("first", now, cpu=time.process_time())
        self._distinct.add(digest(method, path, query, headers, body))
        if now - self._counted >= COUNT_SECONDS:
            self.count()

    def shows(self) -> None:
        """Notes that the bug has shown itself."""
        if not self._shown:
            self._shown = True
            self._write("shown", self._now(), cpu=time.process_time())

    def found(self, operation: str, check: str) -> None:
        """Notes what the tool has reported."""
        if (operation, check) not in self._found:
            self._found.add((operation, check))
            self._write("found", self._now(), operation=operation, check=check)

    def count(self) -> None:
        """Writes the counts so far."""
        self._counted = self._now()
        self._write("count", self._counted, requests=self._requests, distinct=len(self._distinct))

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def _now(self) -> float:
        return time.time() - self._started

    def _write(self, kind: str, at: float, **more: Any) -> None:
        self._file.write(json.dumps({"kind": kind, "at": round(at, 4), **more}) + "\n")


def digest(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """What tells a request from others: all that the app can see of it, but not what clients always add."""
    kept = sorted((name, value) for name, value in headers.items() if not NOT_COUNTED.fullmatch(name))
    text = repr((method, path, query, kept)).encode()
    if boundary := BOUNDARY.search(headers.get("content-type", "").encode()):
        text, body = text.replace(boundary[1], b""), body.replace(boundary[1], b"")
    return hashlib.blake2b(text + b"\0" + body, digest_size=16).digest()
