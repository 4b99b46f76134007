"""What a process that fuzzes writes down: the code that was reached, and what the app has raised."""

import json
import os
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from coverage import Coverage

from benchmarks.reach.apps import chosen

FOLDER = Path(os.environ["REACH_FOLDER"])
REACHED = "reached-{}.data"
CRASHES = "crashes.jsonl"
FOUND = "found.jsonl"
_crashes: set[tuple[str, ...]] = set()
_at_first_request: list[Callable[[], None]] = []


def measured() -> Coverage:
    """Starts to note which lines and branches are reached of an application that is not yet imported."""
    coverage = Coverage(data_file=str(FOLDER / "all.data"), branch=True, source_pkgs=chosen().packages)
    coverage.start()
    return coverage


def keep(coverage: Coverage, name: str) -> None:
    """Writes what was reached so far under a name."""
    coverage.save()
    (FOLDER / REACHED.format(name)).write_bytes((FOLDER / "all.data").read_bytes())


class Snapshots:
    """Writes what was reached so many seconds after the next request, and ends the process at the last.

    Args:
        coverage: What notes it.
        seconds: When.
    """

    def __init__(self, coverage: Coverage, seconds: Sequence[float]) -> None:
        self._coverage = coverage
        self._left = sorted(seconds)
        self._began = 0.0
        signal.signal(signal.SIGALRM, self._due)
        _at_first_request.append(self._begin)

    def _begin(self) -> None:
        self._began = time.monotonic()
        self._wait()

    def _wait(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(self._began + self._left[0] - time.monotonic(), 0.001))

    def _due(self, number: int, frame: FrameType | None) -> None:
        keep(self._coverage, f"{self._left.pop(0):g}")
        if not self._left:
            os._exit(0)
        self._wait()

    def end(self) -> None:
        """The tool has come to its end: what it has reached by now it has reached at each later time, too."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        for after in self._left:
            keep(self._coverage, f"{after:g}")


def watched(app: Any) -> Any:
    """The app, whose exceptions are written down with their request.

    It stays of its kind and module, because tools look for constants in the source of endpoints. What it
    raises goes on to the caller as a server would let it: not at all, once the answer has begun.
    """
    kind = type(app)

    async def call(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await kind.__call__(self, scope, receive, send)
            return
        while _at_first_request:
            _at_first_request.pop()()
        body, started = bytearray(), False

        async def receiving() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sending(message: Any) -> None:
            nonlocal started
            started |= message["type"] == "http.response.start"
            await send(message)

        try:
            await kind.__call__(self, scope, receiving, sending)
        except Exception as raised:
            crashed(raised, scope, bytes(body))
            if not started:
                raise

    app.__class__ = type(kind.__name__, (kind,), {"__call__": call, "__module__": kind.__module__})
    return app


def crashed(raised: BaseException, scope: Any, body: bytes) -> None:
    """Writes down what the app has raised, once for each place of its code."""
    while isinstance(raised, BaseExceptionGroup):
        raised = raised.exceptions[0]
    folders = tuple(package.replace(".", "/") for package in chosen().packages)
    frames = [
        frame for frame in traceback.extract_tb(raised.__traceback__) if _is_own(frame.filename, folders)
    ]
    place = (type(raised).__name__, *(_place(frame) for frame in frames[-1:]))
    if place in _crashes:
        return
    _crashes.add(place)
    query = scope["query_string"].decode("latin-1")
    target = scope["path"] + (f"?{query}" if query else "")
    line = {
        "place": " ".join(place),
        "said": str(raised)[:200],
        "request": f"{scope['method']} {target}",
        "body": body[:300].decode(errors="replace"),
    }
    _write(CRASHES, line)


def found(operation: str, check: str, message: str = "") -> None:
    """Writes down what the tool has reported."""
    _write(FOUND, {"operation": operation, "check": check, "message": message[:300]})


def _is_own(path: str, folders: Sequence[str]) -> bool:
    return any(f"/{folder}/" in path for folder in folders)


def _place(frame: traceback.FrameSummary) -> str:
    return f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}"


def _write(name: str, line: dict[str, str]) -> None:
    with (FOLDER / name).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
