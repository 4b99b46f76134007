"""What runs when an app starts and stops: event handlers, and nested lifespans."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import Lifespan

from xapi.exceptions import DeclarationError
from xapi.keywords import caller
from xapi.logger import add_note, log_exception
from xapi.operation.arguments import CallKind, call_kind, place
from xapi.routing.decorators import EventHandler


class Nested:
    """A lifespan inside another. Their states are merged; what the outer one says counts."""

    def __init__(self, outer: Lifespan[Any], inner: Lifespan[Any]) -> None:
        self.outer = outer
        self.inner = inner

    def __call__(self, app: Any) -> AbstractAsyncContextManager[Mapping[str, Any]]:
        return self._live(app)

    @asynccontextmanager
    async def _live(self, app: Any) -> AsyncIterator[Mapping[str, Any]]:
        async with self.outer(app) as outer_state, self.inner(app) as inner_state:
            yield {**(inner_state or {}), **(outer_state or {})}


def check_lifespan(lifespan: Any) -> None:
    """Refuse a lifespan that is entered once, where a function makes one for each start.

    Args:
        lifespan: what an app or a router was given.
    """
    if type(lifespan).__module__ == "contextlib" and hasattr(lifespan, "func"):
        name = lifespan.func.__name__
        raise DeclarationError(
            f"{caller()}: lifespan={name}(...) is the result of a call: write lifespan={name}"
        )


def outermost(lifespan: Any) -> Any:
    """The lifespan around which others were put, in each other, at last."""
    while isinstance(lifespan, Nested):
        lifespan = lifespan.outer
    return lifespan


def exchanged(lifespan: Any, one: Any, other: Any) -> Any:
    """A lifespan in which `other` stands where `one` does, at any depth."""
    if isinstance(lifespan, Nested):
        return Nested(exchanged(lifespan.outer, one, other), exchanged(lifespan.inner, one, other))
    return other if lifespan == one else lifespan


@asynccontextmanager
async def events(
    on_startup: Sequence[EventHandler], on_shutdown: Sequence[EventHandler]
) -> AsyncIterator[None]:
    """Run functions at start, and others at the end: every one of these, even if one before it has failed."""
    for handler in on_startup:
        await _run(handler)
    try:
        yield
    except Exception:
        try:
            await _stop(on_shutdown)
        except Exception as error:
            log_exception("the lifespan failed too", error)
        raise
    await _stop(on_shutdown)


async def _stop(handlers: Sequence[EventHandler]) -> None:
    failed: Exception | None = None
    for handler in handlers:
        try:
            await _run(handler)
        except Exception as error:
            if failed is not None:
                log_exception("the lifespan failed too", error)
            failed = error if failed is None else failed
    if failed is not None:
        raise failed


async def _run(handler: EventHandler) -> None:
    try:
        if call_kind(handler) is CallKind.ASYNC:
            await handler()
        else:
            await run_in_threadpool(handler)
    except Exception as error:
        add_note(error, f"in the event handler at {place(handler)}")
        raise
