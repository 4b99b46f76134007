"""Running callables: worker threads, generators that stay open, and what follows their `yield`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar
from typing import Any

from anyio import CancelScope, CapacityLimiter, get_cancelled_exc_class

from xapi.exceptions import DependencyError
from xapi.logger import add_note
from xapi.pipeline.threads import run_in_thread

Open = AsyncGenerator[Any, None] | Generator[Any, None, None]
_END: Any = object()

passing_through: ContextVar[Callable[[Open], None] | None] = ContextVar("xapi_passing_through", default=None)
"""Is told of each generator that has let an exception through, for tests of what follows its `yield`."""


async def enter_async(generator: AsyncGenerator[Any, None], opened: list[Open]) -> Any:
    """Run an async generator to its `yield` and note that it is open."""
    try:
        value = await anext(generator)
    except StopAsyncIteration:
        raise _without_yield(generator) from None
    opened.append(generator)
    return value


def _without_yield(generator: Open) -> DependencyError:
    """The error of a generator that has ended before it was open."""
    return DependencyError(f"{_name(generator)}() ended without a yield: it must yield once")


async def enter_in_thread(generator: Generator[Any, None, None], opened: list[Open]) -> Any:
    """Run a sync generator to its `yield`, in a worker thread, and note that it is open."""
    value = await run_in_thread(_first, {"generator": generator})
    if value is _END:
        raise _without_yield(generator)
    opened.append(generator)
    return value


async def leave(opened: list[Open]) -> None:
    """Run what follows the `yield` of each open generator, the last one first."""
    error: BaseException | None = None
    # Nearly always there is nothing else to do but this: `_close_all`, for asynchronous ones that just end.
    while opened and error is None and hasattr(opened[-1], "__anext__"):
        generator: Any = opened.pop()
        try:
            if await anext(generator, _END) is not _END:
                raise _yielded_twice(generator)
        except BaseException as raised:
            error = _noted(generator, raised)
    if opened:
        error, _ = await _close_all(opened, error)
    if error is not None:
        raise error


async def leave_with(opened: list[Open], error: BaseException) -> BaseException:
    """Throw `error` into each open generator, the last one first.

    Returns what is to be raised: `error` itself, what a generator raised instead, or, if one of them
    swallowed it, a DependencyError that says so.
    """
    if isinstance(error, get_cancelled_exc_class()):
        with CancelScope(shield=True):
            await _close_all(opened, error)
        return error
    left, swallowed = await _close_all(opened, error)
    return left or swallowed or error


async def _close_all(
    opened: list[Open], error: BaseException | None
) -> tuple[BaseException | None, DependencyError | None]:
    """Close generators, the last one first; gives what they leave to be raised, and what to tell if one of
    them swallowed an exception.
    """
    told = None
    while opened:
        generator = opened.pop()
        try:
            if isinstance(generator, Generator):
                # A limiter of its own: an exit must not wait for a thread that waits for this exit.
                swallowed = await run_in_thread(
                    _close, {"generator": generator, "error": error}, CapacityLimiter(1)
                )
            else:
                swallowed = await _close_async(generator, error)
        except BaseException as raised:
            if raised is not error:
                error = _noted(generator, raised)
            elif (told_of := passing_through.get()) is not None:
                told_of(generator)
        else:
            if swallowed and error is not None:
                told, error = _swallowed(generator, error), None
    return error, told


async def _close_async(generator: AsyncGenerator[Any, None], error: BaseException | None) -> bool:
    """Run a generator to its end; True if it swallowed `error`."""
    try:
        if error is None:
            await generator.__anext__()
        else:
            await generator.athrow(error)
    except StopAsyncIteration:
        return error is not None
    raise _yielded_twice(generator)


def _noted(generator: Open, raised: BaseException) -> BaseException:
    """What was raised after a `yield`, with a note that says where."""
    if isinstance(raised, Exception):
        add_note(raised, f"after the yield of {_name(generator)}()")
    return raised


def _close(generator: Generator[Any, None, None], error: BaseException | None) -> bool:
    try:
        if error is None:
            next(generator)
        else:
            generator.throw(error)
    except StopIteration:
        return error is not None
    raise _yielded_twice(generator)


def _first(generator: Generator[Any, None, None]) -> Any:
    return next(generator, _END)


def _name(generator: Open) -> str:
    name: str = getattr(generator, "__qualname__", type(generator).__qualname__)
    return name


def _swallowed(generator: Open, error: BaseException) -> DependencyError:
    told = DependencyError(
        f"no response: {type(error).__name__} was raised, and the dependency {_name(generator)}() caught it "
        "at its yield without raising it again: write `raise` at the end of its except block"
    )
    told.__cause__ = error
    return told


def _yielded_twice(generator: Open) -> DependencyError:
    return DependencyError(f"{_name(generator)}() yielded a second time: a dependency must yield once")
