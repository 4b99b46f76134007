"""Runs programs, cancels them at their k-th step, on asyncio and trio, and checks that all is closed once."""

from __future__ import annotations

import asyncio
import contextvars
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic
from typing import Any

import anyio
import starlette.formparsers
from anyio import to_thread
from cancellation.programs import Ledger, Program, begin

MOST_STEPS = 3000
"""So many steps after the cut something goes on for ever, unless a thread is waited for."""
MOST_SECONDS = 60.0
"""So long without an end, something waits for ever."""

CUTS = ("scope", "task", "task, again and again", "client", "server")
"""What cancels: a cancel scope; asyncio, once; asyncio, at each step from then on; a client that goes; a
server that stops, and cancels every task. asyncio's ways are a cancel scope around the app on trio.
"""

Found = list[tuple[int, list[str]]]
Serve = Callable[[int, Ledger], Awaitable[list[str]]]


class Cutter:
    """Counts steps, and cuts at one of them."""

    def __init__(self) -> None:
        self.is_on = False

    def begin(self, at: int, every: bool, cut: Callable[[], object], give_up: Callable[[], object]) -> None:
        self.at, self.every = at, every
        self.cut, self.give_up = cut, give_up
        self.steps = 0
        self.end = monotonic() + MOST_SECONDS / 2
        self.hangs = False
        self.is_on = True

    def step(self) -> None:
        if not self.is_on:
            return
        self.steps += 1
        # In a context of its own, as everything that comes from outside of the request.
        if self.steps == self.at or (self.every and self.at < self.steps):
            contextvars.Context().run(self.cut)
        if self.steps >= self.at + MOST_STEPS and monotonic() > self.end:
            self.is_on = False
            self.hangs = True
            contextvars.Context().run(self.give_up)


class CountingLoop(asyncio.SelectorEventLoop):
    """An event loop whose callbacks are counted, the steps of tasks among them."""

    cutter: Cutter

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> Any:
        return super().call_soon(self._counted, callback, *args, context=context)

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> Any:
        return super().call_soon_threadsafe(self._counted, callback, *args, context=context)

    def _counted(self, callback: Any, *args: Any) -> None:
        callback(*args)
        self.cutter.step()


class Files:
    """The temporary files of forms."""

    def __init__(self) -> None:
        self.opened: list[Any] = []

    def __call__(self, max_size: int) -> Any:
        file = tempfile.SpooledTemporaryFile(max_size=max_size)  # noqa: SIM115  the parser closes it
        self.opened.append(file)
        return file

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep all files that are made, and have those that are not tiny on disk."""
        module: Any = starlette.formparsers
        before = module.SpooledTemporaryFile, module.MultiPartParser.spool_max_size
        module.SpooledTemporaryFile, module.MultiPartParser.spool_max_size = self, 50
        try:
            yield
        finally:
            module.SpooledTemporaryFile, module.MultiPartParser.spool_max_size = before

    def faults(self) -> list[str]:
        left = sum(not file.closed for file in self.opened)
        return [f"{left} of {len(self.opened)} files were not closed"] if left else []


class Server:
    """What a server gives an app for one request."""

    def __init__(self, program: Program) -> None:
        self.gone = anyio.Event()
        self.is_websocket = program.method == "WebSocket"
        self.scope: dict[str, Any] = {
            "type": "websocket" if self.is_websocket else "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws" if self.is_websocket else "http",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": b"",
            "headers": list(program.headers),
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        if self.is_websocket:
            self.messages: list[Any] = [
                {"type": "websocket.connect"},
                {"type": "websocket.receive", "text": "hello"},
            ]
        else:
            self.scope["method"] = program.method
            last = len(program.body) - 1
            self.messages = [
                {"type": "http.request", "body": piece, "more_body": place < last}
                for place, piece in enumerate(program.body)
            ]

    async def receive(self) -> Any:
        await anyio.lowlevel.checkpoint()
        if self.messages and not self.gone.is_set():
            return self.messages.pop(0)
        await self.gone.wait()
        if self.is_websocket:
            return {"type": "websocket.disconnect", "code": 1006}
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await anyio.lowlevel.checkpoint()
        if self.gone.is_set():
            raise OSError("the client has gone")


def every_step(app: Any, program: Program, cut: str, backend: str) -> Found:
    """Each step at which the program can be cut, and what was wrong then."""
    run = _on_asyncio if backend == "asyncio" else _on_trio
    found: Found = []
    # A server that stops ends its loop.
    while run(app, program, cut, found, 1 if cut == "server" else None):
        pass
    return found


async def _steps(serve: Serve, cutter: Cutter, found: Found, most: int | None) -> bool:
    """Make a request for each further step; whether there are more."""
    for at in count(len(found) + 1):
        files, ledger = Files(), begin()
        with files.watched():
            left = await serve(at, ledger)
        cutter.is_on = False
        if cutter.steps < at:
            return False
        borrowed = to_thread.current_default_thread_limiter().borrowed_tokens
        if borrowed:
            left.append(f"{borrowed} tokens of worker threads were not given back")
        if cutter.hangs:
            left.append("did not end")
        found.append((at, [*ledger.faults(), *files.faults(), *left]))
        if most == 1:
            break
    return True


def _cut_of(cut: str, ledger: Ledger, server: Server, cancel: Callable[[], object]) -> Callable[[], object]:
    if cut == "client":
        return server.gone.set
    if cut == "scope":
        return lambda: ledger.scope.cancel() if ledger.scope is not None else None
    return cancel


def _on_asyncio(app: Any, program: Program, cut: str, found: Found, most: int | None) -> bool:
    """Whether there are more steps."""
    cutter = Cutter()

    async def serve(at: int, ledger: Ledger) -> list[str]:
        loop = asyncio.get_running_loop()
        server, mine = Server(program), asyncio.current_task()
        task = loop.create_task(app(server.scope, server.receive, server.send))

        def stop() -> None:
            for other in asyncio.all_tasks(loop) - {mine}:
                other.cancel()

        cancel = _cut_of(cut, ledger, server, stop if cut == "server" else task.cancel)
        cutter.begin(at, cut.endswith("again"), cancel, loop.stop)
        await asyncio.wait([task], timeout=MOST_SECONDS)
        if not task.done():
            return ["waits for ever"]
        if not task.cancelled():
            task.exception()
        for _ in range(20):  # what runs beside comes to its end
            await asyncio.sleep(0)
        cutter.is_on = False
        left = [repr(other) for other in asyncio.all_tasks(loop) - {mine} if "_employment" not in repr(other)]
        return [f"left running: {other}" for other in left]

    loop = CountingLoop()
    loop.cutter = cutter
    loop.set_exception_handler(lambda loop, context: None)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            return runner.run(_steps(serve, cutter, found, most))
        except RuntimeError as stopped:
            found.append((len(found) + 1, [f"did not end: {stopped}"]))
            return True
        finally:
            cutter.is_on = False


def _on_trio(app: Any, program: Program, cut: str, found: Found, most: int | None) -> bool:
    """Whether there are more steps."""
    cutter = Cutter()

    class Instrument:
        def after_task_step(self, task: Any) -> None:
            cutter.step()

    async def serve(at: int, ledger: Ledger) -> list[str]:
        server = Server(program)
        with anyio.move_on_after(MOST_SECONDS) as last, anyio.CancelScope() as around:
            cutter.begin(at, False, _cut_of(cut, ledger, server, around.cancel), last.cancel)
            try:
                await app(server.scope, server.receive, server.send)
            except Exception:
                pass
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        return ["did not end"] if last.cancelled_caught else []

    options = {"instruments": [Instrument()]}
    return bool(anyio.run(_steps, serve, cutter, found, most, backend="trio", backend_options=options))
